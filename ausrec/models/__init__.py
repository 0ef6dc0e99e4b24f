"""Encoders: from a graph to embeddings (floor 2)."""

from collections.abc import Mapping

from ausrec.models.encoder import Embeddings, Encoder, GraphEncoder
from ausrec.models.lightgcn import LightGCN
from ausrec.models.mf import MF

ENCODERS: Mapping[str, type[Encoder]] = {"lightgcn": LightGCN, "mf": MF}

__all__ = ["ENCODERS", "MF", "Embeddings", "Encoder", "GraphEncoder", "LightGCN"]
