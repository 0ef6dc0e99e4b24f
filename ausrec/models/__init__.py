"""Encoders: from a graph to embeddings."""

from ausrec.models.encoder import Embeddings, Encoder, GraphEncoder
from ausrec.models.lightgcn import LightGCN
from ausrec.models.mf import MF
from ausrec.models.sequence import BERT4Rec, SASRec, SequenceEncoder

ENCODERS: dict[str, type[Encoder]] = {
    "lightgcn": LightGCN,
    "mf": MF,
    "sasrec": SASRec,
    "bert4rec": BERT4Rec,
}

__all__ = [
    "ENCODERS",
    "MF",
    "BERT4Rec",
    "Embeddings",
    "Encoder",
    "GraphEncoder",
    "LightGCN",
    "SASRec",
    "SequenceEncoder",
]
