"""InfoNCE, the loss of contrastive learning, and the anchors it is computed for."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.graph.pairs import StoredPairs
from ausrec.tasks.unit_rows import unit_rows


def info_nce(
    anchors: Float[Tensor, "batch dim"],
    others: Float[Tensor, "candidates dim"],
    temperature: float,
    positive: Int[Tensor, " batch"] | None = None,
) -> Float[Tensor, " batch"]:
    """Return the InfoNCE loss of each anchor (van den Oord et al. 2018).

    Math:    ℓ_i = −log [exp(cos(a_i, b_p(i)) / τ) / Σ_j exp(cos(a_i, b_j) / τ)]

    Args:
        anchors: a.
        others: b.
        temperature: τ.
        positive: p(i), the row of b that belongs to anchor i; None for row i.
    """
    logits = unit_rows(anchors) @ (unit_rows(others) / temperature).T
    if positive is None:
        positive = torch.arange(len(anchors), device=anchors.device)
    return cross_entropy(logits, positive, reduction="none")


class Anchors(NamedTuple):
    """The nodes that a contrastive loss is computed for, each once.

    Attributes:
        user: ids of users, ascending.
        item: ids of items, ascending.
    """

    user: Int[Tensor, " users"]
    item: Int[Tensor, " items"]


class AnchorSampler:
    """Draws the users and items of uniform training interactions, each once."""

    def __init__(self, graph: HeteroData) -> None:
        """Read the training interactions.

        Raises:
            AusrecError: when there are none.
        """
        edge_index = graph["user", "rates", "item"].edge_index
        sizes = graph["user"].num_nodes, graph["item"].num_nodes
        self.pairs = StoredPairs.from_edge_index(edge_index, *sizes)
        if self.pairs.num_pairs == 0:
            raise AusrecError("the training graph has no interactions: there is nothing to compare")

    def draw(self, size: int, generator: np.random.Generator) -> Anchors:
        """Draw `size` interactions with replacement; return their distinct users and items."""
        ids = (torch.from_numpy(np.unique(side)) for side in self.pairs.draw(size, generator))
        return Anchors(*ids)


def both_sides(
    users: Float[Tensor, " users"], items: Float[Tensor, " items"]
) -> Float[Tensor, " anchors"]:
    """Put the losses of users and items together so that their mean is the sum of both means.

    Math:    ℓ'_i = ℓ_i n / n_side,  n = n_users + n_items

    The published losses add the mean over users and the mean over items.
    """
    total = len(users) + len(items)
    return torch.cat([users * (total / len(users)), items * (total / len(items))])
