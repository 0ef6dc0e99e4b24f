"""What may be asked of two views: InfoNCE, or another objective on the same views and samples."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from ausrec.tasks.objectives.info_nce import info_nce
from ausrec.tasks.unit_rows import cosines, unit_rows

ViewObjective: TypeAlias = Literal["info_nce", "ranking", "alignment"]
Rows = Float[Tensor, "batch dim"]


def rank_views(first: Rows, second: Rows, temperature: float) -> Float[Tensor, " batch"]:
    """Return the ranking loss of each node: its other view before those of the other nodes.

    This is BPR (Rendle et al. 2009) with a node's other view in the place of the chosen item. The
    cosines, the temperature and the negatives are those of InfoNCE; but every negative is
    compared by itself, so that hard ones do not take each other's share.

    Math:    ℓ_i = mean_{j ≠ i} −ln σ((cos(a_i, b_i) − cos(a_i, b_j)) / τ)

    Args:
        first: a.
        second: b.
        temperature: τ.
    """
    logits = unit_rows(first) @ (unit_rows(second) / temperature).T
    losses = softplus(logits - logits.diagonal()[:, None])
    others = 1 - torch.eye(len(first), dtype=losses.dtype, device=losses.device)
    # A single node has nobody to be told from; its loss is 0, as InfoNCE's.
    return (losses * others).sum(1) / max(1, len(first) - 1)


def align_views(first: Rows, second: Rows, temperature: float) -> Float[Tensor, " batch"]:
    """Return how far each node's two views are apart; no node is told from another.

    What is left of InfoNCE without its negatives (Wang and Isola 2020). By itself it is content
    when all embeddings are the same, so that only the main task stands against a collapse.

    Math:    ℓ_i = ‖a_i/‖a_i‖ − b_i/‖b_i‖‖² / (2τ) = (1 − cos(a_i, b_i)) / τ

    Args:
        first: a.
        second: b.
        temperature: τ.
    """
    return (1 - cosines(first, second)) / temperature


VIEW_OBJECTIVES: Mapping[str, Callable[[Rows, Rows, float], Float[Tensor, " batch"]]] = {
    "info_nce": info_nce,
    "ranking": rank_views,
    "alignment": align_views,
}
