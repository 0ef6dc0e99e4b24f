"""Compare the variants of a grid: families of paired tests, corrected by Holm."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ausrec.experiments.results import GridResults
from ausrec.experiments.statistics import Comparison, compare_pair, crossed_interval, holm
from ausrec.experiments.variants import add_variant, choose_baseline, seed_table

Pair = tuple[str, str, str]  # data set, variant, baseline


def compare_with_baseline(
    results: GridResults, metric: str = "ndcg@10", baseline: str | None = None, draws: int = 2000
) -> list[Comparison]:
    """Compare every variant with the baseline on every data set; one family for Holm.

    Args:
        results: of a grid.
        metric: of the test users.
        baseline: see `choose_baseline`. A data set without it has no comparisons.
        draws: of the bootstrap over seeds and users; 0 for none.

    Raises:
        AusrecError: no such metric or baseline.
    """
    values = seed_table(results.runs, metric)
    chosen = choose_baseline(results.runs, baseline)
    made = compare_pairs(values, pairs_with(values, chosen), metric)
    return [_with_user_interval(each, results, draws) for each in made] if draws else made


def compare_all_pairs(results: GridResults, metric: str = "ndcg@10") -> list[Comparison]:
    """Compare every variant with every other on every data set; one family for Holm."""
    values = seed_table(results.runs, metric)
    pairs = [
        (dataset, second, first)
        for dataset, names in _present(values).items()
        for first, second in combinations(names, 2)
    ]
    return compare_pairs(values, pairs, metric)


def compare_pairs(values: pd.DataFrame, pairs: Sequence[Pair], metric: str) -> list[Comparison]:
    """Test every pair on the seeds that both have, and correct the p values of all by Holm.

    Args:
        values: of `seed_table`.
        pairs: (data set, variant, baseline).
        metric: its name.
    """
    single = [compare_pair(values, *pair, metric) for pair in pairs]
    corrected = holm(np.array([each.p for each in single]))
    return [replace(each, p_holm=float(p)) for each, p in zip(single, corrected, strict=True)]


def pairs_with(values: pd.DataFrame, baseline: str) -> list[Pair]:
    """List the pairs of every other variant with the baseline, on the data sets that have it."""
    return [
        (dataset, name, baseline)
        for dataset, names in _present(values).items()
        if baseline in names
        for name in names
        if name != baseline
    ]


def user_values(scores: pd.DataFrame, dataset: str, variant: str, metric: str) -> pd.DataFrame:
    """Return every user's value in every seed of a variant: a row a seed, a column a user.

    Args:
        scores: `dataset`, `variant`, `seed`, `user`, `metric`, `value`.
        dataset: which.
        variant: which.
        metric: such as `ndcg@10`.
    """
    if scores.empty:
        return pd.DataFrame()
    wanted = {"dataset": dataset, "variant": variant, "metric": metric}
    chosen = np.logical_and.reduce([scores[name] == value for name, value in wanted.items()])
    return scores[chosen].pivot(index="seed", columns="user", values="value")


def user_differences(
    scores: pd.DataFrame, dataset: str, variant: str, baseline: str, metric: str
) -> NDArray[np.float64]:
    """Return every user's difference in every seed that both variants have, [seeds, users].

    Args:
        scores: `dataset`, `variant`, `seed`, `user`, `metric`, `value`.
        dataset: which.
        variant: from which is taken ...
        baseline: ... the same user's value under this one, in the same seed.
        metric: such as `ndcg@10`.
    """
    first, second = (user_values(scores, dataset, name, metric) for name in (variant, baseline))
    both = first.index.intersection(second.index)
    gaps = first.loc[both] - second.loc[both]
    return gaps.to_numpy(dtype=float)


def _with_user_interval(each: Comparison, results: GridResults, draws: int) -> Comparison:
    cell = (each.dataset, each.variant, each.baseline, each.metric)
    differences = user_differences(add_variant(results.scores), *cell)
    low, high = crossed_interval(differences, draws=draws)
    return replace(each, user_low=low, user_high=high)


def _present(values: pd.DataFrame) -> dict[str, list[str]]:
    return {
        str(dataset): [str(name) for name in part.columns[part.notna().any()]]
        for dataset, part in values.groupby(level="dataset", sort=False)
    }
