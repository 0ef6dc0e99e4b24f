"""Sum a grid up: quality, differences, weights and cost, in tidy tables and in tables to read."""

from collections.abc import Sequence

import pandas as pd

from ausrec.experiments.comparisons import user_table, user_values
from ausrec.experiments.gains import gain_table
from ausrec.experiments.results import GridResults, metrics_of, seed_table
from ausrec.experiments.statistics import Comparison, crossed_interval
from ausrec.experiments.table_writer import gain, interval, p_value, spread, widen

COST = ("seconds_per_epoch", "epochs", "best_epoch", "seconds", "cpu_seconds", "peak_mib")
CELL = ["dataset", "variant"]
OVER_BOTH = "95 % over seeds and users"


def quality_table(runs: pd.DataFrame) -> pd.DataFrame:
    """Give every variant's mean, spread and interval over seeds, by test metric.

    Args:
        runs: of a grid.

    Returns:
        `dataset`, `variant`, `metric`, `seeds`, `mean`, `sd` (of a sample), `low`, `high` (95 %
        of Student's t); with one seed the last three are NaN.
    """
    columns = [*CELL, "metric", "seeds", "mean", "sd", "low", "high"]
    parts = [pd.DataFrame(columns=columns)]
    for metric in metrics_of(runs):
        levels = gain_table(seed_table(runs, metric)).drop(columns=["low", "high"])
        levels = levels.rename(columns={"mean_low": "low", "mean_high": "high"})
        parts.append(levels.assign(metric=metric)[columns])
    return pd.concat(parts[1:] or parts, ignore_index=True)


def quality_wide(quality: pd.DataFrame, metric: str | None = None) -> pd.DataFrame:
    """Give a row a variant and a column a metric, mean ± standard deviation.

    Args:
        quality: of `quality_table`.
        metric: whose interval over seeds and users is given, too, where `add_user_intervals` has
            made it.
    """
    cells = [spread(*pair) for pair in quality[["mean", "sd"]].itertuples(index=False)]
    wide = widen(quality, CELL, "metric", cells)
    seeds = quality.groupby(CELL, sort=False)["seeds"].max().reset_index()
    wide = seeds.merge(wide, on=CELL)
    if metric is None or "user_low" not in quality:
        return wide
    known = quality[quality["metric"] == metric].dropna(subset=["user_low"])
    ends = zip(known["user_low"], known["user_high"], strict=True)
    over_both = pd.Series([interval(*pair, ".4f") for pair in ends], known.index, dtype=object)
    column = known[CELL].assign(**{f"{metric}, {OVER_BOTH}": over_both})
    return wide.merge(column, on=CELL, how="left") if len(known) else wide


def add_user_intervals(quality: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Return a table of quality with the interval of each mean over drawn seeds and users.

    Args:
        quality: of `quality_table`.
        scores: of a grid, every test user's values by run.

    Returns:
        the table with `user_low` and `user_high`, 95 % of `crossed_interval`; NaN for metrics
        that are not kept for each user.
    """
    kept = quality[quality["metric"].isin(scores["metric"])]
    users = {metric: user_table(scores, metric) for metric in kept["metric"].unique()}
    intervals = [
        crossed_interval(user_values(users[metric], *cell).to_numpy(dtype=float))
        for *cell, metric in kept[[*CELL, "metric"]].itertuples(index=False)
    ]
    ends = pd.DataFrame(intervals, kept.index, ["user_low", "user_high"], dtype=float)
    return quality.join(ends)


def differences_readable(comparisons: Sequence[Comparison]) -> pd.DataFrame:
    """Give what a paper says of each comparison: difference, intervals, p values, effect size."""
    rows = [
        {
            "dataset": each.dataset,
            "variant": each.variant,
            "against": each.baseline,
            "seeds": each.seeds,
            "difference": gain(each.difference),
            "relative": gain(each.relative, "+.1%"),
            "95 % over seeds": interval(each.low, each.high),
            OVER_BOTH: interval(each.user_low, each.user_high),
            "Holm p": p_value(each.p_holm),
            "Wilcoxon p": p_value(each.p_wilcoxon),
            "Hedges' g": gain(each.hedges_g, "+.2f"),
            "seeds ahead": f"{each.wins} of {each.seeds}",
            "significant": each.significant if each.tested else "not tested",
        }
        for each in comparisons
    ]
    return pd.DataFrame(rows)


def weights_table(results: GridResults) -> pd.DataFrame:
    """Give every task's weight in the epoch that was kept, over seeds.

    Returns:
        `dataset`, `variant`, `task`, `seeds`, `mean`, `sd`.
    """
    runs = results.runs.rename(columns={"best_epoch": "epoch"})
    runs = runs.reindex(columns=[*CELL, "seed", "epoch"])
    weights = results.histories[results.histories["quantity"] == "weight"]
    kept = weights.merge(runs, on=[*CELL, "seed", "epoch"])
    grouped = kept.groupby([*CELL, "task"], sort=False)["value"]
    return grouped.agg(seeds="count", mean="mean", sd="std").reset_index()


def weights_wide(weights: pd.DataFrame) -> pd.DataFrame:
    """Give a row a variant and a column a task, the kept weight as mean ± standard deviation.

    Args:
        weights: of `weights_table`.
    """
    # Published weights may be thousandths, which two digits would call nothing.
    cells = [
        spread(mean, sd, 4 if 0 < mean < 0.01 else 2)
        for mean, sd in weights[["mean", "sd"]].astype(float).itertuples(index=False)
    ]
    return widen(weights, CELL, "task", cells)


def cost_table(runs: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Give what every variant cost: means over seeds, and the time of an epoch as a ratio.

    Args:
        runs: of a grid.
        baseline: the others' time of an epoch is divided by its own, on each data set.

    Returns:
        `dataset`, `variant`, `seeds`, `seconds_per_epoch` (median), `ratio`, `epochs`,
        `best_epoch`, `seconds`, `cpu_seconds`, `peak_mib` (highest), as far as the runs have them.
    """
    grouped = runs.groupby(CELL, sort=False)
    held = [name for name in COST if name in runs.columns]
    table = grouped[held].mean()
    table.insert(0, "seeds", grouped.size())
    if "peak_mib" in held:
        table["peak_mib"] = grouped["peak_mib"].max()
    if "seconds_per_epoch" in held:
        # The median, because one epoch that had to wait for the machine says nothing.
        seconds = table["seconds_per_epoch"] = grouped["seconds_per_epoch"].median()
        of_baseline = seconds[seconds.index.get_level_values("variant") == baseline]
        table.insert(2, "ratio", seconds.div(of_baseline.droplevel("variant"), level="dataset"))
    return table.reset_index()


def transfer_wide(transfer: pd.DataFrame) -> pd.DataFrame:
    """Give a row a task: what it adds alone and among all, its interval, * where significant.

    Args:
        transfer: of `transfer_table`.
    """
    columns = ["difference", "low", "high", "significant"]
    cells = [
        gain(difference, between=interval(low, high), star=bool(significant))
        for difference, low, high, significant in transfer[columns].itertuples(index=False)
    ]
    return widen(transfer, ["dataset", "strategy", "task"], "added_to", cells)
