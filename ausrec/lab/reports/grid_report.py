"""One page with the results of a grid, and its tables and figures as files."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ausrec.experiments.statistics import ALPHA
from ausrec.experiments.table_writer import Table, cell_text, make_table, write_tables
from ausrec.experiments.verdict import headline, ranking_verdict, verdict
from ausrec.lab.pictures import Picture, make_picture
from ausrec.lab.reports.export_figures import save_figure
from ausrec.lab.reports.grid_analysis import GridAnalysis
from ausrec.lab.reports.page import page_template, write_page, yaml_text
from ausrec.lab.style import LIGHT, metric_label, task_label

HEADINGS = {
    "dataset": "data set",
    "seconds_per_epoch": "seconds an epoch",
    "ratio": "× baseline",
    "epochs": "epochs run",
    "best_epoch": "epoch kept",
    "peak_mib": "peak MiB",
}
# The page has no room for these; the files have.
ASIDE = ["against", "Wilcoxon p", "seeds ahead"]


def write_grid_report(
    analysis: GridAnalysis,
    out: Path,
    *,
    title: str,
    command: str,
    question: str = "",
    settings: Mapping[str, object] | None = None,
) -> list[str]:
    """Write `report.html`, `tables/*.{md,tex,csv}` and `figures/*.{png,svg,pdf}`.

    The page needs no network and no JavaScript. The same results give the same bytes.

    Args:
        analysis: of a grid, finished or not.
        out: the folder; is made where it does not exist.
        title: of the page.
        command: repeats the grid.
        question: what the grid answers.
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
        light = each.draw(LIGHT)
        names += [f"figures/{name}" for name in save_figure(light, out / "figures", each.name)]
        alt = getattr(light, "alt", None) or each.caption
        pictures.setdefault(each.section, []).append(make_picture(each.draw, alt, each.caption))
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
        num_significant=sum(each.significant for each in analysis.pairs),
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
    counts: dict[str, object] = {"runs finished": len(runs), "runs failed": len(failures)}
    if len(runs):
        if _is_on_one(analysis):
            counts["data set"] = runs["dataset"].iloc[0]
        else:
            counts["data sets"] = runs["dataset"].nunique()
        counts["variants"] = runs["variant"].nunique()
        counts["seeds"] = runs["seed"].nunique()
    return {name: cell_text(value) for name, value in counts.items()}


def _verdicts(analysis: GridAnalysis) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    by_dataset = {
        str(dataset): [each for each in analysis.comparisons if each.dataset == dataset]
        for dataset in dict.fromkeys(analysis.results.runs.get("dataset", ()))
    }
    return {
        dataset: (headline(those), [(each.variant, verdict(each)) for each in those])
        for dataset, those in by_dataset.items()
    }


def _shown(table: pd.DataFrame) -> Table:
    if "task" in table:
        table = table.assign(task=[task_label(str(task)) for task in table["task"]])
    return make_table(table, label=_heading)


def _heading(name: str) -> str:
    return metric_label(HEADINGS.get(name, name if "@" in name else task_label(name)))
