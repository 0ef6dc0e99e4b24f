"""Compare the variants of a grid: families of paired tests, corrected by Holm."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import combinations

import numpy as np
import pandas as pd

from ausrec.experiments.results import GridResults, choose_baseline, seed_table
from ausrec.experiments.statistics import Comparison, compare_pair, crossed_interval, holm
from ausrec.runs.task_sets import MAREC

Pair = tuple[str, str, str]  # data set, variant, baseline
ALONE, AMONG_ALL = "alone", "among all"
LEFT_OUT = "all-"


def compare_with_baseline(
    results: GridResults, metric: str = "ndcg@10", baseline: str | None = None
) -> list[Comparison]:
    """Compare every variant with the baseline on every data set; one family for Holm.

    Args:
        results: of a grid.
        metric: of the test users.
        baseline: see `choose_baseline`. A data set without it has no comparisons.

    Raises:
        AusrecError: no such metric or baseline.
    """
    values = seed_table(results.runs, metric)
    pairs = pairs_with(values, choose_baseline(results.runs, baseline))
    made = compare_pairs(values, pairs, metric)
    users = user_table(results.scores, metric)
    for place, (dataset, variant, against) in enumerate(pairs):
        # Of the same user in the same seed; NaN where one of the two lacks it.
        gaps = user_values(users, dataset, variant) - user_values(users, dataset, against)
        low, high = crossed_interval(gaps.to_numpy(dtype=float))
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


def differences_table(comparisons: Sequence[Comparison]) -> pd.DataFrame:
    """Give all attributes of the comparisons, with `relative` and `significant`."""
    more = ("relative", "significant")
    rows = [asdict(each) | {name: getattr(each, name) for name in more} for each in comparisons]
    return pd.DataFrame(rows, columns=[*Comparison.__dataclass_fields__, *more])


def task_of(tasks: str) -> tuple[str, str] | None:
    """Read a set of tasks: one task alone, or all but one; None for any other.

    Returns:
        the task, and `ALONE` or `AMONG_ALL`.
    """
    left_out = tasks.startswith(LEFT_OUT)
    task = tasks.removeprefix(LEFT_OUT)
    if not task or task in {"all", "none", MAREC} or "+" in task or (left_out and "-" in task):
        return None
    return task, AMONG_ALL if left_out else ALONE


def transfer_table(results: GridResults, metric: str = "ndcg@10") -> pd.DataFrame:
    """Give what each task adds, on every data set and under every strategy, tested as one family.

    Alone, a task adds what the strategy gains with this task over the encoder without any. Among
    all, it adds what the strategy with all tasks gains over the same without this one. Both are
    positive where the task helps.

    Args:
        results: of a grid with sets of one task (`alone`) or all but one (`left_out`).
        metric: of the test users.

    Returns:
        `dataset`, `strategy`, `task`, `added_to` ("alone", "among all"), and the columns of
        `differences_table`.
    """
    pairs: list[Pair] = []
    labels: list[tuple[str, str, str]] = []
    runs = results.runs
    is_bare = (runs["tasks"] == "none") | (runs["strategy"] == "none")
    bare = runs[is_bare].drop_duplicates("dataset").set_index("dataset")["variant"]
    for (dataset, strategy), part in runs[~is_bare].groupby(["dataset", "strategy"], sort=False):
        names = dict(zip(part["tasks"], part["variant"], strict=True))
        for tasks, variant in names.items():
            task, place = task_of(tasks) or ("", "")
            pair = (variant, bare.get(dataset)) if place == ALONE else (names.get("all"), variant)
            if task and None not in pair:
                pairs.append((str(dataset), str(pair[0]), str(pair[1])))
                labels.append((str(strategy), task, place))
    table = differences_table(compare_pairs(seed_table(runs, metric), pairs, metric))
    named = pd.DataFrame(labels, columns=["strategy", "task", "added_to"])
    return pd.concat([named, table], axis=1)
