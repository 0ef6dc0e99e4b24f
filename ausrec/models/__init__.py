"""Encoders: from a graph to embeddings (floor 2)."""

from ausrec.models.encoder import Embeddings, Encoder
from ausrec.models.graph_encoder import GraphEncoder
from ausrec.models.lightgcn import LightGCN
from ausrec.models.mf import MF

__all__ = ["MF", "Embeddings", "Encoder", "GraphEncoder", "LightGCN"]
