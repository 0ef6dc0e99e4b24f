"""For whom and for what does it work? Metrics by group of users and of items.

Groups are quarters by the number of *training* interactions: the first holds those with the fewest.
Users or items with the same number always share a group, so groups differ in size where numbers are
tied, and a group that would be empty is left out.

Both functions return a tidy table with the columns `group` (1, 2, ... from few to many
interactions), `label` (the numbers that occur in it, such as "1-5"), `size` (users who enter the
mean), `metric` and `value`.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.evaluation.ranking import Evaluation, held_out_index

COLUMNS = ["group", "label", "size", "metric", "value"]


def by_user_activity(ranking: Evaluation, split: HeteroData) -> pd.DataFrame:
    """Average every per-user metric within groups of equally active users.

    Quantiles are taken over the evaluated users.

    Args:
        ranking: of `evaluate`.
        split: the part that was evaluated.
    """
    counts = _training_counts(split, "user")[ranking.per_user.index.to_numpy()]
    group, labels = quantile_groups(counts)
    return _means(ranking.per_user.groupby(group), labels)


def by_item_popularity(ranking: Evaluation, split: HeteroData) -> pd.DataFrame:
    """Compute recall within groups of equally popular items.

    recall@K of group g = mean over the users with held-out items in g of
    |top-K(u) ∩ held-out(u) ∩ g| / |held-out(u) ∩ g|

    Quantiles are taken over all items of the catalogue, so the last of four groups holds the
    quarter with the most interactions. A list is the user's one full list: popular items crowd
    out others here as they do in use.

    Args:
        ranking: of `evaluate`.
        split: the part that was evaluated.

    Raises:
        AusrecError: the ranking was made on another split.
    """
    group, labels = quantile_groups(_training_counts(split, "item"))
    user, item = held_out_index(split)
    users, row = torch.unique(user, return_inverse=True)
    if users.tolist() != ranking.per_user.index.tolist():
        raise AusrecError("the ranking was made on another split: evaluate this one first")
    pairs = pd.DataFrame({"user": user.numpy(), "group": group[item.numpy()]})
    listed = ranking.top[row] == item[:, None]
    cutoffs = [str(name) for name in ranking.per_user if str(name).startswith("recall@")]
    for name in cutoffs:
        pairs[name] = listed[:, : int(name.removeprefix("recall@"))].any(1).double().numpy()
    shares = pairs.groupby(["group", "user"])[cutoffs].mean()
    return _means(shares.groupby(level="group"), labels)


def quantile_groups(
    counts: npt.NDArray[np.int64], num_groups: int = 4
) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Number the quantile group of every count, from 1, and label the groups.

    Group g holds q_{g-1} < count <= q_g, where q_g is the smallest count that at least
    g/num_groups of all counts do not exceed; empty groups are left out.
    """
    shares = np.arange(1, num_groups) / num_groups
    bounds = np.quantile(counts, shares, method="inverted_cdf")
    _, group = np.unique(np.searchsorted(bounds, counts, side="left"), return_inverse=True)
    labels = []
    for number in range(group.max() + 1):
        low, high = counts[group == number].min(), counts[group == number].max()
        labels.append(str(low) if low == high else f"{low}-{high}")
    return group + 1, labels


def _means(groups: Iterable[tuple[Any, pd.DataFrame]], labels: list[str]) -> pd.DataFrame:
    rows = [
        (number, labels[int(number) - 1], len(members), metric, value)
        for number, members in groups
        for metric, value in members.mean().items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _training_counts(split: HeteroData, node_type: str) -> npt.NDArray[np.int64]:
    index = split["user", "rates", "item"].edge_index[0 if node_type == "user" else 1]
    counts: npt.NDArray[np.int64] = torch.bincount(
        index.cpu(), minlength=split[node_type].num_nodes
    ).numpy()
    return counts
