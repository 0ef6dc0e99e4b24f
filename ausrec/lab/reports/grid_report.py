"""One page with the results of a grid, and its tables and figures as files."""

from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pandas as pd

from ausrec.experiments.results import TABLES
from ausrec.experiments.statistics import ALPHA
from ausrec.experiments.store import code_version
from ausrec.experiments.table_writer import cell_text, make_table, table_files
from ausrec.experiments.verdict import below_popularity, headline, ranking_verdict, verdict
from ausrec.folder import OutputFolder
from ausrec.lab.figure import Picture, figure_files, make_picture
from ausrec.lab.names import metric_label, task_label
from ausrec.lab.reports.grid_analysis import GridAnalysis
from ausrec.lab.reports.page import render_page, yaml_text

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
) -> None:
    """Write `report.html`, `tables/*.{md,tex,csv}` and `figures/*.{png,svg,pdf}`.

    The page needs no network and no JavaScript. The same results give the same bytes, so nothing
    is drawn again where the folder holds the report of just these results.

    Args:
        analysis: of a grid, finished or not.
        out: a folder of ours, or one to be made.
        title: of the page.
        command: repeats the grid.
        question: what the grid answers.
        settings: what all runs share, as it would be in a YAML file.

    Raises:
        AusrecError: a file cannot be written.
    """
    output = OutputFolder(out)
    output.claim("compare")
    made = [output.files.get(f"{name}.parquet") for name in TABLES]
    asked = [made, title, command, question, settings, analysis.metric, analysis.baseline]
    made_of = sha256(repr([*asked, code_version("experiments", "lab")]).encode()).hexdigest()
    if all(made) and output.inputs.get("report") == made_of and output.is_whole():
        return
    tables = analysis.tables
    pictures: defaultdict[str, list[Picture]] = defaultdict(list)
    files = {f"tables/{name}": each for name, each in table_files(tables).items()}
    for each in analysis.pictures():
        drawn = figure_files(each.draw(), each.name)
        files |= {f"figures/{name}": content for name, content in drawn.items()}
        pictures[each.kind].append(make_picture(each.draw))
    held = analysis.results
    runs, failures = held.runs, held.failures
    datasets = list(dict.fromkeys([*runs["dataset"], *failures["dataset"]]))
    # What is said above all tables need not be in every row of them.
    aside = [*ASIDE, "dataset"] if len(datasets) == 1 else ASIDE
    families = {
        dataset: [each for each in analysis.comparisons if each.dataset == dataset]
        for dataset in runs["dataset"].unique()
    }
    counts = {"runs finished": len(runs), "runs failed": len(failures)}
    if len(runs):
        counts["data set" if len(datasets) == 1 else "data sets"] = (
            datasets[0] if len(datasets) == 1 else runs["dataset"].nunique()
        )
        counts |= {"variants": runs["variant"].nunique(), "seeds": runs["seed"].nunique()}
    page = render_page(
        "grid_report.html.j2",
        title=title,
        question=question,
        command=command,
        settings=yaml_text(settings or {}),
        metric=metric_label(analysis.metric),
        analysis=analysis,
        data=make_table(pd.DataFrame([{"data set": n, **f} for n, f in held.facts.items() if f])),
        assumed={name: lines for name, lines in held.assumed.items() if lines},
        alpha=f"{100 * ALPHA:g} %",
        counts={name: cell_text(value) for name, value in counts.items()},
        families=families,
        headline=headline,
        below_popularity=below_popularity,
        verdict=verdict,
        ranking=ranking_verdict(analysis.ranking),
        tables={
            name: make_table(with_labels(table.drop(columns=aside, errors="ignore")), label=heading)
            for name, table in tables.items()
        },
        pictures=pictures,
    )
    output.write(files | {"report.html": page.encode()})
    output.inputs["report"] = made_of
    output.save()


def with_labels(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the names of tasks that people read."""
    return table.assign(task=table["task"].map(task_label)) if "task" in table else table


def heading(name: str) -> str:
    """Return the heading of a column."""
    return metric_label(HEADINGS.get(name, name if "@" in name else task_label(name)))
