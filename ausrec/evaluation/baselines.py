"""Recommenders without training by descent: what a model must beat to be worth its cost."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, vstack
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import edge_matrix
from ausrec.errors import AusrecError, check_above_zero
from ausrec.evaluation.top import BLOCK

# EASE inverts a matrix of items × items in double precision: 5 GB at this many.
MOST_ITEMS = 25_000


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


def itemknn(
    split: HeteroData, neighbours: int = 100, shrink: float = 10.0
) -> Callable[[Tensor], Tensor]:
    """Score an item by how similar it is to the user's own items.

    Math:    score(u, i) = Σ_{j ∈ I_u} s_ij,   s_ij = n_ij / (√(n_i n_j) + shrink), n_ij the users
             of both items; of each i the `neighbours` largest s_ij count
    Source:  Deshpande and Karypis, *Item-based top-N recommendation algorithms*, TOIS 2004; the
             shrinkage after Dacrema et al., RecSys 2019 (arXiv 1907.06902).

    Args:
        split: any part of `split_interactions`; its `edge_index` holds the training edges.
        neighbours: that count for an item.
        shrink: how much similarities of few users are drawn to zero.

    Returns:
        scores for `evaluate` and `recommend`: user ids [batch] to [batch, num_items].
    """
    check_above_zero(neighbours=neighbours)
    rates = edge_matrix(split)
    count, columns, num_items = rates.sum(axis=0), rates.T.tocsr(), rates.shape[1]
    size = BLOCK // (8 * num_items) + 1
    blocks = [range(begin, min(begin + size, num_items)) for begin in range(0, num_items, size)]
    parts = [_nearest(columns[block] @ rates, block, count, neighbours, shrink) for block in blocks]
    near = vstack(parts).tocsr()
    return lambda users: torch.from_numpy((rates[users.numpy()] @ near.T).toarray())


def _nearest(
    together: csr_array, items: range, count: NDArray[Any], neighbours: int, shrink: float
) -> csr_array:
    """Return the similarities of some items to those that are most similar to each.

    Args:
        together: users of two items, [items, all items].
        items: their ids.
        count: users of every item.
        neighbours: as of `itemknn`.
        shrink: as of `itemknn`.
    """
    together.setdiag(0, items.start)
    together.eliminate_zeros()
    row = np.repeat(np.arange(together.shape[0]), np.diff(together.indptr))
    together.data /= np.sqrt(count[row + items.start] * count[together.indices]) + shrink
    order = np.lexsort((together.indices, -together.data, row))
    kept = order[np.arange(len(row)) - together.indptr[row] < neighbours]
    found = together.data[kept], (row[kept], together.indices[kept])
    return csr_array(found, together.shape)


def ease(split: HeteroData, l2: float = 100.0) -> Callable[[Tensor], Tensor]:
    """Score items by the linear model that best rebuilds each item from the others.

    Math:    B = argmin ‖X − X B‖² + l2 ‖B‖² with diag(B) = 0;   P = (XᵀX + l2 I)⁻¹,
             B_ij = −P_ij / P_jj for i ≠ j;   scores = X B
    Source:  Steck, *Embarrassingly shallow autoencoders for sparse data*, WWW 2019
             (arXiv 1905.03375).

    Args:
        split: any part of `split_interactions`; its `edge_index` holds the training edges.
        l2: of the weights.

    Returns:
        scores for `evaluate` and `recommend`: user ids [batch] to [batch, num_items].

    Raises:
        AusrecError: when there are more items than its dense matrix allows.
    """
    check_above_zero(l2=l2)
    rates = edge_matrix(split)
    num_items = rates.shape[1]
    if num_items > MOST_ITEMS:
        raise AusrecError(
            f"EASE needs a dense matrix of {num_items:,} × {num_items:,} items; it is meant for at "
            f"most {MOST_ITEMS:,}: use itemknn here"
        )
    gram = torch.from_numpy((rates.T @ rates + diags_array(np.full(num_items, l2))).toarray())
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(gram))
    weights = (inverse / -inverse.diagonal()).fill_diagonal_(0).float()

    def scores(users: Tensor) -> Tensor:
        known = torch.from_numpy(rates[users.numpy()].toarray()).float()
        return known @ weights

    return scores


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


RECOMMENDERS: Mapping[str, Callable[..., Callable[[Tensor], Tensor]]] = {
    "popularity": popularity,
    "itemknn": itemknn,
    "ease": ease,
}
"""Those that have a name in grids; further parameters are settings."""
