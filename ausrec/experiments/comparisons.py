"""Compare the variants of a grid: families of paired tests, corrected by Holm."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from ausrec.experiments.results import GridResults
from ausrec.experiments.statistics import Comparison, compare_pair, crossed_interval, holm
from ausrec.experiments.variants import choose_baseline, seed_table

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
    pairs = pairs_with(values, choose_baseline(results.runs, baseline))
    made = compare_pairs(values, pairs, metric)
    if not draws:
        return made
    users = user_table(results.scores, metric)
    for place, (dataset, variant, against) in enumerate(pairs):
        # Of the same user in the same seed; NaN where one of the two lacks it.
        gaps = user_values(users, dataset, variant) - user_values(users, dataset, against)
        low, high = crossed_interval(gaps.to_numpy(dtype=float), draws=draws)
        made[place] = replace(made[place], user_low=low, user_high=high)
    return made


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


def user_table(scores: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return every user's value in every run: a row a data set, variant and seed, a column a user.

    Args:
        scores: of `GridResults`.
        metric: such as `ndcg@10`.
    """
    place = ["dataset", "variant", "seed"]
    return scores[scores["metric"] == metric].pivot(index=place, columns="user", values="value")


def user_values(users: pd.DataFrame, dataset: str, variant: str) -> pd.DataFrame:
    """Return the rows of a variant on a data set: a row a seed, a column a user."""
    level = users.index.get_level_values
    here = (level("dataset") == dataset) & (level("variant") == variant)
    return users[here].droplevel(["dataset", "variant"])


def _present(values: pd.DataFrame) -> dict[str, list[str]]:
    return {
        str(dataset): [str(name) for name in part.columns[part.notna().any()]]
        for dataset, part in values.groupby(level="dataset", sort=False)
    }
