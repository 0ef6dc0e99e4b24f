"""Full ranking: every item that a user does not know yet is a candidate."""

import copy
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from jaxtyping import Int64
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError, SettingError
from ausrec.evaluation.beyond import Lists
from ausrec.evaluation.metrics import METRICS, compute_metrics
from ausrec.evaluation.top import check_scores, known_items, top_items, users_at_once

# Lists may be longer than a small catalogue, but not so long that they fill the memory.
LONGEST = 1000
CUTOFFS = (5, 10, 20, 50, 100)

MANY_USERS, SOME_USERS = 100_000, 10_000
"""How many users are too many to rank after each epoch, and how many are ranked instead."""


class Evaluation(NamedTuple):
    """What `evaluate` measured.

    Attributes:
        metrics: by name, all of `METRICS`, such as `recall@10`: means over the evaluated users,
            and what has no value per user, such as `coverage@10`.
        per_user: one row an evaluated user (index: user id), one column a metric.
        top: [users, max(ks)] item ids from best to worst, rows in the order of `per_user`;
            -1 where a user has no further candidate.
    """

    metrics: dict[str, float]
    per_user: pd.DataFrame
    top: Int64[Tensor, "users ranks"]


@torch.no_grad()
def evaluate(
    scores: Callable[[Tensor], Tensor],
    split: HeteroData,
    ks: Sequence[int] = CUTOFFS,
    *,
    items: Tensor | None = None,
    beyond: bool = False,
) -> Evaluation:
    """Rank all items for every user with held-out interactions and compare with these.

    Users are ranked in blocks (`users_at_once`), whose size changes memory and nothing else.
    Decided here and tested:

    - Items of equal score are ranked by id, the lower first.
    - Known items (`known_index`) and items of score -inf are never listed. Where fewer than K
      items are left, or the catalogue is smaller than K, the remaining ranks count as misses.
    - Users without a held-out interaction are left out of every mean.

    Args:
        scores: maps user ids [batch] to scores [batch, num_items], such as `Embeddings.scores`.
        split: validation or test part of `split_interactions`.
        ks: cut-offs; one pass with the largest serves all.
        items: embeddings of the items, for the metrics that need them, [items, dim].
        beyond: measure what lists are like, too: novelty, diversity and so on.

    Raises:
        AusrecError: a score is NaN or +inf, a score block has another shape than
            [batch, num_items], the split holds out nothing, or a cut-off is below 1, or above
            1,000 and above the number of items.
    """
    ks = sorted(set(ks))
    num_items = int(split["item"].num_nodes)
    if not ks or ks[0] < 1:
        raise AusrecError(f"ks={list(ks)}: give numbers from 1 up")
    held_out = held_out_index(split)
    check_cutoffs(ks, num_items)
    users, num_relevant = torch.unique(held_out[0], return_counts=True)

    known = known_items(split)
    blocks = []
    for block in users.split(users_at_once(num_items)):
        block_scores = check_scores(scores(block), block, num_items)
        blocks.append(top_items(block_scores, block, known, ks[-1]).cpu())
    top = torch.cat(blocks)

    # Codes user * num_items + item make membership one search in a sorted list.
    codes = torch.where(top >= 0, users[:, None] * num_items + top, -1)
    hits = torch.isin(codes, held_out[0] * num_items + held_out[1])
    columns = compute_metrics(hits, num_relevant, ks)
    lists, means = Lists(top, users, split, items), dict[str, float]()
    for name, metric in METRICS.items():
        found = metric.compute(lists, ks) if metric.of_lists and beyond >= metric.beyond else None
        for k, values in zip(ks, [] if found is None else found.unbind(-1), strict=False):
            if metric.per_user:
                columns[f"{name}@{k}"] = values
            else:
                means[f"{name}@{k}"] = float(values)
    per_user = pd.DataFrame(
        {name: values.numpy() for name, values in columns.items()},
        index=pd.Index(users.numpy(), name="user"),
    )
    metrics = {str(name): float(value) for name, value in per_user.mean().items()}
    return Evaluation(metrics | means, per_user, top)


def some_users(split: HeteroData, number: int | None = None) -> HeteroData:
    """Return a held-out part with the rows of some users, the same ones in every run.

    Args:
        split: validation or test part of `split_interactions`.
        number: of users, or all if they are fewer; None for all where there are at most
            `MANY_USERS`, and `SOME_USERS` where there are more.
    """
    store = split["user", "rates", "item"]
    users = store.edge_label_index[0].unique().cpu().numpy()
    if number is None:
        number = SOME_USERS if len(users) > MANY_USERS else len(users)
    if len(users) <= number:
        return split
    chosen = torch.from_numpy(np.random.default_rng(0).choice(users, number, replace=False))
    part = copy.copy(split)
    rows = store.edge_label_index
    part["user", "rates", "item"].edge_label_index = rows[:, torch.isin(rows[0].cpu(), chosen)]
    return part


def check_cutoffs(ks: Sequence[int], num_items: int) -> None:
    """Raise `AusrecError` when a list would be far longer than the catalogue."""
    if max(ks) > max(num_items, LONGEST):
        raise SettingError(
            "ks", f"is {list(ks)}: {max(ks)} is more than there are items ({num_items})"
        )


def held_out_index(split: HeteroData) -> Int64[Tensor, "2 pairs"]:
    """Return the held-out (user, item) pairs of a validation or test part.

    Raises:
        AusrecError: the part holds out nothing.
    """
    pairs: Tensor | None = split["user", "rates", "item"].get("edge_label_index")
    if pairs is None or pairs.size(1) == 0:
        raise AusrecError(
            "nothing to evaluate: the split holds out no interaction; "
            "pass the val or test part of split_interactions(data)"
        )
    unique: Tensor = torch.unique(pairs.cpu(), dim=1)
    return unique.contiguous()
