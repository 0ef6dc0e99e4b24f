"""Bayesian personalised ranking, the loss of recommendation and of every structural task."""

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import softplus

Rows = Float[Tensor, "batch dim"]


def take(table: Float[Tensor, "nodes dim"], *ids: Int[Tensor, " batch"]) -> tuple[Tensor, ...]:
    """Return the rows of a table for several lists of ids, [batch, dim] each.

    One selection for all: its backward pass then writes one gradient table instead of several.
    """
    rows: tuple[Tensor, ...] = table.index_select(0, torch.cat(ids)).split([len(i) for i in ids])
    return rows


def bpr_loss(user: Rows, pos: Rows, neg: Rows) -> Float[Tensor, " batch"]:
    """Return the BPR loss of each sample (Rendle et al. 2009; AusRec, all tasks).

    Math:    ℓ = softplus(⟨u, n⟩ − ⟨u, p⟩) = −ln σ(⟨u, p⟩ − ⟨u, n⟩)

    Args:
        user: embeddings of the users.
        pos: embeddings of the positives.
        neg: embeddings of the negatives.
    """
    # One inner product with the difference is half the work of two.
    return softplus(torch.linalg.vecdot(user, neg - pos))


def l2_penalty(user: Rows, pos: Rows, neg: Rows) -> Float[Tensor, " batch"]:
    """Return ½ (‖u‖² + ‖p‖² + ‖n‖²) of each sample's layer-0 embeddings (LightGCN, Eq. 15)."""
    squares: list[Tensor] = [torch.linalg.vecdot(rows, rows) for rows in (user, pos, neg)]
    return torch.stack(squares).sum(0) / 2
