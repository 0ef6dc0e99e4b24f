"""For whom does it pay? The gain over a baseline by how many interactions users have."""

from collections.abc import Iterable

import pandas as pd
import torch

from ausrec.data import RATES
from ausrec.errors import AusrecError
from ausrec.evaluation.groups import quantile_groups
from ausrec.experiments.results import GridResults
from ausrec.experiments.run import Run, load
from ausrec.experiments.summaries import gain_table
from ausrec.experiments.table_writer import Gain, Interval, cell_text, widen

ACTIVITY = ["dataset", "seed", "user", "interactions"]
COLUMNS = ["dataset", "variant", "group", "interactions", "users", "seeds", "mean"]
COLUMNS += ["difference", "low", "high"]


def training_activity(runs: Iterable[Run]) -> pd.DataFrame:
    """Count the training interactions of every user, by data set and seed.

    They follow from the data and the split, so that no run has to have kept them. Data that is no
    longer there is left out.

    Returns:
        `dataset`, `seed`, `user` (the id of the data), `interactions`.
    """
    parts = [pd.DataFrame(columns=ACTIVITY)]
    for (dataset, seed), run in {(run.dataset, run.seed): run for run in runs}.items():
        try:
            graph = load(run.recipe.data)
        except AusrecError:
            continue
        users = run.recipe.split.split(graph).train[RATES].edge_index[0]
        counts = torch.bincount(users, minlength=graph["user"].num_nodes)
        part = pd.DataFrame({"user": list(map(str, graph["user"].raw_id)), "interactions": counts})
        parts.append(part.assign(dataset=dataset, seed=seed)[ACTIVITY])
    return pd.concat(parts[1:] or parts, ignore_index=True)


def gain_by_activity(
    results: GridResults,
    activity: pd.DataFrame,
    baseline: str,
    metric: str = "ndcg@10",
    num_groups: int = 4,
) -> pd.DataFrame:
    """Average the gain over a baseline within groups of equally active users.

    A seed gives each group one number, the mean of its users; these are the sample of the mean,
    the gain and its interval. Groups are quantiles of the test users' numbers of training
    interactions over all seeds of a data set, so that they are the same for all of its seeds and
    variants.

    Args:
        results: of a grid.
        activity: of `training_activity`.
        baseline: the variant that gains are over; a data set without it is left out.
        metric: of the test users.
        num_groups: the number of groups where no numbers are tied.

    Returns:
        `dataset`, `variant`, `group` (from 1, few interactions), `interactions` (those that
        occur, as "1-5"), `users` (mean over seeds), and of `gain_table` `seeds`, `mean`,
        `difference`, `low`, `high`.
    """
    scores = results.scores[results.scores["metric"] == metric]
    scores = scores.merge(activity.astype({"user": object}), on=["dataset", "seed", "user"])
    parts = [pd.DataFrame(columns=COLUMNS)]
    for _, here in scores.groupby("dataset", sort=False):
        if baseline not in set(here["variant"]):
            continue
        test_users = here.drop_duplicates(["seed", "user"])
        groups, labels = quantile_groups(test_users["interactions"].to_numpy(), num_groups)
        test_users = test_users.assign(group=groups)[["seed", "user", "group"]]
        sizes = test_users.groupby(["group", "seed"]).size().groupby("group").mean()
        grouped = here.merge(test_users, on=["seed", "user"]).groupby(
            ["group", "dataset", "seed", "variant"], sort=False
        )
        values = grouped["value"].mean().unstack("variant")[list(here["variant"].unique())]
        for number, label in enumerate(labels, start=1):
            in_group = values[values.index.get_level_values("group") == number]
            gains = gain_table(in_group.droplevel("group"), baseline)
            gains = gains.assign(group=number, interactions=label, users=sizes[number])
            parts.append(gains[COLUMNS])
    return pd.concat(parts[1:] or parts, ignore_index=True)


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
