"""The summary tables as they are read: a row a variant, numbers with their spread."""

from collections.abc import Sequence
from math import isnan

import pandas as pd

from ausrec.experiments.analysis.export import MISSING, interval_text, spread_text
from ausrec.experiments.analysis.paired import Comparison

CELL = ["dataset", "variant"]
OVER_BOTH = "95 % over seeds and users"


def quality_wide(quality: pd.DataFrame, metric: str | None = None) -> pd.DataFrame:
    """Give a row a variant and a column a metric, "mean ± standard deviation".

    Args:
        quality: of `quality_table`.
        metric: whose interval over seeds and users is told, too, where `add_user_intervals`
            has made it.
    """
    shown = quality.assign(text=_spreads(quality))
    wide = _wide(shown, "metric")
    seeds = quality.groupby(CELL, sort=False)["seeds"].max().rename("seeds").reset_index()
    wide = seeds.merge(wide, on=CELL)
    if "user_low" not in quality or metric is None:
        return wide
    of_metric = quality[quality["metric"] == metric].dropna(subset=["user_low"])
    ends = zip(of_metric["user_low"], of_metric["user_high"], strict=True)
    name = f"{metric}, {OVER_BOTH}"
    told = of_metric[CELL].assign(**{name: [interval_text(*pair, sign=False) for pair in ends]})
    return wide.merge(told, on=CELL, how="left").fillna({name: MISSING}) if len(told) else wide


def weights_wide(weights: pd.DataFrame) -> pd.DataFrame:
    """Give a row a variant and a column a task, the kept weight "mean ± standard deviation".

    Args:
        weights: of `ausrec.experiments.analysis.summary.weights_table`.
    """
    # Published weights may be thousandths, which two digits would call nothing.
    texts = [
        spread_text(mean, sd, 4 if 0 < mean < 0.01 else 2)
        for mean, sd in zip(weights["mean"].astype(float), weights["sd"].astype(float), strict=True)
    ]
    return _wide(weights.assign(text=texts), "task")


def differences_readable(comparisons: Sequence[Comparison]) -> pd.DataFrame:
    """Give what a paper tells of each comparison: difference, intervals, p values, effect size."""
    rows = [
        {
            "dataset": each.dataset,
            "variant": each.variant,
            "against": each.baseline,
            "seeds": each.seeds,
            "difference": _number(each.difference, "+.4f"),
            "relative": _number(_relative(each), "+.1%"),
            "95 % over seeds": interval_text(each.low, each.high),
            OVER_BOTH: interval_text(each.user_low, each.user_high),
            "Holm p": _p_value(each.p_holm),
            "Wilcoxon p": _p_value(each.p_wilcoxon),
            "Hedges' g": _number(each.hedges_g, "+.2f"),
            "seeds ahead": f"{each.wins} of {each.seeds}",
            "found": "yes" if each.found else "no" if each.tested else "not tested",
        }
        for each in comparisons
    ]
    return pd.DataFrame(rows)


def transfer_wide(transfer: pd.DataFrame) -> pd.DataFrame:
    """Give a row a task: what it adds alone and among all, its interval, * where found.

    Args:
        transfer: of `transfer_table`.
    """
    texts = [
        MISSING
        if pd.isna(difference)
        else f"{difference:+.4f}{' *' if found else ''} ({interval_text(low, high)})"
        for difference, low, high, found in zip(
            *(transfer[name] for name in ("difference", "low", "high", "found")), strict=True
        )
    ]
    keys = ["dataset", "strategy", "task"]
    shown = transfer.assign(text=texts)
    wide = shown.pivot(index=keys, columns="added_to", values="text").fillna(MISSING)
    order = list(dict.fromkeys(zip(*(transfer[key] for key in keys), strict=True)))
    columns = list(dict.fromkeys(transfer["added_to"]))
    return wide.loc[order, columns].reset_index().rename_axis(columns=None)


def _wide(table: pd.DataFrame, columns: str) -> pd.DataFrame:
    if table.empty:
        return pd.DataFrame(columns=CELL)
    wide = table.pivot(index=CELL, columns=columns, values="text").fillna(MISSING)
    rows = list(dict.fromkeys(zip(table["dataset"], table["variant"], strict=True)))
    names = list(dict.fromkeys(table[columns]))
    return wide.loc[rows, names].reset_index().rename_axis(columns=None)


def _spreads(table: pd.DataFrame) -> list[str]:
    pairs = zip(table["mean"].astype(float), table["sd"].astype(float), strict=True)
    return [spread_text(mean, sd, 4) for mean, sd in pairs]


def _relative(each: Comparison) -> float:
    return each.difference / each.baseline_mean if each.baseline_mean else float("nan")


def _p_value(value: float) -> str:
    return "< 0.0001" if value < 0.0001 else _number(value, ".4f")


def _number(value: float, form: str) -> str:
    return MISSING if isnan(value) else format(value, form).replace("%", " %")
