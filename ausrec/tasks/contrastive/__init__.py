"""Contrastive tasks: two encodings of a node are alike, those of different nodes are not."""

from ausrec.tasks.contrastive.contrast import Contrast
from ausrec.tasks.contrastive.hccf import HypergraphContrast
from ausrec.tasks.contrastive.info_nce import info_nce
from ausrec.tasks.contrastive.ncl import NeighbourhoodContrast
from ausrec.tasks.contrastive.sgl import sgl, sgl_node_dropout, sgl_random_walk, sgl_ranking
from ausrec.tasks.contrastive.simgcl import simgcl
from ausrec.tasks.contrastive.xsimgcl import xsimgcl

__all__ = [
    "Contrast",
    "HypergraphContrast",
    "NeighbourhoodContrast",
    "info_nce",
    "sgl",
    "sgl_node_dropout",
    "sgl_random_walk",
    "sgl_ranking",
    "simgcl",
    "xsimgcl",
]
