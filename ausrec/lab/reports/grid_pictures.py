"""The figures of a grid: which there are, what they are called, and how each is drawn.

What a figure says is written in the template of the report, by the kind of the figure.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from ausrec.experiments.gains import numbered_conditions
from ausrec.experiments.ranks import Ranking
from ausrec.experiments.results import GridResults, seed_table
from ausrec.lab.names import metric_label
from ausrec.lab.plots.bands import plot_bands, plot_geometry, plot_weight_bands, weight_lines
from ausrec.lab.plots.costs import plot_cost
from ausrec.lab.plots.heatmaps import plot_transfer
from ausrec.lab.plots.rank_diagram import plot_ranks
from ausrec.lab.plots.rows import plot_differences, plot_scores


@dataclass(frozen=True)
class GridPicture:
    """Hold one figure of a grid."""

    kind: str
    """By which the report gives it a place and a caption, as "cost"."""

    cell: tuple[str, ...]
    """What it is a figure of, as a data set and a variant."""

    draw: Callable[[], Figure]
    """Makes the figure, in the look around the call."""

    @property
    def name(self) -> str:
        """The name of its files, as "weights-lastfm-ausrec-two-hop"."""
        return re.sub(r"[^a-z0-9]+", "-", " ".join([self.kind, *self.cell]).lower()).strip("-")


def each_cell(table: pd.DataFrame, *columns: str) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    """Yield the rows of every cell of a table, such as a data set and a variant, in their order."""
    if len(table):
        for cell, part in table.groupby(list(columns), sort=False):
            yield tuple(map(str, cell)), part


def difference_pictures(values: pd.DataFrame, baseline: str, metric: str) -> Iterator[GridPicture]:
    """Yield every seed's value, and the paired differences from the baseline on every data set."""
    if values.empty:
        return
    label = metric_label(metric)
    title = f"{label} of every seed"
    plot = partial(plot_scores, values, label, baseline=baseline, title=title)
    yield GridPicture("scores", (), plot)
    if baseline not in values:
        return
    gaps = values.drop(columns=baseline).sub(values[baseline], axis=0)
    for cell, part in each_cell(gaps, "dataset"):
        paired = part.loc[:, part.notna().sum() > 1].reset_index(drop=True)
        if len(paired.columns):
            against = f"{label} − that of {baseline} (test)"
            title = f"Difference from {baseline}, {cell[0]}"
            plot = partial(plot_differences, paired, against, title=title)
            yield GridPicture("differences", cell, plot)


def condition_pictures(table: pd.DataFrame, baseline: str, metric: str) -> Iterator[GridPicture]:
    """Yield the metric by condition, and the gain over the baseline by condition.

    Args:
        table: of `condition_table`.
        baseline: what gains are over.
        metric: its name.
    """
    label = metric_label(metric)
    kinds = {
        "by-condition": (f"{label} by condition", label, ["mean", "lowest", "highest"]),
        "gain-by-condition": (
            f"Gain over {baseline} by condition",
            f"{label} − that of {baseline}",
            ["difference", "low", "high"],
        ),
    }
    for cell, part in each_cell(table, "data", "condition"):
        for kind, (title, y_label, columns) in kinds.items():
            bands = _bands(part.dropna(subset=columns[0]), "variant", columns)
            if bands:
                plot = partial(
                    plot_bands, bands, title=f"{title}, {cell[0]}", x_label=cell[1],
                    y_label=y_label, zero=columns[0] == "difference", first=baseline,
                )  # fmt: skip
                yield GridPicture(kind, cell, plot)


def condition_weight_pictures(weights: pd.DataFrame) -> Iterator[GridPicture]:
    """Yield the kept weights by condition, a figure for each variant that weighs tasks unlike.

    Args:
        weights: of `weights_table`.
    """
    spread = weights["sd"].fillna(0)
    ends = weights.assign(low=weights["mean"] - spread, high=weights["mean"] + spread)
    for data, condition, numbers in numbered_conditions(weights["dataset"]):
        here = ends.assign(number=ends["dataset"].map(numbers)).dropna(subset="number")
        for (variant,), part in each_cell(here.sort_values("number", kind="stable"), "variant"):
            if part["task"].nunique() < 2 or part["mean"].round(6).nunique() < 2:
                continue
            plot = partial(
                plot_bands, _bands(part, "task", ["mean", "low", "high"]), x_label=condition,
                title=f"Weights of {variant} by condition, {data}",
                y_label="Weight in the epoch kept", by_task=True,
            )  # fmt: skip
            yield GridPicture("weights-by-condition", (data, condition, variant), plot)


def _bands(table: pd.DataFrame, line: str, columns: list[str]) -> dict[str, pd.DataFrame]:
    """Return mean, low and high end by number, of every line."""
    return {
        name: part.set_index("number")[columns].set_axis(["mean", "low", "high"], axis=1)
        for (name,), part in each_cell(table, line)
    }


def rank_pictures(ranking: Ranking) -> Iterator[GridPicture]:
    """Yield the critical-difference diagram where there is something to rank."""
    if ranking.tested:
        yield GridPicture("ranks", (), partial(plot_ranks, ranking))


def weight_pictures(results: GridResults) -> Iterator[GridPicture]:
    """Yield the weights over the epochs of every variant and data set whose weights move."""
    if results.histories.empty or results.runs.empty:
        return
    kept = dict(each_cell(results.runs, "dataset", "variant"))
    weights = results.histories[results.histories["quantity"] == "weight"]
    for cell, part in each_cell(weights, "dataset", "variant"):
        moved = [float(each.max().max() - each.min().min()) for each in weight_lines(part).values()]
        if max(moved, default=0.0) >= 1e-6:
            title = f"Weights of {cell[1]}, {cell[0]}"
            plot = partial(plot_weight_bands, part, kept.get(cell), title=title)
            yield GridPicture("weights", cell, plot)


def transfer_pictures(transfer: pd.DataFrame, metric: str) -> Iterator[GridPicture]:
    """Yield what each task adds, a figure a data set and strategy."""
    for cell, part in each_cell(transfer, "dataset", "strategy"):
        if part["task"].nunique() > 1:  # Of one task, the table says it all.
            title = f"What does each task add? {cell[1]}, {cell[0]}"
            plot = partial(plot_transfer, part, metric_label(metric), title=title)
            yield GridPicture("tasks", cell, plot)


def geometry_pictures(histories: pd.DataFrame, metric: str) -> Iterator[GridPicture]:
    """Yield where the embeddings went, a figure a data set, where it was recorded.

    Args:
        histories: of a grid, variants named.
        metric: of the test users; the figure holds that of the validation part.
    """
    for cell, part in each_cell(histories, "dataset"):
        if (part["quantity"] == "embedding_uniformity").any():
            title = f"Where the embeddings go, {cell[0]}"
            plot = partial(plot_geometry, part, metric=f"val/{metric}", title=title)
            yield GridPicture("geometry", cell, plot)


def cost_pictures(
    runs: pd.DataFrame, cost: pd.DataFrame, baseline: str, metric: str
) -> Iterator[GridPicture]:
    """Yield the time of an epoch against the metric, a figure a data set."""
    if cost.empty or "seconds_per_epoch" not in cost:
        return
    values = seed_table(runs, metric)
    # The one that others are compared with comes first, and is drawn in grey.
    cost = cost.sort_values("variant", key=lambda names: names != baseline, kind="stable")
    for cell, part in each_cell(cost, "dataset"):
        points = part.assign(mean=part["variant"].map(values.loc[list(cell)].mean()))
        if points[["seconds_per_epoch", "mean"]].notna().all(axis=1).any():
            title = f"What does it cost? {cell[0]}"
            plot = partial(plot_cost, points, metric_label(metric), title=title)
            yield GridPicture("cost", cell, plot)
