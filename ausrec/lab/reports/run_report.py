"""One self-contained HTML page that says what a run did, to somebody who was not there."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from ausrec.data import RATES, reading_of
from ausrec.evaluation import METRICS
from ausrec.experiments.table_writer import cell_text
from ausrec.lab.figure import Picture, make_picture
from ausrec.lab.names import metric_label
from ausrec.lab.plots.rows import plot_weight_bars
from ausrec.lab.plots.trajectories import QUANTITIES, has_quantity, plot_metrics, plot_quantity
from ausrec.lab.readable_tables import best_model, make_table
from ausrec.lab.reports.page import render_page, yaml_text
from ausrec.lab.reports.run_tables import (
    below_popularity,
    branches_kept,
    describe_tasks,
    explained_weights,
    group_frames,
    metrics_frame,
    model_comparison,
    recommendations,
    truth,
    user_label,
    wide_groups,
)
from ausrec.runs.prepare import facts
from ausrec.runs.task_sets import METAPATH, task_name
from ausrec.runs.trained import Trained
from ausrec.training import History


def run_page(
    runs: Mapping[str, Trained], command: str, *, comparison: pd.DataFrame | None = None
) -> str:
    """Return the page about runs on the same split; the last is the one in question.

    Args:
        runs: the runs by the name of their model.
        command: repeats the run.
        comparison: of the models, the first of which the others are compared with; made from
            `runs` where None.
    """
    name, trained = list(runs.items())[-1]
    prepared, history = trained.prepared, trained.history
    recipe = prepared.recipe
    tested = prepared.has_part("test")
    table = model_comparison(runs) if comparison is None else comparison
    parts = zip(("Training", "Validation", "Test"), prepared.splits, strict=True)
    sizes = {f"{n} interactions": split[RATES].edge_label_index.size(1) for n, split in parts}
    paths = [each for each in recipe.tasks.chosen() if each.name == METAPATH]
    own = {task_name(each): f"users joined by the meta-path {each()}" for each in paths}
    true = truth(prepared)
    # All metrics at all cut-offs do not fit a page.
    k = recipe.train.select.rpartition("@")[2]
    metrics = [f"{name}@{k}" for name, metric in METRICS.items() if not metric.beyond]
    user = int(trained.test.per_user.index[0]) if tested else 0
    reading = reading_of(prepared.graph)
    return render_page(
        "run_report.html.j2",
        title=f"{name} on {recipe.data.describe()}",
        history=history,
        select=recipe.train.select,
        data={n: cell_text(value) for n, value in (facts(prepared.graph) | sizes).items()},
        comparison=make_table(table, mark_best=True),
        warning=below_popularity(table),
        branches=branches_kept(trained.history.shares),
        metrics=[metric for metric in METRICS.values() if metric.shown],
        verdict=best_model(table),
        course=course_pictures(runs, f"val/{recipe.train.select}"),
        weights=make_table(explained_weights(history.weights, true, own)),
        tasks=describe_tasks(history.weights, own),
        pictures=weight_pictures(history, true),
        groups={
            heading: make_table(wide_groups(group, metrics))
            for heading, group in (group_frames(trained.test, trained) if tested else {}).items()
        },
        recommendations=make_table(recommendations(trained, user)),
        user=user_label(prepared.graph, user),
        columns=make_table(pd.DataFrame(reading.columns)),
        steps=make_table(pd.DataFrame(reading.steps)),
        cost={name.replace("_", " "): cell_text(value) for name, value in trained.cost.items()},
        beyond=make_table(metrics_frame(trained.metrics, beyond=True)),
        explained=[metric for metric in METRICS.values() if metric.beyond],
        apart=make_table(metrics_frame(trained.apart)),
        assumed=prepared.assumed,
        has_val=prepared.has_part("val"),
        settings=yaml_text(recipe.to_mapping()),
        command=command,
    )


def course_pictures(runs: Mapping[str, Trained], metric: str) -> list[Picture]:
    """Draw the metric of the runs that recorded it over the epochs; none where no run did."""
    recorded = {n: run.history for n, run in runs.items() if has_quantity(run.history, metric)}
    caption = f"{metric_label(metric)} after every epoch; a dot marks the best of each run."
    return [make_picture(partial(plot_metrics, recorded, metric), caption)] if recorded else []


def weight_pictures(
    history: History, informativeness: Mapping[str, float] | None
) -> dict[str, Picture]:
    """Draw the kept weights as bars, and what was recorded of the tasks over the epochs.

    Args:
        history: of the run.
        informativeness: of every task's relation, where it is known.

    Returns:
        pictures by what they show: "bars", and those of `QUANTITIES` that were recorded; none
        for a run without tasks.
    """
    if not history.weights:
        return {}
    caption = "How much each task counts."
    if informativeness:
        caption += " Next to it, how much its relation really says about tastes."
    bars = partial(plot_weight_bars, history.weights, informativeness)
    return {"bars": make_picture(bars, caption)} | {
        name: make_picture(partial(plot_quantity, history, name), quantity.meaning)
        for name, quantity in QUANTITIES.items()
        if has_quantity(history, name)
    }
