"""One self-contained HTML page that says what a run did, to somebody who was not there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ausrec.data import RATES
from ausrec.experiments.table_writer import cell_text
from ausrec.lab.cells import Table, best_model, make_table
from ausrec.lab.plots.trajectories import HistoryLike, has_quantity, quantity_lines
from ausrec.lab.reports.page import page_template, write_page, yaml_text
from ausrec.lab.reports.run_facts import (
    describe_tasks,
    explained_weights,
    facts,
    group_frames,
    model_comparison,
    recommendations,
    truth,
    user_label,
    wide_groups,
)
from ausrec.lab.reports.run_pictures import course_picture, training_pictures, weight_pictures
from ausrec.training.prepare import Prepared
from ausrec.training.task_sets import METAPATH, task_name
from ausrec.training.trained import Trained


@dataclass(frozen=True)
class Report:
    """Collect what a report says. Everything but the title may be left out.

    Attributes:
        title: of the page.
        summary: what was done, in a few sentences.
        data: description of the data, such as `{"Users": 1892, "Interactions": 52668}`.
        comparison: one row a model, its name in the first column; metrics such as `ndcg@10` and
            times such as `seconds` in the others. Others are compared with the first row.
        comparison_note: how the comparison was made: which part, how many seeds.
        weights: final weight by task.
        meanings: whom tasks of one's own bring together, by task, as "users who share a genre".
        informativeness: of every task's relation, where it is known (generated data).
        histories: `History` or table by the name of the run. Weights, losses and gradients are
            drawn of the last one that has weights.
        best_epoch: the epoch whose model was kept, where the histories do not say it.
        metric: the validation metric whose course is drawn.
        groups: tables of `by_user_activity` and `by_item_popularity` by a heading; recall,
            NDCG and hit rate are shown, at the cut-off of `metric`.
        recommendations: of `recommend`.
        user: for whom they are.
        config: everything that was set, as it would stand in a YAML file.
        command: repeats the run.
        notes: what a reader should keep in mind.
    """

    title: str
    summary: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    comparison: pd.DataFrame | None = None
    comparison_note: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    informativeness: Mapping[str, float] | None = None
    histories: Mapping[str, HistoryLike] = field(default_factory=dict)
    best_epoch: int | None = None
    metric: str = "val/ndcg@10"
    groups: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    recommendations: pd.DataFrame | None = None
    user: str = ""
    config: Mapping[str, object] = field(default_factory=dict)
    command: str = ""
    notes: tuple[str, ...] = ()


def write_report(path: str | Path, report: Report) -> Path:
    """Write the report as one HTML file that needs no network and no JavaScript.

    The file appears whole or not at all; one that stood there before is replaced at the end.

    Returns:
        the path.

    Raises:
        AusrecError: the file cannot be written.
    """
    return write_page(Path(path), render_report(report))


def render_report(report: Report) -> str:
    """Return the page as text. Everything that comes from data is escaped."""
    runs_with_weights = [run for run in report.histories.values() if has_quantity(run, "weight")]
    weighted = runs_with_weights[-1] if runs_with_weights else None
    drawn = [] if weighted is None else quantity_lines(weighted, "weight")
    weights = explained_weights(report.weights, report.informativeness, report.meanings)
    best = None if report.comparison is None else best_model(report.comparison)
    # All metrics at all cut-offs do not fit a page.
    k = report.metric.rpartition("@")[2]
    metrics = [f"{name}@{k}" for name in ("recall", "ndcg", "hit_rate")]
    return page_template("run_report.html.j2").render(
        report=report,
        comparison=_table(report.comparison, mark_best=True),
        verdict=best or "",
        course=course_picture(report.histories, report.metric),
        weights=_table(weights if len(weights) else None),
        tasks=describe_tasks([*report.weights, *drawn], report.meanings),
        weight_pictures=weight_pictures(
            report.weights, report.informativeness, weighted, report.best_epoch
        ),
        training_pictures=training_pictures(weighted, report.best_epoch),
        data={name: cell_text(value) for name, value in report.data.items()},
        groups={
            name: make_table(wide_groups(table, metrics)) for name, table in report.groups.items()
        },
        recommendations=_table(report.recommendations),
        config=yaml_text(report.config),
    )


def _table(frame: pd.DataFrame | None, *, mark_best: bool = False) -> Table | None:
    return None if frame is None else make_table(frame, mark_best=mark_best)


def make_report(
    runs: Mapping[str, Trained],
    command: str,
    *,
    comparison: pd.DataFrame | None = None,
) -> Report:
    """Collect what a report says about runs on the same split; the last is the one in question.

    Args:
        runs: the runs by the name of their model.
        command: repeats the run.
        comparison: of the models; made from `runs` where None.
    """
    trained = list(runs.values())[-1]
    prepared = trained.prepared
    table = model_comparison(runs) if comparison is None else comparison
    history = trained.history
    user = int(trained.test.per_user.index[0])
    stopped = (
        f"Training ended after {history.epochs} epochs ({history.stopped})"
        if history.stopped
        else f"Training took {history.epochs} epochs"
    )
    data = prepared.recipe.data
    return Report(
        title=f"{list(runs)[-1]} on {data.describe()}",
        summary=f"{stopped}; the model of epoch {history.best_epoch}, the best by "
        f"{prepared.recipe.train.select} on the validation part, was kept and measured once on "
        "the test part.",
        data=facts(prepared.graph)
        | {
            f"{part} interactions": int(split[RATES].edge_label_index.size(1))
            for part, split in zip(("Training", "Validation", "Test"), prepared.splits, strict=True)
        },
        comparison=table,
        comparison_note="Test part, one seed; seconds of training.",
        weights=history.weights,
        meanings=_meanings(prepared),
        informativeness=truth(prepared) if prepared.tasks else None,
        histories={name: run.history for name, run in runs.items()},
        best_epoch=history.best_epoch,
        metric=f"val/{prepared.recipe.train.select}",
        groups=group_frames(trained.test, trained),
        recommendations=recommendations(trained, user),
        user=user_label(prepared.graph, user),
        config=prepared.recipe.to_mapping(),
        command=command,
        notes=_notes(prepared),
    )


def _meanings(prepared: Prepared) -> dict[str, str]:
    chosen = [each for each in prepared.recipe.tasks.chosen() if each.name == METAPATH]
    return {task_name(each): f"users joined by the meta-path {each()}" for each in chosen}


def _notes(prepared: Prepared) -> tuple[str, ...]:
    if not prepared.left_out:
        return ()
    names = ", ".join(prepared.left_out)
    return (f"Left out, as their relation is empty here or joins everybody: {names}.",)
