"""Compare the variants of a grid: families of paired tests, corrected by Holm."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ausrec.experiments.analysis.bootstrap import crossed_interval, user_differences
from ausrec.experiments.analysis.paired import Comparison, compare_pair
from ausrec.experiments.analysis.variants import add_variant, choose_baseline, seed_table
from ausrec.experiments.results import GridResults

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
    found = compare_pairs(values, pairs_with(values, chosen), metric)
    return [add_user_interval(each, results, draws) for each in found] if draws else found


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


def holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correct p values for having tested several times (Holm 1979); NaN is no test and stays.

    Math:    p̃_(i) = max over j ≤ i of  min(1, (m − j + 1) p_(j)),  m tests sorted by p
    """
    corrected = np.full(len(p), nan)
    made = ~np.isnan(p)
    # statsmodels' `multipletests` gives the same, and collects garbage on every call, which
    # takes longer than all the tests of a grid.
    order = np.flatnonzero(made)[np.argsort(p[made], kind="stable")]
    raised = p[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(raised))
    return corrected


def add_user_interval(
    comparison: Comparison, results: GridResults, draws: int = 2000
) -> Comparison:
    """Return the comparison with the bootstrap interval over seeds and users, where scores are."""
    scores = add_variant(results.scores)
    differences = user_differences(
        scores, comparison.dataset, comparison.variant, comparison.baseline, comparison.metric
    )
    low, high = crossed_interval(differences, draws=draws)
    return replace(comparison, user_low=low, user_high=high)


def _present(values: pd.DataFrame) -> dict[str, list[str]]:
    return {
        str(dataset): [str(name) for name in part.columns[part.notna().any()]]
        for dataset, part in values.groupby(level="dataset", sort=False)
    }
