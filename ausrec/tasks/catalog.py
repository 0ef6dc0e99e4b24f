"""The main task, and the losses that it has by name."""

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
from ausrec.tasks.recommendation import Recommendation, Sampling
from ausrec.tasks.sequential.next_item import NextItem
from ausrec.tasks.sequential.sequence_losses import SequenceLoss

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
