"""Sum a grid up in tidy tables: quality, differences, weights, cost."""

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from ausrec.experiments.analysis.bootstrap import crossed_interval, user_values
from ausrec.experiments.analysis.paired import Comparison, mean_interval
from ausrec.experiments.analysis.variants import add_variant, metrics_of, seed_table
from ausrec.experiments.results import GridResults

COST = ("seconds_per_epoch", "epochs", "best_epoch", "seconds", "peak_mib")
CELL = ["dataset", "variant"]


def quality_table(runs: pd.DataFrame, metrics: Sequence[str] | None = None) -> pd.DataFrame:
    """Give every variant's mean, spread and interval over seeds, by metric.

    Args:
        runs: of a grid.
        metrics: which; None for all test metrics.

    Returns:
        `dataset`, `variant`, `metric`, `seeds`, `mean`, `sd` (of a sample), `low`, `high` (95 %
        of Student's t); with one seed the last three are NaN.
    """
    rows = []
    for metric in metrics_of(runs) if metrics is None else metrics:
        table = seed_table(runs, metric)
        for dataset, part in table.groupby(level="dataset", sort=False):
            for variant in part.columns:
                values = part[variant].dropna()
                if values.empty:
                    continue
                low, high = mean_interval(values) if len(values) > 1 else (None, None)
                rows.append(
                    (dataset, variant, metric, len(values), values.mean(), values.std(), low, high)
                )
    columns = [*CELL, "metric", "seeds", "mean", "sd", "low", "high"]
    return _numbers(pd.DataFrame(rows, columns=columns), ["mean", "sd", "low", "high"])


def add_user_intervals(
    quality: pd.DataFrame, scores: pd.DataFrame, draws: int = 2000
) -> pd.DataFrame:
    """Return a table of quality with the interval of each mean over drawn seeds and users.

    Args:
        quality: of `quality_table`.
        scores: of a grid, every test user's values by run.
        draws: of the bootstrap.

    Returns:
        the table with `user_low` and `user_high`, 95 % of `crossed_interval`; NaN for metrics
        that are not kept for each user.
    """
    scores = add_variant(scores)
    kept = quality[quality["metric"].isin(scores.get("metric", ()))]
    intervals = [
        crossed_interval(user_values(scores, *cell).to_numpy(dtype=float), draws=draws)
        for cell in zip(*(kept[name] for name in [*CELL, "metric"]), strict=True)
    ]
    ends = pd.DataFrame(intervals, kept.index, ["user_low", "user_high"], dtype=float)
    return quality.join(ends)


def differences_table(comparisons: Sequence[Comparison]) -> pd.DataFrame:
    """Give the comparisons as a table: the attributes of `Comparison`, `relative` and `found`."""
    columns = [*Comparison.__dataclass_fields__, "relative", "found"]
    rows = [
        {
            **asdict(each),
            "relative": each.difference / each.baseline_mean if each.baseline_mean else None,
            "found": each.found,
        }
        for each in comparisons
    ]
    return _numbers(pd.DataFrame(rows, columns=columns), ["relative"])


def weights_table(results: GridResults) -> pd.DataFrame:
    """Give every task's weight in the epoch that was kept, over seeds.

    Returns:
        `dataset`, `variant`, `task`, `seeds`, `mean`, `sd`.
    """
    columns = [*CELL, "task", "seeds", "mean", "sd"]
    if results.runs.empty or results.histories.empty:
        return pd.DataFrame(columns=columns)
    runs = add_variant(results.runs)[[*CELL, "seed", "best_epoch"]]
    histories = add_variant(results.histories)
    weights = histories[histories["quantity"] == "weight"].merge(runs, on=[*CELL, "seed"])
    kept = weights[weights["epoch"] == weights["best_epoch"]]
    if kept.empty:
        return pd.DataFrame(columns=columns)
    grouped = kept.groupby([*CELL, "task"], sort=False)["value"]
    return grouped.agg(seeds="count", mean="mean", sd="std").reset_index()


def cost_table(runs: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Give what every variant cost: means over seeds, and the time of an epoch as a ratio.

    Args:
        runs: of a grid.
        baseline: to whose time of an epoch the others' are set in relation, on each data set.

    Returns:
        `dataset`, `variant`, `seeds`, `seconds_per_epoch` (median), `ratio`, `epochs`,
        `best_epoch`, `seconds`, `peak_mib` (highest), as far as the runs have them.
    """
    held = [name for name in COST if name in runs.columns]
    if runs.empty or not held:
        return pd.DataFrame(columns=[*CELL, "seeds", *held])
    grouped = add_variant(runs).groupby(CELL, sort=False)
    table = grouped[held].mean()
    table.insert(0, "seeds", grouped.size())
    if "peak_mib" in held:
        table["peak_mib"] = grouped["peak_mib"].max()
    if "seconds_per_epoch" in held:
        # One epoch that had to wait for the machine shall not tell what an epoch takes.
        table["seconds_per_epoch"] = grouped["seconds_per_epoch"].median()
        seconds = table["seconds_per_epoch"]
        table.insert(2, "ratio", seconds / _of_baseline(seconds, baseline))
    return table.reset_index()


def _of_baseline(seconds: "pd.Series[float]", baseline: str) -> "pd.Series[float]":
    known = {
        dataset: value
        for (dataset, variant), value in zip(seconds.index, seconds, strict=True)
        if variant == baseline
    }
    return pd.Series([known.get(dataset) for dataset, _ in seconds.index], seconds.index, float)


def _numbers(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    return table.astype(dict.fromkeys(columns, float))
