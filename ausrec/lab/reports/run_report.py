"""One self-contained HTML page that tells what a run did, to somebody who was not there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ausrec.lab.cells import Table, cell_text, describe_tasks, make_table, verdict, weights_table
from ausrec.lab.plots import HistoryLike, has_quantity, quantity_lines
from ausrec.lab.reports.page import page_template, write_page, yaml_text
from ausrec.lab.reports.run_pictures import course_picture, training_pictures, weight_pictures


@dataclass(frozen=True)
class Report:
    """Collect what a report tells. Everything but the title may be left out.

    Attributes:
        title: of the page.
        summary: what was done and found, in a few sentences.
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
    return page_template("run_report.html.j2").render(
        report=report,
        comparison=_comparison(report),
        verdict="" if report.comparison is None else verdict(report.comparison),
        course=course_picture(report.histories, report.metric),
        weights=_weights(report),
        tasks=describe_tasks(_tasks(report, weighted), report.meanings),
        weight_pictures=weight_pictures(
            report.weights, report.informativeness, weighted, report.best_epoch
        ),
        training_pictures=training_pictures(weighted, report.best_epoch),
        data={name: cell_text(value) for name, value in report.data.items()},
        groups={name: make_table(_wide(table, report)) for name, table in report.groups.items()},
        recommendations=_recommendations(report),
        config=yaml_text(report.config),
    )


def _comparison(report: Report) -> Table | None:
    return None if report.comparison is None else make_table(report.comparison, mark_best=True)


def _recommendations(report: Report) -> Table | None:
    table = report.recommendations
    # The number of an item inside the graph tells a reader nothing.
    if table is None:
        return None
    shown = table.drop(columns="item", errors="ignore")
    return make_table(shown.rename(columns={"raw_id": "ID in the data"}))


def _weights(report: Report) -> Table | None:
    if not report.weights:
        return None
    return weights_table(report.weights, report.informativeness, report.meanings)


def _tasks(report: Report, weighted: HistoryLike | None) -> list[str]:
    drawn = [] if weighted is None else quantity_lines(weighted, "weight")
    return [*report.weights, *drawn]


def _wide(table: pd.DataFrame, report: Report) -> pd.DataFrame:
    # All metrics at all cut-offs do not fit a page.
    k = report.metric.rpartition("@")[2]
    at_k = table[table["metric"].isin([f"{name}@{k}" for name in ("recall", "ndcg", "hit_rate")])]
    wide = (at_k if len(at_k) else table).pivot_table(
        index=["group", "label", "size"], columns="metric", values="value", sort=False
    )
    wide = wide.reset_index().rename_axis(columns=None)
    return wide.rename(columns={"label": "training interactions", "size": "users"})
