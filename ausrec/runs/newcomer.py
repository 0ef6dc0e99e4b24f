"""Recommend to somebody who was not there in training, without training again."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.data import RATES, TRUSTS
from ausrec.errors import AusrecError
from ausrec.evaluation.top import find_ids
from ausrec.models.encoder import GraphEncoder
from ausrec.runs.trained import Trained
from ausrec.tasks.encoding import sequence_encoder

NEWCOMER = "new user"


class Asked(NamedTuple):
    """Users for whom items are wanted.

    Attributes:
        graph: with ids and names, what users know, and why they may like an item.
        scores: maps user ids [batch] to scores [batch, num_items].
        users: whom it is about.
    """

    graph: HeteroData
    scores: Callable[[Tensor], Tensor]
    users: Sequence[int]


def ask_for_newcomer(trained: Trained, items: Sequence[str], friends: Sequence[str]) -> Asked:
    """Place a new user into the graph, with items and friends, and propagate to them.

    The newcomer's own embedding at layer 0 is unknown, and so it is 0; all further layers are those
    that a node with these neighbours gets, everybody else's embeddings at layer 0 as trained.

    Args:
        trained: a run of an encoder that propagates over the graph, as LightGCN.
        items: what the newcomer has chosen, by the ids of the data.
        friends: whom the newcomer is linked to, likewise.

    Raises:
        AusrecError: when there is no such item or user, or the encoder has no place for newcomers.
    """
    known, model, recipe = trained.splits.test, trained.model, trained.prepared.recipe
    if not isinstance(model, GraphEncoder) or not model.num_layers:
        raise AusrecError(
            f"{recipe.model} knows the users of its training alone: newcomers need an encoder that "
            "propagates over the graph, as lightgcn (one of sequences takes --sequence)"
        )
    if friends and not (TRUSTS in known.edge_types and recipe.model.get("social")):
        raise AusrecError("this run's encoder sees no social links, so friends say nothing")
    number = int(known["user"].num_nodes)
    graph = HeteroData()
    graph["user"].num_nodes, graph["item"].num_nodes = number + 1, known["item"].num_nodes
    for column in ("raw_id", "name"):
        graph["user"][column] = [*known["user"][column], NEWCOMER]
        graph["item"][column] = known["item"][column]
    chosen = sorted({*find_ids(known, "item", items)})
    linked = sorted({*find_ids(known, "user", friends)})
    graph[RATES].edge_index = torch.cat([known[RATES].edge_index, _star(number, chosen)], 1)
    if TRUSTS in known.edge_types:
        links, new = known[TRUSTS].edge_index, _star(number, linked)
        # Links are often in both directions; then so are the newcomer's.
        codes = (links[0] * number + links[1]).sort().values
        is_mutual = torch.equal(codes, (links[1] * number + links[0]).sort().values)
        back = [new.flip(0)] if is_mutual else []
        graph[TRUSTS].edge_index = torch.cat([links, new, *back], 1)
    placed = recipe.model.build(GraphEncoder, "model", graph=graph, seed=recipe.train.seed)
    placed.by_cosine = model.by_cosine
    with torch.no_grad():
        table = model.get_parameter("table").cpu()
        rows = [table[:number], torch.zeros(1, table.size(1)), table[number:]]
        placed.get_parameter("table").copy_(torch.cat(rows))
        return Asked(graph, placed.embed(graph).scores, [number])


def ask_after_items(trained: Trained, raw_ids: Sequence[str]) -> Asked:
    """Ask an encoder of sequences what may follow some items.

    Args:
        trained: the run of an encoder of sequences.
        raw_ids: items in order, by the ids of the data.

    Raises:
        AusrecError: when the encoder is none of sequences, or the data has no such item.
    """
    encoder, graph = sequence_encoder(trained.model), trained.graph
    ids = torch.tensor([find_ids(graph, "item", raw_ids)])
    with torch.no_grad():
        scores = encoder.scores_after(ids[:, -encoder.remembered :]).cpu()
    # A graph of one user, who knows these items.
    alone = HeteroData()
    alone["user"].num_nodes, alone["user"].raw_id = 1, [NEWCOMER]
    alone["item"].update(graph["item"])
    alone[RATES].edge_index = torch.cat([torch.zeros_like(ids), ids])
    return Asked(alone, lambda _: scores, [0])


def _star(center: int, others: Sequence[int]) -> Tensor:
    ends = torch.tensor(others, dtype=torch.int64)
    return torch.stack([torch.full_like(ends, center), ends])
