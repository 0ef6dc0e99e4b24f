"""Conditions that are numbers: "lastfm, 20 % of the interactions", "lastfm, 40 % of ..."."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from ausrec.experiments.summaries import gain_table

COLUMNS = ["data", "condition", "number", "variant", "seeds", "mean", "lowest", "highest"]
COLUMNS += ["difference", "low", "high"]


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
        `data`, `condition`, `number`, `variant`, and of `gain_table` `seeds`, `mean`, `lowest`,
        `highest`, `difference`, `low`, `high`.
    """
    gains = gain_table(values, baseline)
    parts = [
        gains[gains["dataset"] == label].assign(data=data, condition=condition, number=number)
        for data, condition, numbers in numbered_conditions(gains["dataset"])
        for label, number in numbers.items()
    ]
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)
