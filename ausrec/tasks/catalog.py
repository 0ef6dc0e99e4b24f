"""What has a name on the command line: objectives, structural relations, and main losses."""

from collections.abc import Callable, Mapping

from torch_geometric.data import HeteroData

from ausrec.graph.relations import RELATIONS
from ausrec.tasks.losses import BPR, MainLoss, SampledSoftmax
from ausrec.tasks.objectives import (
    AdversarialRanking,
    DenoisedAlignment,
    GeneratorDiscriminator,
    HypergraphContrast,
    MaskedEdges,
    MaskedSubgraphs,
    MotifInfomax,
    NeighbourhoodContrast,
    TriTraining,
    sgl,
    sgl_node_dropout,
    sgl_random_walk,
    sgl_ranking,
    simgcl,
    xsimgcl,
)
from ausrec.tasks.relation import MAREC_TASKS
from ausrec.tasks.task import Task

MAIN_LOSSES: Mapping[str, Callable[..., MainLoss]] = {"bpr": BPR, "ssm": SampledSoftmax}
"""Losses of the main task."""

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

TASK_NAMES = (*RELATIONS, *OBJECTIVES)
"""All tasks by name; structural ones have no settings. Meta-paths are added by the run."""

TASK_GROUPS: Mapping[str, tuple[str, ...]] = {"marec": MAREC_TASKS}
"""Names for several tasks together."""
