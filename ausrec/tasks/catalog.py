"""The objectives that have a name on the command line, beside the structural relations."""

from collections.abc import Callable, Mapping

from torch_geometric.data import HeteroData

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
from ausrec.tasks.task import Task

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
"""Makes each from a training graph, with its published settings."""
