"""The graph: splits, relations between users, the normalised adjacency, samplers."""

from ausrec.graph.formula import Walk
from ausrec.graph.metapath import MetaPath, metapath
from ausrec.graph.negatives import draw_negatives, has_negative
from ausrec.graph.pairs import Pairs, StoredPairs
from ausrec.graph.propagation import NormalizedAdjacency, View, joint_adjacency
from ausrec.graph.relations import (
    ITEM_RELATIONS,
    RELATIONS,
    STRUCTURAL_RELATIONS,
    STRUCTURAL_TASKS,
    AddRelation,
    Between,
    add_relations,
    adjacency,
    noise,
    relation_node,
    relation_pairs,
)
from ausrec.graph.splits import Splits, split_interactions

__all__ = [
    "ITEM_RELATIONS",
    "RELATIONS",
    "STRUCTURAL_RELATIONS",
    "STRUCTURAL_TASKS",
    "AddRelation",
    "Between",
    "MetaPath",
    "NormalizedAdjacency",
    "Pairs",
    "Splits",
    "StoredPairs",
    "View",
    "Walk",
    "add_relations",
    "adjacency",
    "draw_negatives",
    "has_negative",
    "joint_adjacency",
    "metapath",
    "noise",
    "relation_node",
    "relation_pairs",
    "split_interactions",
]
