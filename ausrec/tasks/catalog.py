"""The objectives and main losses that have a name on the command line.

The structural tasks are named as their relations are, in `ausrec.graph.relations.RELATIONS`.
"""

from collections.abc import Callable, Mapping

from torch_geometric.data import HeteroData

from ausrec.errors import SettingError
from ausrec.models.encoder import Encoder
from ausrec.models.sequence import SequenceEncoder
from ausrec.tasks.cosine_losses import (
    BilateralSoftmax,
    CosineContrast,
    DirectAU,
    PairwiseSoftmax,
    SoftmaxAtK,
)
from ausrec.tasks.losses import BPR, MainLoss, SampledSoftmax, ranks_by_cosine
from ausrec.tasks.objectives.apr import AdversarialRanking
from ausrec.tasks.objectives.autocf import MaskedSubgraphs
from ausrec.tasks.objectives.dsl import DenoisedAlignment
from ausrec.tasks.objectives.generator_discriminator import GeneratorDiscriminator
from ausrec.tasks.objectives.hccf import HypergraphContrast
from ausrec.tasks.objectives.masked_edges import MaskedEdges
from ausrec.tasks.objectives.mhcn import MotifInfomax
from ausrec.tasks.objectives.ncl import NeighbourhoodContrast
from ausrec.tasks.objectives.sept import TriTraining
from ausrec.tasks.objectives.sgl import sgl, sgl_node_dropout, sgl_random_walk, sgl_ranking
from ausrec.tasks.objectives.simgcl import simgcl, xsimgcl
from ausrec.tasks.recommendation import Recommendation, Sampling
from ausrec.tasks.sequential.associated_attribute import AssociatedAttribute
from ausrec.tasks.sequential.cl4srec import SequenceContrast
from ausrec.tasks.sequential.masked_attribute import MaskedAttribute
from ausrec.tasks.sequential.masked_item import MaskedItem
from ausrec.tasks.sequential.next_item import Cloze, NextItem
from ausrec.tasks.sequential.segment import Segment
from ausrec.tasks.sequential.sequence_losses import (
    BinaryCrossEntropy,
    CrossEntropy,
    GeneralisedBinaryCrossEntropy,
    SequenceLoss,
    SequenceSampledSoftmax,
)
from ausrec.tasks.task import Task

MAIN_LOSSES: Mapping[str, Callable[..., MainLoss]] = {
    "bpr": BPR,
    "ssm": SampledSoftmax,
    "bsl": BilateralSoftmax,
    "psl": PairwiseSoftmax,
    "sl_at_k": SoftmaxAtK,
    "ccl": CosineContrast,
    "directau": DirectAU,
}
"""Losses of the main task."""

SEQUENCE_LOSSES: Mapping[str, Callable[..., SequenceLoss]] = {
    "cross_entropy": CrossEntropy,
    "sampled_softmax": SequenceSampledSoftmax,
    "bce": BinaryCrossEntropy,
    "gbce": GeneralisedBinaryCrossEntropy,
}
"""Losses of the main task of sequences."""

S3REC_TASKS = ("associated_attribute", "masked_item", "masked_attribute", "segment")
"""The four tasks of S³-Rec."""

OBJECTIVES: Mapping[str, Callable[[HeteroData], Task]] = {
    "sgl": sgl,
    "sgl_node_dropout": sgl_node_dropout,
    "sgl_random_walk": sgl_random_walk,
    "sgl_ranking": sgl_ranking,
    "simgcl": simgcl,
    "xsimgcl": xsimgcl,
    "ncl": NeighbourhoodContrast,
    "hccf": HypergraphContrast,
    "masked_edges": MaskedEdges,
    "autocf": MaskedSubgraphs,
    "apr": AdversarialRanking,
    "generator_discriminator": GeneratorDiscriminator,
    "mhcn": MotifInfomax,
    "sept": TriTraining,
    "dsl": DenoisedAlignment,
}
"""Makes each from a training graph, with its paper's settings."""

SEQUENCE_TASKS: Mapping[str, Callable[[HeteroData], Task]] = {
    "cloze": Cloze,
    "associated_attribute": AssociatedAttribute,
    "masked_item": MaskedItem,
    "masked_attribute": MaskedAttribute,
    "segment": Segment,
    "cl4srec": SequenceContrast,
}
"""Makes each from a training graph with an order, for encoders of sequences."""


def main_task(
    encoder: Encoder, train: HeteroData, sampling: Sampling, loss: MainLoss | SequenceLoss
) -> Recommendation | NextItem:
    """Make the main task: rank items for users, or predict them in sequences.

    The encoder then ranks by what the loss reads: cosines or inner products.

    Args:
        encoder: what is trained.
        train: the training graph.
        sampling: how triplets are drawn; each sequence is drawn once an epoch.
        loss: of triplets, or of sequences.

    Raises:
        AusrecError: when the loss is of the other kind, or there is nothing to learn from.
    """
    encoder.by_cosine = ranks_by_cosine(loss)
    if isinstance(encoder, SequenceEncoder):
        return NextItem(train, encoder, loss)
    if isinstance(loss, SequenceLoss):
        raise SettingError("train.loss", "is one of sequences: for graphs, choose bpr, say")
    return Recommendation(train, sampling, loss)
