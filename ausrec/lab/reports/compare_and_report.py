"""Run a grid and write its report, in one call."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ausrec.errors import naming
from ausrec.evaluation.metrics import cutoff_of
from ausrec.experiments.engine import Engine
from ausrec.experiments.gains import training_activity
from ausrec.experiments.grid import Grid, with_sources
from ausrec.experiments.results import choose_baseline, planned
from ausrec.experiments.run import Run
from ausrec.experiments.run_grid import compare
from ausrec.lab.reports.grid_analysis import GridAnalysis
from ausrec.lab.reports.grid_report import write_grid_report


def compare_and_report(
    grid: Grid | Sequence[Run],
    out: str | Path,
    *,
    runs: str | Path | None = None,
    engine: Engine | None = None,
    metric: str = "ndcg@10",
    baseline: str | None = None,
    title: str = "Comparison",
    question: str = "",
    command: str = "",
    show: bool = True,
) -> GridAnalysis:
    """Run a grid, or what is missing of it; write its tables, figures and `report.html`.

    Args:
        grid: the grid, or its runs where they are known already.
        out: the folder for everything that is written.
        runs: see `ausrec.experiments.run_grid`.
        engine: where runs are done; None for all cores of this machine.
        metric: of the test users, by which everything is compared.
        baseline: the variant that others must beat; None for the encoder alone where it is in the
            grid, else the first.
        title: of the report.
        question: what the report answers.
        command: by which the report is had again, where there is one.
        show: show progress.

    Returns:
        everything that the report says; the exact numbers are in its `comparisons`. It compares
        with another variant where no run of the baseline has finished.

    Raises:
        AusrecError: before the first run when the grid is impossible or there is no such metric
            or baseline; when something cannot be written.
    """
    check_metric(metric, "metric")
    wanted = with_sources(grid.runs(show=show) if isinstance(grid, Grid) else grid)
    wanted = [replace(run, metrics=(metric,)) for run in wanted]
    chosen = choose_baseline(planned(wanted), baseline)
    results = compare(wanted, out, runs=runs, engine=engine, show=show)
    analysis = GridAnalysis(
        results,
        metric=metric,
        baseline=chosen if chosen in set(results.runs["variant"]) else None,
        activity=training_activity(wanted) if len(results.scores) else None,
    )
    write_grid_report(
        analysis,
        Path(out).expanduser(),
        title=title,
        command=command,
        question=question,
        settings=shared_settings(wanted),
    )
    return analysis


def check_metric(metric: str, where: str) -> None:
    """Raise `AusrecError` on a metric by which users, and so variants, cannot be compared."""
    with naming(where):
        cutoff_of(metric)


def shared_settings(runs: Sequence[Run]) -> dict[str, object]:
    """Return the settings that are the same in all runs, by group."""
    first, *others = [run.recipe.to_mapping() for run in runs]
    shared: dict[str, object] = {}
    for group, held in first.items():
        if isinstance(held, dict):
            of_others = [other[group] for other in others]
            shared[group] = {n: v for n, v in held.items() if all(o[n] == v for o in of_others)}
        elif all(other[group] == held for other in others):
            shared[group] = held
    return shared
