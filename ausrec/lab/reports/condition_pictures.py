"""The figures of a grid under several conditions, and of where its embeddings went."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

from ausrec.experiments.gains import numbered_conditions
from ausrec.lab.look import metric_label
from ausrec.lab.plots.bands import plot_bands, plot_geometry
from ausrec.lab.reports.grid_pictures import GridPicture, slug


def condition_pictures(table: pd.DataFrame, baseline: str, metric: str) -> Iterator[GridPicture]:
    """Yield the metric by condition, and the gain over the baseline by condition.

    Args:
        table: of `condition_table`.
        baseline: what gains are over.
        metric: its name.
    """
    label = metric_label(metric)
    kinds = (
        ("by-condition", f"{label} by condition", label, ["mean", "lowest", "highest"],
         "Line: mean over seeds. Band: from the lowest seed to the highest."),
        ("gain-by-condition", f"Gain over {baseline} by condition",
         f"{label} − that of {baseline}", ["difference", "low", "high"],
         "Line: mean difference over seeds, each paired with the baseline's run of the same seed "
         "and condition. Band: its 95 % interval, before any correction."),
    )  # fmt: skip
    for (data, condition), part in table.groupby(["data", "condition"], sort=False):
        for name, title, y_label, columns, caption in kinds:
            told = part.dropna(subset=columns[0])
            if told.empty:
                continue
            bands = {
                str(variant): each.set_index("number")[columns].set_axis(
                    ["mean", "low", "high"], axis=1
                )
                for variant, each in told.groupby("variant", sort=False)
            }
            plot = partial(
                plot_bands,
                bands,
                title=f"{title}, {data}",
                x_label=str(condition),
                y_label=y_label,
                zero=columns[0] == "difference",
                first=baseline,
            )
            place = f"{name}-{slug(str(data))}-{slug(str(condition))}"
            yield GridPicture("conditions", place, plot, caption)


def condition_weight_pictures(weights: pd.DataFrame) -> Iterator[GridPicture]:
    """Yield the kept weights by condition, a figure for each variant that weighs tasks unlike.

    Args:
        weights: of `weights_table`.
    """
    for data, condition, numbers in numbered_conditions(weights["dataset"]):
        here = weights[weights["dataset"].isin(list(numbers))]
        here = here.assign(number=here["dataset"].map(numbers))
        for variant, part in here.groupby("variant", sort=False):
            if part["task"].nunique() < 2 or part["mean"].round(6).nunique() < 2:
                continue
            spread = part["sd"].fillna(0)
            ends = part.assign(low=part["mean"] - spread, high=part["mean"] + spread)
            bands = {
                str(task): each.set_index("number")[["mean", "low", "high"]].sort_index()
                for task, each in ends.groupby("task", sort=False)
            }
            plot = partial(
                plot_bands,
                bands,
                title=f"Weights of {variant} by condition, {data}",
                x_label=condition,
                y_label="Weight in the epoch kept",
                by_task=True,
            )
            place = f"weights-by-condition-{slug(data)}-{slug(condition)}-{slug(str(variant))}"
            caption = "Line: mean over seeds. Band: one standard deviation to either side."
            yield GridPicture("conditions", place, plot, caption)


def geometry_pictures(histories: pd.DataFrame, metric: str) -> Iterator[GridPicture]:
    """Yield where the embeddings went, a figure a data set, where it was recorded.

    Args:
        histories: of a grid, variants named.
        metric: of the test users; the figure holds that of the validation part.
    """
    if histories.empty:
        return
    watched = histories[histories["quantity"] == "embedding_uniformity"]["dataset"]
    for dataset in dict.fromkeys(map(str, watched)):
        part = histories[histories["dataset"] == dataset]
        title = f"Where the embeddings go, {dataset}"
        yield GridPicture(
            "geometry",
            f"geometry-{slug(dataset)}",
            partial(plot_geometry, part, metric=f"val/{metric}", title=title),
            "Line: mean of the seeds; band: from the lowest seed to the highest. Alignment is that "
            "of training interactions. Alignment and uniformity both near 0: a collapse. "
            "Uniformity at its lower end: its opposite.",
        )
