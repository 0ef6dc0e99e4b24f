"""The figures of a grid: which there are, what they are called, and how each is drawn."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from ausrec.experiments.ranks import Ranking
from ausrec.experiments.results import GridResults, seed_table
from ausrec.lab.look import metric_label
from ausrec.lab.plots.bands import plot_weight_bands, weight_lines
from ausrec.lab.plots.costs import plot_cost
from ausrec.lab.plots.heatmaps import plot_transfer
from ausrec.lab.plots.rank_diagram import plot_ranks
from ausrec.lab.plots.rows import plot_differences, plot_scores


@dataclass(frozen=True)
class GridPicture:
    """Hold one figure of a grid.

    Attributes:
        section: of the report in which it stands.
        name: of its files.
        draw: makes it, in the look around the call.
        caption: how to read it.
    """

    section: str
    name: str
    draw: Callable[[], Figure]
    caption: str


def slug(text: str) -> str:
    """Return a text as part of a file's name: "ausrec · two_hop" becomes "ausrec-two-hop"."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def difference_pictures(values: pd.DataFrame, baseline: str, metric: str) -> Iterator[GridPicture]:
    """Yield the paired differences from the baseline on every data set, and every seed's value."""
    label = metric_label(metric)
    for dataset, part in values.groupby(level="dataset", sort=False):
        if baseline not in part.columns:
            continue
        gaps = part.drop(columns=baseline).sub(part[baseline], axis=0)
        gaps = gaps.loc[:, gaps.notna().sum() > 1].reset_index(drop=True)
        if gaps.empty:
            continue
        title = f"Difference from {baseline}, {dataset}"
        against = f"{label} − that of {baseline} (test)"
        yield GridPicture(
            "differences",
            f"differences-{slug(str(dataset))}",
            partial(plot_differences, gaps, against, title=title),
            "A dot is a seed, paired with the baseline's run of the same seed. The bar is the 95 % "
            "interval of the mean difference over seeds, before any correction.",
        )
    if not values.empty:
        title = f"{label} of every seed"
        yield GridPicture(
            "quality",
            "scores",
            partial(plot_scores, values, label, baseline=baseline, title=title),
            "A dot is a run. Runs of one seed share its split and its luck: whether two variants "
            "differ is seen in paired differences, not in bars that overlap.",
        )


def rank_picture(ranking: Ranking) -> Iterator[GridPicture]:
    """Yield the critical-difference diagram where there is something to rank."""
    if ranking.tested:
        yield GridPicture(
            "ranks",
            "ranks",
            partial(plot_ranks, ranking),
            f"Mean rank over {ranking.blocks} blocks (data set × seed), the best on the left. "
            "Variants under one bar are not significantly different.",
        )


def weight_pictures(results: GridResults) -> Iterator[GridPicture]:
    """Yield the weights over the epochs of every variant and data set whose weights move."""
    if results.histories.empty or results.runs.empty:
        return
    weights = results.histories[results.histories["quantity"] == "weight"]
    for cell, part in weights.groupby(["dataset", "variant"], sort=False):
        dataset, variant = map(str, cell)
        moved = [float(each.max().max() - each.min().min()) for each in weight_lines(part).values()]
        if max(moved, default=0.0) < 1e-6:
            continue
        is_cell = (results.runs["dataset"] == dataset) & (results.runs["variant"] == variant)
        kept = results.runs.loc[is_cell, ["seed", "best_epoch"]]
        title = f"Weights of {variant}, {dataset}"
        yield GridPicture(
            "weights",
            f"weights-{slug(dataset)}-{slug(variant)}",
            partial(plot_weight_bands, part, kept, title=title),
            "A panel a task, from the highest to the lowest mean weight. Thick: mean of the seeds; "
            "band: from the lowest seed to the highest; dots: the epochs that were kept.",
        )


def transfer_pictures(transfer: pd.DataFrame, metric: str) -> Iterator[GridPicture]:
    """Yield what each task adds, a figure a data set and strategy."""
    for (dataset, strategy), part in transfer.groupby(["dataset", "strategy"], sort=False):
        if part["task"].nunique() < 2:  # The table says it all.
            continue
        title = f"What does each task add? {strategy}, {dataset}"
        yield GridPicture(
            "tasks",
            f"tasks-{slug(str(dataset))}-{slug(str(strategy))}",
            partial(plot_transfer, part, metric_label(metric), title=title),
            "Alone: this task over no task. Among all: all tasks over all but this one.",
        )


def cost_pictures(
    runs: pd.DataFrame, cost: pd.DataFrame, baseline: str, metric: str
) -> Iterator[GridPicture]:
    """Yield the time of an epoch against the metric, a figure a data set."""
    if cost.empty or "seconds_per_epoch" not in cost:
        return
    values = seed_table(runs, metric)
    for dataset, part in cost.groupby("dataset", sort=False):
        means = values.loc[[dataset]].mean()
        points = part.assign(mean=part["variant"].map(means))
        # The one that others are compared with comes first, and is drawn in grey.
        points = points.sort_values("variant", key=lambda v: v != baseline, kind="stable")
        if points[["seconds_per_epoch", "mean"]].isna().any(axis=1).all():
            continue
        title = f"What does it cost? {dataset}"
        yield GridPicture(
            "cost",
            f"cost-{slug(str(dataset))}",
            partial(plot_cost, points, metric_label(metric), title=title),
            "Further up is better, further left cheaper.",
        )
