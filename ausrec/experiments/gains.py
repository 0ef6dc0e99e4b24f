"""What is gained over a baseline, by condition, users' activity and items' popularity.

Nothing is tested.

Intervals are 95 % of Student's t over seeds, uncorrected.
"""

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import torch

from ausrec.data import RATES
from ausrec.errors import AusrecError
from ausrec.evaluation.groups import quantile_groups
from ausrec.experiments.results import GridResults
from ausrec.experiments.run import Run, load
from ausrec.experiments.statistics import mean_interval
from ausrec.experiments.table_writer import cell_text, gain, interval, widen

LEVEL = ["seeds", "mean", "sd", "mean_low", "mean_high", "lowest", "highest"]
GAIN = ["difference", "low", "high"]
BY_CONDITION = ["data", "condition", "number", "variant", "seeds", "mean", "lowest", "highest"]
BY_ACTIVITY = ["dataset", "variant", "group", "interactions", "users", "seeds", "mean"]


def gain_table(values: pd.DataFrame, baseline: str = "") -> pd.DataFrame:
    """Give every variant's level on every data set, and its gain over a baseline, over seeds.

    Args:
        values: of `seed_table`.
        baseline: gains are over it, on the seeds that both have; "" for none.

    Returns:
        `dataset`, `variant`, `seeds`, `mean`, `sd` (of a sample), `mean_low`, `mean_high` (95 %
        of Student's t), `lowest`, `highest` (seed), `difference`, `low`, `high` (its 95 %
        interval); NaN where there is nothing to say.
    """
    rows = []
    for dataset, part in values.groupby(level="dataset", sort=False):
        for variant in part.columns[part.notna().any()]:
            seeds, gaps = part[variant].dropna(), pd.Series(dtype=float)
            if baseline in part and variant != baseline:
                gaps = (part[variant] - part[baseline]).dropna()
            level = (seeds.mean(), seeds.std(), *mean_interval(seeds), seeds.min(), seeds.max())
            gained = (gaps.mean(), *mean_interval(gaps))
            rows.append((dataset, variant, len(seeds), *level, *gained))
    return pd.DataFrame(rows, columns=["dataset", "variant", *LEVEL, *GAIN])


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
    """Find the conditions that differ in one number, as "20 % of the interactions" and "40 % ...".

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
        Numbered(*names, dict(sorted(numbers.items(), key=lambda pair: pair[1])))
        for names, numbers in groups.items()
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
    return _join(parts, [*BY_CONDITION, *GAIN])


def training_activity(runs: Iterable[Run]) -> pd.DataFrame:
    """Count the training interactions of every user, and those of the items held out for testing.

    They follow from the data and the split, so that no run has to have kept them. Data that is no
    longer there is left out.

    Returns:
        `dataset`, `seed`, `user` (the id of the data), `interactions`, and `popularity`: the mean
        number of training interactions of the user's test items, NaN for a user without any.
    """
    parts = []
    for (dataset, seed), run in {(run.dataset, run.seed): run for run in runs}.items():
        try:
            graph = load(run.recipe.data)
        except AusrecError:
            continue
        splits = run.recipe.split.split(graph)
        users, items = splits.train[RATES].edge_index
        counts = torch.bincount(users, minlength=graph["user"].num_nodes)
        of_items = torch.bincount(items, minlength=graph["item"].num_nodes)
        tester, tested = splits.test[RATES].edge_label_index
        popularity = pd.Series(of_items[tested].numpy()).groupby(tester.numpy()).mean()
        part = pd.DataFrame({"user": list(map(str, graph["user"].raw_id)), "interactions": counts})
        parts.append(part.assign(popularity=popularity, dataset=dataset, seed=seed))
    return _join(parts, ["dataset", "seed", "user", "interactions", "popularity"])


def gain_by_activity(
    results: GridResults,
    activity: pd.DataFrame,
    baseline: str,
    metric: str = "ndcg@10",
    by: Literal["interactions", "popularity"] = "interactions",
) -> pd.DataFrame:
    """Average the gain over a baseline within groups of equally active users.

    A seed gives each group one number, the mean of its users; these are the sample of the mean,
    the gain and its interval. Groups are quantiles of the test users' numbers of training
    interactions over all seeds of a data set, so that they are the same for all of its seeds and
    variants. By popularity, groups hold users whose test items are about equally popular.

    Args:
        results: of a grid.
        activity: of `training_activity`.
        baseline: the variant that gains are over; a data set without it is left out.
        metric: of the test users.
        by: the numbers of the users, or of their test items.

    Returns:
        `dataset`, `variant`, `group` (from 1, few interactions), `interactions` (those that
        occur, as "1-5"), `users` (mean over seeds), and of `gain_table` `seeds`, `mean`,
        `difference`, `low`, `high`.
    """
    scores = results.scores[results.scores["metric"] == metric]
    scores = scores.merge(activity.astype({"user": object}), on=["dataset", "seed", "user"])
    parts = []
    for _, here in scores.groupby("dataset", sort=False):
        if baseline not in set(here["variant"]):
            continue
        users = here.drop_duplicates(["seed", "user"])[["seed", "user", by]]
        counts = np.asarray(users.pop(by).round(), dtype=np.int64)
        users["group"], labels = quantile_groups(counts)
        sizes = users.groupby(["group", "seed"]).size().groupby("group").mean()
        here = here.merge(users, on=["seed", "user"])
        for number, label in enumerate(labels, start=1):
            part = here[here["group"] == number]
            values = part.pivot_table("value", ["dataset", "seed"], "variant", sort=False)
            gains = gain_table(values, baseline)
            parts.append(gains.assign(group=number, interactions=label, users=sizes[number]))
    return _join(parts, [*BY_ACTIVITY, *GAIN])


def activity_wide(gains: pd.DataFrame) -> pd.DataFrame:
    """Give a row a variant and a column a group, to be read.

    The baseline's row holds the group's numbers of interactions and its mean, the other rows the
    gain over it with its interval.

    Args:
        gains: of `gain_by_activity`.
    """
    cells = [
        f"{label}: {cell_text(mean)}" if pd.isna(gained) else gain(gained, between=interval(*ends))
        for label, mean, gained, *ends in gains[["interactions", "mean", *GAIN]].to_numpy().tolist()
    ]
    groups = gains.assign(group=[f"group {number}" for number in gains["group"]])
    return widen(groups, ["dataset", "variant"], "group", cells)


def _join(parts: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
