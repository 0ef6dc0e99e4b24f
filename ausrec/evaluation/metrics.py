"""Ranking metrics, and `METRICS`, the one table that every report, command and grid reads.

A metric of users takes the same three things and answers for all cut-offs in one pass:

    hits:         [users, ranks], True where the item at that rank is held out (relevant)
    num_relevant: [users], the number of held-out items n_u of each user
    ks:           the cut-offs K, each between 1 and the number of ranks

and returns float64 values [users, len(ks)]. Relevance is binary. Below, h_r is 1 where rank r
(counted from 1) is a hit. A user without held-out items gets 0 everywhere; `evaluate` leaves
such users out of every mean. A metric of lists (`ausrec.evaluation.beyond`) takes these instead.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from jaxtyping import Bool, Float64, Int
from torch import Tensor

from ausrec.errors import AusrecError, nearest
from ausrec.evaluation.beyond import (
    attribute_diversity,
    calibration,
    coverage,
    diversity,
    gini,
    novelty,
    popularity_lift,
    user_coverage,
)

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


@dataclass(frozen=True)
class Metric:
    """A row of the table of metrics."""

    compute: Callable[..., Any]
    """From `hits, num_relevant, ks` to [users, len(ks)]. With `of_lists` from `lists, ks`, to
    [len(ks)] where there is no value for each user, and to None where the data lacks something."""

    label: str
    """The name that people read, as "NDCG"."""

    meaning: str
    """What the metric says of the first K items, as a sentence goes on after the label."""

    per_user: bool = True
    """Whether there is a value for each user; only then can a grid compare by it."""

    shown: bool = False
    """Whether tables that do not have room for all metrics show this one."""

    of_lists: bool = False
    """Whether it asks what lists are like, and not what they hit."""

    beyond: bool = False
    """Whether it says something else than how well items are ranked: it is measured once, after
    training, and has tables of its own."""

    larger_is_better: bool = True
    """Whether the best model has the largest value. Training and grids choose by such alone."""


_beyond = partial(Metric, of_lists=True, beyond=True)

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
        coverage,
        "Coverage",
        "is the share of all items that somebody is shown",
        per_user=False,
        of_lists=True,
    ),
    "user_coverage": _beyond(user_coverage, "User coverage", "says whether there are K items"),
    "gini": _beyond(
        gini,
        "Gini",
        "is how unequally they are spread over all items",
        per_user=False,
        larger_is_better=False,
    ),
    "novelty": _beyond(novelty, "Novelty", "is the mean self-information of them, in bits"),
    "popularity_lift": _beyond(
        popularity_lift,
        "Popularity lift",
        "is by what share they are more popular than the user's own items",
        larger_is_better=False,
    ),
    "diversity": _beyond(diversity, "Diversity", "is how far apart their embeddings lie"),
    "attribute_diversity": _beyond(
        attribute_diversity, "Attribute diversity", "is how far apart their attributes lie"
    ),
    "calibration": _beyond(
        calibration, "Calibration", "is how near their attributes are to those of the user's items"
    ),
}


def shown_metrics(ks: Sequence[int]) -> list[str]:
    """Name the metrics for tables without room for all: `recall@10`, `ndcg@10`, `recall@20`, ..."""
    return [f"{name}@{k}" for k in ks for name, metric in METRICS.items() if metric.shown]


def kept_metrics() -> list[str]:
    """Name the metrics of which a grid's runs keep the value of each user, whatever is asked."""
    return [f"{name}@{k}" for name, metric in METRICS.items() if metric.per_user for k in (10, 20)]


def compared_metrics() -> list[str]:
    """Name the metrics that a grid's tables hold for each user, whatever is asked."""
    return [n for n in shown_metrics([10]) if METRICS[n.partition("@")[0]].per_user]


def cutoff_of(name: str) -> int:
    """Return the cut-off of a metric with values of users, as 20 of `recall@20`.

    Raises:
        AusrecError: when there is no such metric, or nothing can be compared by it.
    """
    kind, _, k = name.partition("@")
    known = [each for each, metric in METRICS.items() if metric.per_user]
    if kind not in known or not (k.isascii() and k.isdigit() and int(k)):
        near = f"{kind}@10" if kind in known else name
        raise AusrecError(
            f"'{name}' is not kept by user{nearest(near, [f'{n}@10' for n in known])}"
        )
    if not larger_is_better(name):
        raise AusrecError(f"of '{name}' less is better: name one of which more is better")
    return int(k)


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
    """Compute every metric of hits at every cut-off.

    Returns: per-user values by name: `recall@5`, `recall@10`, ..., `map@10`.
    Raises:  AusrecError when a cut-off is below 1 or above the number of ranks.
    """
    return {
        f"{name}@{k}": values
        for name, metric in METRICS.items()
        if not metric.of_lists
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
