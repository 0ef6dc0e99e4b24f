"""The first k items of every user, with a fixed order among equal scores.

`recommend` lists them by name.
"""

from collections.abc import Callable, Sequence
from difflib import get_close_matches

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Int64
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError

# Bytes of a block of scores in double precision; the work on it takes three times as much.
BLOCK = 256 * 2**20


def users_at_once(num_items: int) -> int:
    """Return how many users are ranked at once, so that a block of scores fits 256 MiB."""
    return max(1, min(1024, BLOCK // (8 * num_items)))


def known_items(split: HeteroData) -> Int64[Tensor, "2 known"]:
    """Return the (user, item) pairs that must not be ranked, sorted by user.

    These are `known_index` of a validation or test part; elsewhere the edges of the graph.
    """
    store = split["user", "rates", "item"]
    pairs: Tensor = store.get("known_index", store.edge_index).cpu()
    return pairs[:, pairs[0].argsort(stable=True)].contiguous()


def check_scores(
    scores: Tensor, users: Int64[Tensor, " batch"], num_items: int
) -> Float[Tensor, "batch num_items"]:
    """Return the scores when they can be ranked.

    Raises:
        AusrecError: another shape than [batch, num_items], or a score that is NaN or +inf.
    """
    if scores.shape != (len(users), num_items):
        raise AusrecError(
            f"scores have shape {list(scores.shape)}, expected [{len(users)}, {num_items}]: "
            "one row a user and one column an item"
        )
    # The largest value of a row is NaN where any value of it is.
    highest = scores.amax(1)
    wrong = highest.isnan() | (highest == torch.inf)
    if wrong.any():
        row = int(wrong.nonzero()[0])
        raise AusrecError(
            f"the score of user {int(users[row])} is {float(highest[row])}: the model has "
            "diverged; train again with a lower learning rate"
        )
    return scores


def top_items(
    scores: Float[Tensor, "batch items"],
    users: Int64[Tensor, " batch"],
    known: Int64[Tensor, "2 known"],
    k: int,
) -> Int64[Tensor, "batch {k}"]:
    """List each user's best unknown items, equal scores by ascending id.

    Args:
        scores: one row a user; not changed. -inf keeps an item off the list.
        users: the user id of every row, ascending; on the CPU, whatever the scores' device.
        known: pairs to leave out, sorted by user; on the CPU.
        k: length of the lists.

    Returns:
        item ids; -1 where fewer than k items are left.
    """
    scores = scores.clone()
    first, last = torch.searchsorted(known[0], torch.stack([users[0], users[-1] + 1])).tolist()
    known = known[:, first:last]
    row = torch.searchsorted(users, known[0]).clamp(max=len(users) - 1)
    inside = users[row] == known[0]
    index = torch.stack([row[inside], known[1, inside]]).to(scores.device)
    scores[index[0], index[1]] = -torch.inf

    length = min(k, scores.size(1))
    value, item = stable_topk(scores, length)
    item = torch.where(value > -torch.inf, item, -1)
    return torch.nn.functional.pad(item, (0, k - length), value=-1)


def stable_topk(
    scores: Float[Tensor, "batch items"], k: int
) -> tuple[Float[Tensor, "batch {k}"], Int64[Tensor, "batch {k}"]]:
    """Return the k largest values of each row and their columns, ties by ascending column.

    `torch.topk` leaves the order of equal values open, and at the k-th place also which of them
    it returns. A full stable sort would settle both at many times the cost.

    Args:
        scores: without NaN.
        k: at most the number of columns.
    """
    value, item = scores.topk(min(k + 1, scores.size(1)))
    tied = torch.zeros(len(scores), dtype=torch.bool, device=scores.device)
    if value.size(1) > k:
        tied = value[:, k - 1] == value[:, k]
    item = item[:, :k].clone()
    if tied.any():
        item[tied] = _lowest_columns(scores[tied], value[tied, k - 1], k)
    item = item.sort(1).values
    value, order = scores.gather(1, item).sort(dim=1, descending=True, stable=True)
    return value, item.gather(1, order)


def _lowest_columns(
    scores: Float[Tensor, "rows items"], kth_value: Float[Tensor, " rows"], k: int
) -> Int64[Tensor, "rows {k}"]:
    """Return the columns above each row's k-th value, filled up with the lowest ones equal to it.

    Args:
        scores: rows with at least k columns.
        kth_value: the k-th largest value of every row.
        k: how many columns to return, ascending.
    """
    above = scores > kth_value[:, None]
    equal = scores == kth_value[:, None]
    places = k - above.sum(1, keepdim=True)
    chosen = above | (equal & (equal.cumsum(1, dtype=torch.int32) <= places))
    return chosen.nonzero()[:, 1].view(-1, k)


@torch.no_grad()
def recommend_all(
    scores: Callable[[Tensor], Tensor],
    split: HeteroData,
    users: Sequence[int],
    k: int = 10,
    *,
    with_known: bool = False,
) -> pd.DataFrame:
    """List the k best items of some users that each does not know yet.

    Args:
        scores: maps user ids [batch] to scores [batch, num_items].
        split: the graph. What a user knows is `known_index` of a validation or test part, and the
            edges of any other graph.
        users: ids of the users in the graph, in [0, num_users).
        k: number of items; fewer are listed where a user knows nearly all.
        with_known: list what a user knows as well.

    Returns:
        columns `user` and `item` (ids in the graph), `rank` (from 1), `raw_id` (of the item, in the
        source), `name`, `score`; users in ascending order, items of equal score likewise.

    Raises:
        AusrecError: no such user, k below 1, or scores that cannot be ranked.
    """
    num_users, num_items = int(split["user"].num_nodes), int(split["item"].num_nodes)
    for user in users:
        if not 0 <= user < num_users:
            raise AusrecError(f"user {user} is not in the graph: ids run from 0 to {num_users - 1}")
    if k < 1:
        raise AusrecError(f"k={k}: ask for at least one item")
    known = torch.empty(2, 0, dtype=torch.int64) if with_known else known_items(split)
    parts = []
    for block in torch.tensor(sorted({*users})).split(users_at_once(num_items)):
        block_scores = check_scores(scores(block), block, num_items)
        top = top_items(block_scores, block, known, min(k, num_items)).cpu()
        row, place = (top >= 0).nonzero().unbind(1)
        item = top[row, place]
        columns = block[row], item, place + 1, block_scores.cpu()[row, item].double()
        parts.append(torch.stack([column.double() for column in columns]).numpy())
    user, item, rank, score = np.concatenate(parts, 1)
    item = item.astype(int)
    raw_ids, names = (np.array(split["item"][c], dtype=object) for c in ("raw_id", "name"))
    return pd.DataFrame(
        {
            "user": user.astype(int),
            "rank": rank.astype(int),
            "item": item,
            "raw_id": raw_ids[item],
            "name": names[item],
            "score": score,
        }
    )


def recommend(
    scores: Callable[[Tensor], Tensor], split: HeteroData, user: int | str, k: int = 10
) -> pd.DataFrame:
    """List the k best items that a user does not know yet: `recommend_all` of one user.

    The user is a number in the graph, or the source's own id as a text.
    """
    user = find_user(split, user) if isinstance(user, str) else user
    return recommend_all(scores, split, [user], k).drop(columns="user")


def find_user(split: HeteroData, raw_id: str) -> int:
    """Return the id in the graph of the user whom the source calls `raw_id`.

    Raises:
        AusrecError: the source has no such user.
    """
    return find_ids(split, "user", [str(raw_id)])[0]


def find_ids(split: HeteroData, node: str, raw_ids: Sequence[str]) -> list[int]:
    """Return the ids in the graph of what the source calls by its own ids.

    Args:
        split: the graph.
        node: `user` or `item`.
        raw_ids: ids of the source.

    Raises:
        AusrecError: on the first that the source lacks, naming the nearest.
    """
    held = list(split[node].raw_id)
    number = {raw_id: place for place, raw_id in enumerate(held)}
    for raw_id in raw_ids:
        if raw_id not in number:
            close = ", ".join(get_close_matches(raw_id, held, n=3))
            hint = f"; the nearest ids are {close}" if close else ""
            hint = hint or f": ids look like {', '.join(held[:3])}, ..."
            raise AusrecError(f"{node} '{raw_id}' is not in the data{hint}")
    return [number[raw_id] for raw_id in raw_ids]
