"""Given validation and test tables: what of them is held out, and what cannot be."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ausrec.data.tables.assumptions import Reading


def overlap(part: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """Tell which rows of a part are among other rows, too."""
    pairs = pd.MultiIndex.from_frame(events[["source", "target"]])
    there = pd.MultiIndex.from_frame(part[["source", "target"]]).isin(pairs)
    return pd.Series(there, part.index)


def without_overlap(
    events: pd.DataFrame,
    parts: Mapping[str, pd.DataFrame],
    reading: Reading,
    *,
    from_training: bool,
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Give each row that several tables have to one of them, and note how many these are.

    Args:
        events: the training rows.
        parts: the held-out tables by name; a test row that is a validation row is the latter.
        reading: where it is noted.
        from_training: take common rows out of training; otherwise they are not held out.

    Returns:
        The training rows and the parts.
    """
    stay = (
        "they were taken out of training"
        if from_training
        else "they stay there and are not held out (--data.drop_overlap true holds them out)"
    )
    left: dict[str, pd.DataFrame] = {}
    for name, part in parts.items():
        common = overlap(part, events)
        if common.any():
            reading.assumed.append(
                f"{name} table: {int(common.sum()):,} of {len(part):,} rows are training rows, "
                f"too; {stay}"
            )
        if from_training:
            events = events[~overlap(events, part)]
        else:
            part = part[~common]
        if "val" in left:
            twice = overlap(part, left["val"])
            if twice.any():
                number = f"{int(twice.sum()):,}"
                reading.assumed.append(f"{name} table: {number} rows are validation rows: left out")
            part = part[~twice]
        left[name] = part
    return events, left


def without_unknown(
    name: str,
    part: pd.DataFrame,
    users: Collection[str],
    items: Collection[str],
    reading: Reading,
) -> pd.DataFrame:
    """Return the rows of a held-out table whose user and item are nodes, and note the others.

    Nothing is known of a user without rows and friends, or of an item without rows and links, so
    no model can rank them.

    Args:
        name: of the table.
        part: its rows.
        users: the ids that are nodes.
        items: those of the items.
        reading: where it is noted.
    """
    new = {
        "users": ~part["source"].isin(users),
        "items": ~part["target"].isin(items),
    }
    wrong = new["users"] | new["items"]
    if wrong.any():
        ids = {"users": part["source"], "items": part["target"]}
        counts = ", ".join(
            f"{ids[node][mask].nunique():,} {node} (as {ids[node][mask].iloc[0]!r})"
            for node, mask in new.items()
            if mask.any()
        )
        reading.assumed.append(
            f"{name} table: {int(wrong.sum()):,} of {len(part):,} rows are of {counts} that occur "
            "nowhere else; nothing can rank them, and they were left out"
        )
    return part[~wrong]


def numbered(part: pd.DataFrame, users: list[str], items: list[str]) -> NDArray[np.int64]:
    """Return the rows as numbers of users and items, each pair once, [2, rows]."""
    pairs = part[["source", "target"]].drop_duplicates()
    ends = (("source", users), ("target", items))
    columns = [pd.Index(ids).get_indexer(pd.Index(pairs[end])) for end, ids in ends]
    return np.stack(columns).astype(np.int64)


def cold_rows(
    edge_index: NDArray[np.int64], trained: NDArray[np.bool_], num_users: int, num_items: int
) -> NDArray[np.bool_]:
    """Tell which interactions are of a user or an item without a training interaction.

    Args:
        edge_index: [2, interactions] users and items.
        trained: [interactions] which are for training.
        num_users: how many users there are.
        num_items: how many items there are.
    """
    user, item = edge_index
    known_user = np.bincount(user[trained], minlength=num_users) > 0
    known_item = np.bincount(item[trained], minlength=num_items) > 0
    cold: NDArray[np.bool_] = ~(known_user[user] & known_item[item])
    return cold
