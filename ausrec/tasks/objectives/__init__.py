"""Objectives of the other paradigms, a method a file, named as its paper names it.

Contrastive: two encodings of a node are alike, those of different nodes are not (`sgl`, `simgcl`,
`xsimgcl`, `ncl`, `hccf`). Reconstructive: hide something and recover it from the rest
(`masked_edges`, `autocf`). Adversarial: learn against an opponent (`apr`,
`generator_discriminator`). Social: what friends tell without labels (`mhcn`, `sept`, `dsl`).
"""

from collections.abc import Callable, Mapping

from torch_geometric.data import HeteroData

from ausrec.tasks.objectives.apr import AdversarialRanking
from ausrec.tasks.objectives.autocf import MaskedSubgraphs
from ausrec.tasks.objectives.contrast import Contrast
from ausrec.tasks.objectives.dsl import DenoisedAlignment
from ausrec.tasks.objectives.generator_discriminator import GeneratorDiscriminator
from ausrec.tasks.objectives.hccf import HypergraphContrast
from ausrec.tasks.objectives.masked_edges import MaskedEdges
from ausrec.tasks.objectives.mhcn import MotifInfomax
from ausrec.tasks.objectives.ncl import NeighbourhoodContrast
from ausrec.tasks.objectives.sept import TriTraining
from ausrec.tasks.objectives.sgl import sgl, sgl_node_dropout, sgl_random_walk, sgl_ranking
from ausrec.tasks.objectives.simgcl import simgcl, xsimgcl
from ausrec.tasks.objectives.views import (
    EdgeDropout,
    NodeDropout,
    Noise,
    NoisyLayers,
    RandomWalk,
    Views,
)
from ausrec.tasks.task import Task

# Makes each from a training graph, with its paper's settings.
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

__all__ = [
    "OBJECTIVES",
    "AdversarialRanking",
    "Contrast",
    "DenoisedAlignment",
    "EdgeDropout",
    "GeneratorDiscriminator",
    "HypergraphContrast",
    "MaskedEdges",
    "MaskedSubgraphs",
    "MotifInfomax",
    "NeighbourhoodContrast",
    "NodeDropout",
    "Noise",
    "NoisyLayers",
    "RandomWalk",
    "TriTraining",
    "Views",
    "sgl",
    "sgl_node_dropout",
    "sgl_random_walk",
    "sgl_ranking",
    "simgcl",
    "xsimgcl",
]
