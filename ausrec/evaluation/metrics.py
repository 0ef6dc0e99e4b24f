"""Ranking metrics, and `METRICS`, the one table that every report, command and grid reads.

A metric of users takes the same three things and answers for all cut-offs in one pass:

    hits:         [users, ranks], True where the item at that rank is held out (relevant)
    num_relevant: [users], the number of held-out items n_u of each user
    ks:           the cut-offs K, each between 1 and the number of ranks

and returns float64 values [users, len(ks)]. Relevance is binary. Below, h_r is 1 where rank r
(counted from 1) is a hit. A user without held-out items gets 0 everywhere; `evaluate` leaves
such users out of every mean. A metric of the lists of all users takes these lists instead.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float64, Int, Int64
from torch import Tensor

from ausrec.errors import AusrecError

Hits = Bool[Tensor, "users ranks"]
Counts = Int[Tensor, " users"]
Values = Float64[Tensor, "users cutoffs"]


def recall(hits: Hits, num_relevant: Counts, ks: Sequence[int]) -> Values:
    """Compute the share of a user's held-out items that is among the first K.

    recall@K = (Σ_{r≤K} h_r) / n_u

    Divides by all held-out items, not by min(K, n_u), as the published AusRec and LightGCN code
    does. A user with more than K held-out items therefore cannot reach 1.
    """
    return _at(hits.double().cumsum(1), ks) / _denominator(num_relevant)


def precision(hits: Hits, num_relevant: Counts, ks: Sequence[int]) -> Values:
    """Compute the share of hits among the first K.

    precision@K = (Σ_{r≤K} h_r) / K

    Divides by K even where a user has fewer than K items left to rank.
    """
    return _at(hits.double().cumsum(1), ks) / torch.tensor(list(ks), device=hits.device)


def ndcg(hits: Hits, num_relevant: Counts, ks: Sequence[int]) -> Values:
    """Compute the normalised discounted cumulative gain of the first K.

    NDCG@K = (Σ_{r≤K} h_r / log₂(r+1)) / (Σ_{r≤min(K, n_u)} 1 / log₂(r+1))

    The ideal ranking has min(K, n_u) ones, as in the published AusRec and LightGCN code.
    """
    discount = 1 / (_ranks(hits) + 1).log2()
    ideal = torch.cat([discount.new_zeros(1), discount.cumsum(0)])
    count = torch.minimum(num_relevant[:, None], torch.tensor(list(ks), device=hits.device))
    best = ideal[count]
    return _at((hits * discount).cumsum(1), ks) / torch.where(count > 0, best, 1.0)


def hit_rate(hits: Hits, num_relevant: Counts, ks: Sequence[int]) -> Values:
    """Tell whether at least one of the first K is a hit.

    hit_rate@K = max_{r≤K} h_r
    """
    return _at(hits.double().cummax(1).values, ks)


def reciprocal_rank(hits: Hits, num_relevant: Counts, ks: Sequence[int]) -> Values:
    """Compute one over the rank of the first hit, or 0 where the first K hold none.

    RR@K = max_{r≤K} h_r / r;  its mean over users is MRR@K.
    """
    return _at((hits / _ranks(hits)).cummax(1).values, ks)


def average_precision(hits: Hits, num_relevant: Counts, ks: Sequence[int]) -> Values:
    """Average the precision at the ranks of the hits.

    AP@K = (Σ_{r≤K} h_r · precision@r) / min(K, n_u);  its mean over users is MAP@K.
    """
    precision_at_hits = hits * hits.double().cumsum(1) / _ranks(hits)
    most = torch.minimum(num_relevant[:, None], torch.tensor(list(ks), device=hits.device))
    return _at(precision_at_hits.cumsum(1), ks) / most.clamp(min=1)


def coverage(
    top: Int64[Tensor, "users ranks"], num_items: int, ks: Sequence[int]
) -> Float64[Tensor, " cutoffs"]:
    """Compute the share of the catalogue that is in the first K of at least one user.

    coverage@K = |∪_u top-K(u)| / num_items

    Args:
        top: item ids from best to worst; -1 where a user has no further candidate.
        num_items: in the catalogue.
        ks: the cut-offs.
    """
    listed = [int((torch.unique(top[:, :k]) >= 0).sum()) for k in ks]
    return torch.tensor(listed, dtype=torch.float64) / num_items


@dataclass(frozen=True)
class Metric:
    """A row of the table of metrics."""

    compute: Callable[..., Tensor]
    """From `hits, num_relevant, ks` to [users, len(ks)], or from `top, num_items, ks` to
    [len(ks)]."""

    label: str
    """The name that people read, as "NDCG"."""

    meaning: str
    """What the metric says of the first K items, as a sentence goes on after the label."""

    per_user: bool = True
    """Whether there is a value for each user; only then can a grid compare by it."""

    shown: bool = False
    """Whether tables that do not have room for all metrics show this one."""

    larger_is_better: bool = True
    """Whether the best model has the largest value. Training and grids choose by such alone."""


METRICS = {
    "recall": Metric(
        recall, "Recall", "is the share of the user's held-out items among them", shown=True
    ),
    "precision": Metric(precision, "Precision", "is the share of them that is held out"),
    "ndcg": Metric(ndcg, "NDCG", "also asks how near the top the held-out items are", shown=True),
    "hit_rate": Metric(hit_rate, "Hit rate", "says whether a held-out item is among them"),
    "mrr": Metric(reciprocal_rank, "MRR", "is one over the rank of the first held-out item"),
    "map": Metric(
        average_precision, "MAP", "is the mean precision at the ranks of the held-out items"
    ),
    "coverage": Metric(
        coverage, "Coverage", "is the share of all items that somebody is shown", per_user=False
    ),
}


def shown_metrics(ks: Sequence[int]) -> list[str]:
    """Name the metrics for tables without room for all: `recall@10`, `ndcg@10`, `recall@20`, ..."""
    return [f"{name}@{k}" for k in ks for name, metric in METRICS.items() if metric.shown]


def compared_metrics() -> list[str]:
    """Name the metrics that a grid keeps for each user and can compare by."""
    return [
        name
        for name in shown_metrics([10])
        if METRICS[name.partition("@")[0]].per_user and larger_is_better(name)
    ]


def larger_is_better(name: str) -> bool:
    """Tell whether the best value of `ndcg@10` or `val/ndcg@10` is the largest.

    Args:
        name: of a metric; what is not in the table counts as one of which more is better.
    """
    metric = METRICS.get(name.rpartition("/")[2].partition("@")[0])
    return metric is None or metric.larger_is_better


def compute_metrics(
    hits: Hits, num_relevant: Counts, ks: Sequence[int]
) -> dict[str, Float64[Tensor, " users"]]:
    """Compute every metric that users have at every cut-off.

    Returns: per-user values by name: `recall@5`, `recall@10`, ..., `map@10`.
    Raises:  AusrecError when a cut-off is below 1 or above the number of ranks.
    """
    return {
        f"{name}@{k}": values
        for name, metric in METRICS.items()
        if metric.per_user
        for k, values in zip(ks, metric.compute(hits, num_relevant, ks).unbind(1), strict=True)
    }


def _ranks(hits: Hits) -> Float64[Tensor, " ranks"]:
    return torch.arange(1, hits.size(1) + 1, dtype=torch.float64, device=hits.device)


def _denominator(num_relevant: Counts) -> Int[Tensor, "users 1"]:
    return num_relevant.clamp(min=1)[:, None]


def _at(cumulative: Float64[Tensor, "users ranks"], ks: Sequence[int]) -> Values:
    if not all(1 <= k <= cumulative.size(1) for k in ks):
        raise AusrecError(
            f"cut-offs {list(ks)}: each must lie between 1 and the {cumulative.size(1)} ranks given"
        )
    return cumulative[:, [k - 1 for k in ks]]
