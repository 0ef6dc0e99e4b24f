"""How often a comparison of strategies that do not differ finds a difference, by way of counting.

    python -m benchmarks.error_rate --grids 2000 --seeds 5

Grids are drawn in which every strategy is the same one. Each seed has its own luck, shared by all
its strategies; each run has its own luck, shared by all its users; users differ. A way of counting
that finds a difference anywhere in such a grid has erred.

What chance adds to one user in one run is drawn with a third of what it would be, so that the 200
users stand for 1,800: their mean scatters by half of the run's luck, and not by more than it.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import ttest_1samp

from ausrec.experiments.comparisons import compare_pairs, pairs_with
from ausrec.experiments.ranks import rank_variants
from ausrec.experiments.results import GridResults
from ausrec.experiments.statistics import ALPHA, crossed_interval
from ausrec.experiments.verdict import verdict
from ausrec.lab.reports.grid_analysis import GridAnalysis
from benchmarks.timing import Row, report

SEED_LUCK, RUN_LUCK, USER_SPREAD, NOISE = 0.004, 0.002, 0.10, 0.01
BOOTSTRAPPED = 300


def draw_scores(
    generator: np.random.Generator, strategies: int, seeds: int, users: int, effect: float = 0.0
) -> NDArray[np.float64]:
    """Draw what every user scores, [strategies, seeds, users]; `effect` is added to the last.

    score = 0.16 + user + seed's luck + run's luck + noise, all normal.
    """
    shape = (strategies, seeds, users)
    scores = 0.16 + generator.normal(0, USER_SPREAD, (1, 1, users))
    scores = scores + generator.normal(0, SEED_LUCK, (1, seeds, 1))
    scores = scores + generator.normal(0, RUN_LUCK, (strategies, seeds, 1))
    scores = scores + generator.normal(0, NOISE, shape)
    scores[-1] += effect
    return scores


def seed_values(scores: NDArray[np.float64], dataset: str = "drawn") -> pd.DataFrame:
    """Return the means over users as `ausrec.experiments.results.seed_table` does."""
    strategies, seeds, _ = scores.shape
    index = pd.MultiIndex.from_product([[dataset], range(seeds)], names=["dataset", "seed"])
    columns = [f"strategy {number}" for number in range(strategies)]
    return pd.DataFrame(scores.mean(axis=2).T, index=index, columns=columns)


def finished_grid(scores: NDArray[np.float64], dataset: str = "drawn") -> GridResults:
    """Return what `ausrec compare` would read of these runs.

    Scores of single users are left out: they serve an interval that decides about no verdict.
    """
    means = seed_values(scores, dataset).reset_index()
    runs = means.melt(["dataset", "seed"], var_name="strategy", value_name="ndcg@10")
    nothing = pd.DataFrame()
    return GridResults(
        runs=runs.assign(tasks="all"), scores=nothing, histories=nothing, failures=nothing
    )


def verdicts_find(scores: NDArray[np.float64]) -> bool:
    """Tell whether `ausrec compare` prints that a difference from the first is significant."""
    found = GridAnalysis(finished_grid(scores), baseline="strategy 0").comparisons
    return any(", significant: " in verdict(each) for each in found)


def holm_finds(scores: NDArray[np.float64]) -> bool:
    """Tell the same by the test alone, which takes a tenth of the time."""
    values = seed_values(scores)
    return any(
        each.significant
        for each in compare_pairs(values, pairs_with(values, "strategy 0"), "ndcg@10")
    )


def uncorrected_finds(scores: NDArray[np.float64]) -> bool:
    """Tell whether any paired t test over seeds does, without Holm's correction."""
    gaps = scores.mean(axis=2)
    return bool((ttest_1samp(gaps[1:] - gaps[0], 0, axis=1).pvalue < ALPHA).any())


def users_as_units_find(scores: NDArray[np.float64]) -> bool:
    """Tell whether any paired t test over the users of all seeds does, one observation each."""
    gaps = (scores[1:] - scores[0]).reshape(len(scores) - 1, -1)
    return bool((ttest_1samp(gaps, 0, axis=1).pvalue < ALPHA / len(gaps)).any())


def ranks_find(scores: NDArray[np.float64]) -> bool:
    """Tell whether Friedman's test does."""
    return rank_variants(seed_values(scores)).significant


def bootstrap_finds(scores: NDArray[np.float64]) -> bool:
    """Tell whether 0 lies outside any bootstrap interval, at a level corrected by Bonferroni."""
    level = 1 - ALPHA / (len(scores) - 1)
    intervals = [crossed_interval(each - scores[0], draws=1000, level=level) for each in scores[1:]]
    return any(low > 0 or high < 0 for low, high in intervals)


WAYS = {
    "paired t over seeds, Holm (the verdicts)": verdicts_find,
    "Friedman's test": ranks_find,
    "paired t over seeds, uncorrected": uncorrected_finds,
    "bootstrap over seeds and users, Bonferroni": bootstrap_finds,
    "paired t over users × seeds, Bonferroni": users_as_units_find,
}


def measure(
    grids: int, strategies: int, seeds: int, users: int, effect: float = 0.0, seed: int = 0
) -> list[Row]:
    """Return a row a way of counting: in which share of the grids it finds a difference."""
    rows: list[Row] = []
    for name, finds in WAYS.items():
        # The bootstrap takes far longer than the rest.
        number = min(grids, BOOTSTRAPPED) if finds is bootstrap_finds else grids
        generator = np.random.default_rng(seed)
        drawn = (draw_scores(generator, strategies, seeds, users, effect) for _ in range(number))
        rows.append({"way": name, "grids": number, "finds": sum(map(finds, drawn)) / number})
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the error rates, and the power where an effect is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grids", type=int, default=2000)
    parser.add_argument("--strategies", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--effect", type=float, default=0.0, help="added to one strategy")
    parser.add_argument("--out", type=Path)
    told = parser.parse_args(arguments)
    rows = measure(told.grids, told.strategies, told.seeds, told.users, told.effect)
    title = (
        f"Share of {told.strategies}-strategy grids with a significant difference: "
        f"{told.seeds} seeds, {told.users} users, effect {told.effect:g}"
    )
    report(title, rows, told.out)


if __name__ == "__main__":
    main()
