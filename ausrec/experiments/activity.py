"""For whom does it pay? The gain over a baseline by how many interactions users have."""

from collections.abc import Iterable
from math import nan

import pandas as pd
import torch

from ausrec.data import RATES
from ausrec.errors import AusrecError
from ausrec.evaluation.groups import quantile_groups
from ausrec.experiments.results import GridResults
from ausrec.experiments.run import Run, load
from ausrec.experiments.statistics import mean_interval
from ausrec.experiments.table_writer import Gain, Interval, cell_text, widen
from ausrec.experiments.variants import add_variant

ACTIVITY = ["dataset", "seed", "user", "interactions"]
COLUMNS = [
    "dataset",
    "variant",
    "group",
    "interactions",
    "users",
    "seeds",
    "mean",
    "difference",
    "low",
    "high",
]


def training_activity(runs: Iterable[Run]) -> pd.DataFrame:
    """Count the training interactions of every user, by data set and seed.

    They follow from the data and the split, so that no run has to have kept them. Data that is no
    longer there is left out.

    Returns:
        `dataset`, `seed`, `user` (the id of the data), `interactions`.
    """
    parts = []
    for (dataset, seed), run in {(run.dataset, run.seed): run for run in runs}.items():
        try:
            graph = load(run.recipe.data)
        except AusrecError:
            continue
        users = run.recipe.split.split(graph).train[RATES].edge_index[0]
        counts = torch.bincount(users, minlength=graph["user"].num_nodes)
        part = pd.DataFrame({"user": list(map(str, graph["user"].raw_id)), "interactions": counts})
        parts.append(part.assign(dataset=dataset, seed=seed)[ACTIVITY])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=ACTIVITY)


def gain_by_activity(
    results: GridResults,
    activity: pd.DataFrame,
    baseline: str,
    metric: str = "ndcg@10",
    num_groups: int = 4,
) -> pd.DataFrame:
    """Average the gain over a baseline within groups of equally active users.

    A seed gives each group one number, the mean difference of its users; these are the sample of
    the mean and its interval. Groups are quantiles of the test users' numbers of training
    interactions over all seeds of a data set, so that they are the same for all of its seeds and
    variants.

    Args:
        results: of a grid.
        activity: of `training_activity`.
        baseline: the variant that gains are over.
        metric: of the test users.
        num_groups: the number of groups where no numbers are tied.

    Returns:
        `dataset`, `variant`, `group` (from 1, few interactions), `interactions` (those that
        occur, as "1-5"), `users` (mean over seeds), `seeds`, `mean`, and of the gain `difference`,
        `low`, `high` (95 % of Student's t over seeds; NaN for the baseline itself).
    """
    if results.scores.empty or activity.empty:
        return pd.DataFrame(columns=COLUMNS)
    scores = add_variant(results.scores)
    scores = scores[scores["metric"] == metric].merge(activity, on=["dataset", "seed", "user"])
    rows = []
    for dataset, here in scores.groupby("dataset", sort=False):
        place = ["seed", "user"]
        wide = here.pivot(index=place, columns="variant", values="value")
        if baseline not in wide:
            continue
        counts = here.drop_duplicates(place).set_index(place)["interactions"].loc[wide.index]
        group, labels = quantile_groups(counts.to_numpy(), num_groups)
        grouped = wide.assign(group=group).groupby(["seed", "group"])
        sizes = grouped.size().groupby("group").mean()
        gaps = wide.sub(wide[baseline], axis=0).assign(group=group).groupby(["seed", "group"])
        of_seeds, gap_of_seeds = grouped.mean(), gaps.mean()
        for variant in dict.fromkeys(here["variant"]):
            for number, label in enumerate(labels, start=1):
                values = of_seeds[variant].xs(number, level="group").dropna()
                gap = gap_of_seeds[variant].xs(number, level="group").dropna()
                gain = (nan, nan, nan) if variant == baseline else _interval(gap)
                who = (number, label, sizes[number], len(values))
                rows.append((dataset, variant, *who, values.mean(), *gain))
    return pd.DataFrame(rows, columns=COLUMNS)


def activity_wide(gains: pd.DataFrame) -> pd.DataFrame:
    """Give a row a variant and a column a group, to be read.

    The baseline's row holds the group's numbers of interactions and its mean, the other rows the
    gain over it with its interval.

    Args:
        gains: of `gain_by_activity`.
    """
    columns = ["interactions", "mean", "difference", "low", "high"]
    cells = [
        f"{label}: {cell_text(mean)}"
        if pd.isna(difference)
        else Gain(difference, interval=Interval(low, high))
        for label, mean, difference, low, high in gains[columns].itertuples(index=False)
    ]
    groups = gains.assign(group=[f"group {number}" for number in gains["group"]])
    return widen(groups, ["dataset", "variant"], "group", cells)


def _interval(values: "pd.Series[float]") -> tuple[float, float, float]:
    if len(values) < 2:
        return (float(values.mean()), nan, nan)
    return (float(values.mean()), *mean_interval(values))
