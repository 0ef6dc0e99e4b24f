"""MARec's two tasks, made of relations that interactions alone allow."""

from torch_geometric.data import HeteroData

from ausrec.graph.pairs import Uniform
from ausrec.graph.relations import add_relations
from ausrec.tasks.relation import RelationTask, relation_tasks

MAREC_TASKS = ("metapath_uiu", "metapath_iui")
"""MARec's two auxiliary tasks, one on the side of the users and one on that of the items. The paper
names one self-supervised task a side, and which ones it takes is not public. Ours are the plainest
ones that interactions alone allow; both need no social link."""


def marec_tasks(train: HeteroData, *, uniform: Uniform = "pairs") -> list[RelationTask]:
    """Make the user-side and the item-side task of a training graph.

    Math:    ℓ = softplus(⟨e_x, e_n⟩ − ⟨e_x, e_p⟩), x and p two users who share an item and n
             one who shares none with x; likewise for items.

    Args:
        train: the training graph.
        uniform: draw uniformly over `"pairs"`, or over nodes (`"users"`) and then their partners.

    Raises:
        AusrecError: when nobody shares anything, or everybody something with everybody.
    """
    return relation_tasks(add_relations(train, MAREC_TASKS), MAREC_TASKS, uniform=uniform)
