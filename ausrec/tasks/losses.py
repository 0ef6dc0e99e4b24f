"""The losses: from rows of embeddings to a number for each sample.

Ranking losses (`bpr_loss`, `softmax_loss`) put a user's positive above negatives. Losses of views
(`info_nce`, `rank_views`, `align_views`) compare two encodings of the same nodes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import cross_entropy, softplus

from ausrec.errors import check_above_zero
from ausrec.models.encoder import Embeddings, unit_rows

Rows = Float[Tensor, "batch dim"]
MainLoss = Callable[[Rows, Rows, Rows], Float[Tensor, " batch"]]
ViewObjective: TypeAlias = Literal["info_nce", "ranking", "alignment"]


def take(table: Float[Tensor, "nodes ..."], *ids: Int[Tensor, " batch"]) -> tuple[Tensor, ...]:
    """Return the rows of a table for several lists of ids, [batch, ...] each.

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


def softmax_loss(
    user: Rows, pos: Rows, neg: Float[Tensor, "candidates dim"], temperature: float
) -> Float[Tensor, " batch"]:
    """Return the sampled softmax loss of each sample (Wu et al. 2024, SSM).

    Math:    ℓ_i = −ln [e^(cos(u_i, p_i)/τ) / (e^(cos(u_i, p_i)/τ) + Σ_j e^(cos(u_i, n_j)/τ))]

    It does not change with the length of any embedding, where BPR, once most pairs are ranked
    rightly, falls as all of them grow.

    Args:
        user: embeddings of the users.
        pos: embeddings of the positives.
        neg: embeddings of the negatives; each sample is ranked among all of them.
        temperature: τ.
    """
    user = unit_rows(user) / temperature
    of_pos = torch.linalg.vecdot(user, unit_rows(pos))
    of_all = torch.cat([of_pos[:, None], user @ unit_rows(neg).T], dim=1)
    losses: Tensor = of_all.logsumexp(dim=1) - of_pos
    return losses


@dataclass(frozen=True)
class BPR:
    """Rank each positive above a negative of its own (Rendle et al. 2009); see `bpr_loss`."""

    title: ClassVar[str] = "BPR"

    def __call__(self, user: Rows, pos: Rows, neg: Rows) -> Float[Tensor, " batch"]:
        """Return the loss of each sample."""
        return bpr_loss(user, pos, neg)


@dataclass(frozen=True, kw_only=True)
class OverCosines:
    """A main loss that reads cosines."""

    by_cosine: bool = True
    """Rank by cosines, too; false for inner products."""


@dataclass(frozen=True)
class SampledSoftmax(OverCosines):
    """Rank each positive among all negatives of the batch (Wu et al. 2024); see `softmax_loss`."""

    temperature: float = 0.15
    """τ; the lower, the more the hardest negatives count."""

    title: ClassVar[str] = "sampled softmax"

    def __post_init__(self) -> None:
        """Refuse a temperature that is not above 0."""
        check_above_zero(temperature=self.temperature)

    def __call__(self, user: Rows, pos: Rows, neg: Rows) -> Float[Tensor, " batch"]:
        """Return the loss of each sample."""
        return softmax_loss(user, pos, neg, self.temperature)


def ranks_by_cosine(loss: object) -> bool:
    """Tell whether a model that a main loss trains ranks by cosines; by inner products if not."""
    return bool(getattr(loss, "by_cosine", False))


def l2_penalty(embeddings: Embeddings, *ids: Int[Tensor, " batch"]) -> Float[Tensor, " batch"]:
    """Return ½ (‖u‖² + ‖p‖² + ‖n‖²) of each sample's layer-0 embeddings (LightGCN, Eq. 15).

    Args:
        embeddings: of all nodes.
        ids: the rows of users, positives and negatives.
    """
    return torch.stack(take(embeddings.half_squares, *ids)).sum(0)


def cosines(
    first: Float[Tensor, "batch dim"], second: Float[Tensor, "batch dim"]
) -> Float[Tensor, " batch"]:
    """Return the cosine of each row with the same row of the other; 0 where one has no length.

    Args:
        first: rows of one side.
        second: rows of the other.
    """
    found: Tensor = torch.linalg.vecdot(unit_rows(first), unit_rows(second))
    return found


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


def both_sides(
    users: Float[Tensor, " users"], items: Float[Tensor, " items"]
) -> Float[Tensor, " anchors"]:
    """Put the losses of users and items together so that their mean is the sum of both means.

    Math:    ℓ'_i = ℓ_i n / n_side,  n = n_users + n_items

    The published losses add the mean over users and the mean over items.
    """
    total = len(users) + len(items)
    return torch.cat([users * (total / len(users)), items * (total / len(items))])
