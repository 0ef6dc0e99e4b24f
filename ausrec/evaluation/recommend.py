"""The items to show to one user, by name."""

from collections.abc import Callable

import pandas as pd
import torch
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.evaluation.top import check_scores, known_items, top_items


@torch.no_grad()
def recommend(
    scores: Callable[[Tensor], Tensor], split: HeteroData, user: int, k: int = 10
) -> pd.DataFrame:
    """List the k best items that the user does not know yet.

    Args:
        scores: maps user ids [batch] to scores [batch, num_items].
        split: the graph. What the user knows is `known_index` of a validation or test part, and
            the edges of any other graph.
        user: id of the user in the graph, in [0, num_users).
        k: number of items; fewer are listed where the user knows nearly all.

    Returns:
        columns `rank` (from 1), `item` (id in the graph), `raw_id` (id in the source), `name`,
        `score`. Items of equal score stand by ascending id.

    Raises:
        AusrecError: no such user, k below 1, or scores that cannot be ranked.
    """
    num_users, num_items = int(split["user"].num_nodes), int(split["item"].num_nodes)
    if not 0 <= user < num_users:
        raise AusrecError(f"user {user} is not in the graph: ids run from 0 to {num_users - 1}")
    if k < 1:
        raise AusrecError(f"k={k}: ask for at least one item")
    users = torch.tensor([user])
    block = check_scores(scores(users), users, num_items)
    items = top_items(block, users, known_items(split), min(k, num_items))[0]
    listed = items[items >= 0].cpu()
    ids = listed.tolist()
    return pd.DataFrame(
        {
            "rank": range(1, len(ids) + 1),
            "item": ids,
            "raw_id": [split["item"].raw_id[i] for i in ids],
            "name": [split["item"].name[i] for i in ids],
            "score": block[0, listed].tolist(),
        }
    )


def find_user(split: HeteroData, raw_id: str) -> int:
    """Return the id in the graph of the user whom the source calls `raw_id`.

    Raises:
        AusrecError: the source has no such user.
    """
    try:
        return list(split["user"].raw_id).index(str(raw_id))
    except ValueError:
        some = ", ".join(split["user"].raw_id[:3])
        raise AusrecError(
            f"user '{raw_id}' is not in the data: ids look like {some}, ..."
        ) from None
