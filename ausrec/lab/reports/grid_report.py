"""One page that tells what a grid found, with its tables and figures as files beside it."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ausrec.experiments.analysis.export import numeric_columns, write_tables
from ausrec.experiments.analysis.paired import ALPHA
from ausrec.experiments.analysis.verdict import headline, ranking_verdict, verdict
from ausrec.experiments.results import GridResults
from ausrec.lab.cells import Cell, Table, cell_text, make_table
from ausrec.lab.figure import Picture, make_picture, save_figure
from ausrec.lab.look import metric_label, task_label
from ausrec.lab.reports.grid_analysis import GridAnalysis, analyse
from ausrec.lab.reports.page import page_template, write_page, yaml_text

HEADINGS = {
    "dataset": "data set",
    "seconds_per_epoch": "seconds an epoch",
    "ratio": "× baseline",
    "epochs": "epochs run",
    "best_epoch": "epoch kept",
    "peak_mib": "peak MiB",
}
# Told by the tables beside the page, which has no room for them.
ASIDE = ["against", "Wilcoxon p", "seeds ahead"]


def write_grid_report(
    results: GridResults,
    out: Path,
    *,
    title: str,
    command: str,
    baseline: str | None = None,
    metric: str = "ndcg@10",
    question: str = "",
    settings: Mapping[str, object] | None = None,
    encoder: str = "none",
) -> list[str]:
    """Write `report.html`, `tables/*.{md,tex,csv}` and `figures/*.{png,svg,pdf}`.

    The page needs no network and no JavaScript. The same results give the same bytes.

    Args:
        results: of a grid, finished or not.
        out: the folder; is made where it does not exist.
        title: of the page.
        command: repeats the grid.
        baseline: the variant that the others are compared with; None for the encoder alone where
            it was run, else the first.
        metric: of the test users, by which everything is compared.
        question: what was to be found out.
        settings: what all runs share, as it would stand in a YAML file.
        encoder: what to call the encoder alone, as "LightGCN".

    Returns:
        the files, relative to `out`.

    Raises:
        AusrecError: there is no such metric or baseline, or a file cannot be written.
    """
    analysis = analyse(results, metric=metric, baseline=baseline, encoder=encoder)
    return write_analysis(
        analysis, out, title=title, command=command, question=question, settings=settings
    )


def write_analysis(
    analysis: GridAnalysis,
    out: Path,
    *,
    title: str,
    command: str,
    question: str = "",
    settings: Mapping[str, object] | None = None,
) -> list[str]:
    """Write the same of what has been computed already.

    Args:
        analysis: what the report tells.
        out: the folder; is made where it does not exist.
        title: of the page.
        command: repeats the grid.
        question: what was to be found out.
        settings: what all runs share, as it would stand in a YAML file.

    Returns:
        the files, relative to `out`.

    Raises:
        AusrecError: a file cannot be written.
    """
    tables = analysis.tables()
    pictures: dict[str, list[Picture]] = {}
    names = [f"tables/{name}" for name in write_tables(tables, out / "tables")]
    for each in analysis.pictures():
        names += [f"figures/{n}" for n in save_figure(each.draw(), out / "figures", each.name)]
        pictures.setdefault(each.section, []).append(make_picture(each.draw, each.caption))
    # What stands above all tables need not stand in every row of them.
    aside = [*ASIDE, "dataset"] if _is_on_one(analysis) else ASIDE
    page = page_template("grid_report.html.j2").render(
        title=title,
        question=question,
        command=command,
        settings=yaml_text(settings or {}),
        metric=metric_label(analysis.metric),
        analysis=analysis,
        alpha=f"{100 * ALPHA:g} %",
        counts=_counts(analysis),
        verdicts=_verdicts(analysis),
        ranking=ranking_verdict(analysis.ranking),
        num_found=sum(each.found for each in analysis.pairs),
        tables={
            name: _shown(table.drop(columns=aside, errors="ignore"))
            for name, table in tables.items()
        },
        pictures=pictures,
    )
    out.mkdir(parents=True, exist_ok=True)
    write_page(out / "report.html", page)
    return ["report.html", *names]


def _is_on_one(analysis: GridAnalysis) -> bool:
    tables = (analysis.results.runs, analysis.results.failures)
    return len({name for table in tables for name in table.get("dataset", ())}) == 1


def _counts(analysis: GridAnalysis) -> dict[str, str]:
    runs, failures = analysis.results.runs, analysis.results.failures
    told: dict[str, object] = {"runs finished": len(runs), "runs failed": len(failures)}
    if len(runs):
        if _is_on_one(analysis):
            told["data set"] = runs["dataset"].iloc[0]
        else:
            told["data sets"] = runs["dataset"].nunique()
        told["variants"] = runs["variant"].nunique()
        told["seeds"] = runs["seed"].nunique()
    return {name: cell_text(value) for name, value in told.items()}


def _verdicts(analysis: GridAnalysis) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    by_dataset = {
        str(dataset): [each for each in analysis.comparisons if each.dataset == dataset]
        for dataset in dict.fromkeys(analysis.results.runs.get("dataset", ()))
    }
    return {
        dataset: (headline(found), [(each.variant, verdict(each)) for each in found])
        for dataset, found in by_dataset.items()
    }


def _shown(table: pd.DataFrame) -> Table:
    names = {
        name: HEADINGS.get(name, name if "@" in name else task_label(name))
        for name in map(str, table.columns)
    }
    if "task" in table:
        table = table.assign(task=[task_label(str(task)) for task in table["task"]])
    made = make_table(table.rename(columns=names))
    # "0.16 ± 0.01" is a text, and stands in its column like a number.
    numbers = [False, *numeric_columns(table)[1:]]

    def marked(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(
            cell._replace(number=number) for cell, number in zip(cells, numbers, strict=True)
        )

    return Table(marked(made.header), tuple(map(marked, made.rows)))
