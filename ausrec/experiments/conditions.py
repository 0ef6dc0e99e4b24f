"""Conditions that are numbers: "lastfm, 20 % of the interactions", "lastfm, 40 % of ..."."""

import re
from collections.abc import Iterable
from math import nan
from typing import NamedTuple

import pandas as pd

from ausrec.experiments.statistics import mean_interval

COLUMNS = [
    "data",
    "condition",
    "number",
    "variant",
    "seeds",
    "mean",
    "lowest",
    "highest",
    "difference",
    "low",
    "high",
]


class Numbered(NamedTuple):
    """Data sets of one name whose conditions differ in one number.

    Attributes:
        data: the name of the data.
        condition: the condition without its number.
        numbers: by the label of the data set, as the tables have it; ascending.
    """

    data: str
    condition: str
    numbers: dict[str, float]


def numbered_conditions(datasets: Iterable[str]) -> list[Numbered]:
    """Find the conditions that differ in one number.

    Args:
        datasets: labels of data sets, with the condition behind the first comma.

    Returns:
        those with two numbers or more.
    """
    groups: dict[tuple[str, str], dict[str, float]] = {}
    for label in dict.fromkeys(datasets):
        data, _, condition = label.partition(", ")
        match = re.fullmatch(r"(\D*)(?<![\w.-])(\d+(?:\.\d+)?)(\D*)", condition)
        if match is not None:
            plain = " ".join(f"{match[1]} {match[3]}".split())
            groups.setdefault((data, plain), {})[label] = float(match[2])
    return [
        Numbered(data, condition, dict(sorted(numbers.items(), key=lambda pair: pair[1])))
        for (data, condition), numbers in groups.items()
        if len(set(numbers.values())) > 1
    ]


def condition_table(values: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Give every variant's metric by condition, and its gain over the baseline.

    Args:
        values: of `seed_table`.
        baseline: what gains are over; each condition has its own.

    Returns:
        `data`, `condition`, `number`, `variant`, `seeds`, `mean`, `lowest` and `highest` (seed),
        `difference` (mean over the seeds that both have), `low`, `high` (its 95 % interval); NaN
        where there is nothing to say.
    """
    rows = []
    for data, condition, numbers in numbered_conditions(values.index.get_level_values("dataset")):
        for label, number in numbers.items():
            here = values.loc[[label]]
            for variant in here.columns[here.notna().any()]:
                seeds = here[variant].dropna()
                gap = pd.Series(dtype=float)
                if baseline in here and variant != baseline:
                    gap = (here[variant] - here[baseline]).dropna()
                low, high = mean_interval(gap) if len(gap) > 1 else (nan, nan)
                spread = (seeds.mean(), seeds.min(), seeds.max())
                rows.append(
                    (data, condition, number, variant, len(seeds), *spread, gap.mean(), low, high)
                )
    return pd.DataFrame(rows, columns=COLUMNS)
