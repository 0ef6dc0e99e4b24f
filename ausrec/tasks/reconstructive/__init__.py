"""Reconstructive tasks: hide something, and recover it from the rest."""

from ausrec.tasks.reconstructive.autocf import MaskedSubgraphs
from ausrec.tasks.reconstructive.masked_edges import MaskedEdges

__all__ = ["MaskedEdges", "MaskedSubgraphs"]
