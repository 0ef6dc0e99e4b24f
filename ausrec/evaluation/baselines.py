"""The plainest recommenders: what a model must beat to have learned anything."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import HeteroData


def popularity(split: HeteroData) -> Callable[[Tensor], Tensor]:
    """Score every item by its number of training interactions, the same for all users.

    Args:
        split: any part of `split_interactions`; its `edge_index` holds the training edges.

    Returns:
        scores for `evaluate` and `recommend`: user ids [batch] to [batch, num_items].
    """
    item = split["user", "rates", "item"].edge_index[1]
    count = torch.bincount(item, minlength=split["item"].num_nodes).float()
    return lambda users: count.expand(len(users), -1)


def random_scores(split: HeteroData, seed: int = 0) -> Callable[[Tensor], Tensor]:
    """Score every pair of user and item uniformly at random in [0, 1).

    A user's scores depend on the seed and the user alone, so that neither the order nor the
    blocks in which users are asked for change them.

    Args:
        split: any part of `split_interactions`.
        seed: of the generators.

    Returns:
        scores for `evaluate` and `recommend`: user ids [batch] to [batch, num_items].
    """
    num_items = int(split["item"].num_nodes)

    def scores(users: Tensor) -> Tensor:
        rows = [
            np.random.default_rng([seed, user]).random(num_items, dtype=np.float32)
            for user in users.tolist()
        ]
        return torch.from_numpy(np.stack(rows))

    return scores
