"""Do the runs that are missing, two waves of them, and collect the results."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from operator import call
from pathlib import Path

from ausrec.experiments.engine import Engine, Failure, LocalEngine
from ausrec.experiments.grid import Grid, with_sources
from ausrec.experiments.results import GridResults, read_results
from ausrec.experiments.run import Result, Run, execute
from ausrec.experiments.store import Store
from ausrec.folder import OutputFolder
from ausrec.progress import note, progress


def compare(
    grid: Grid | Sequence[Run],
    out: str | Path,
    *,
    runs: str | Path | None = None,
    engine: Engine | None = None,
    show: bool = True,
) -> GridResults:
    """Run a grid, or what is missing of it, and write its tables into a folder.

    A finished run is kept at once and never repeated; one that failed is tried again by the next
    call. Runs that take the weights of another one follow after it.

    Args:
        grid: the grid, or its runs where they are known already.
        out: the folder for the tables.
        runs: the folder in which runs are kept; `out/runs` where none is given. Grids may share it.
        engine: where runs are done; None for all cores of this machine.
        show: show progress.

    Returns:
        the results of the runs that are finished, and the failures.

    Raises:
        AusrecError: when the grid is impossible, something cannot be written, or another command
            does runs in the same folder.
    """
    output = OutputFolder(out)
    wanted = with_sources(grid.runs(show=show) if isinstance(grid, Grid) else grid)
    # Now: where that is impossible, no run shall be done for nothing.
    output.claim("compare", inputs=inputs_of(wanted))
    store = Store(output.path / "runs" if runs is None else runs)
    with output.reserved():
        results = read_results(store, wanted)
        if len(results.runs) < len(wanted):
            with store.output.reserved():
                do_missing(wanted, store, engine or LocalEngine(), show=show)
            results = read_results(store, wanted)
        results.save(out)
    return results


def inputs_of(runs: Sequence[Run]) -> dict[str, str]:
    """Return the tables that runs read, by name."""
    return {path: path for run in runs for path in run.recipe.data.files().values()}


def do_missing(runs: Sequence[Run], store: Store, engine: Engine, *, show: bool = True) -> None:
    """Do the runs that the store does not hold; keep each as it finishes.

    Args:
        runs: with those whose weights others take.
        store: keeps results and failures.
        engine: does the runs.
        show: show progress.
    """
    # A run may stand in the tables of several conditions; it is done once.
    once: dict[str, Run] = {}
    for run in runs:
        once.setdefault(run.key, run)
    missing = [run for run in once.values() if store.load(run) is None]
    for run in missing:
        if store.is_damaged(run):
            note(
                f"{store.folder / run.key}.json: damaged, or not of this run ({run.label}); it is "
                "done again"
            )
    lacking = [run for run in missing if run.metrics and store.load(replace(run, metrics=()))]
    if lacking:
        names = ", ".join(lacking[0].metrics)
        note(f"{len(lacking)} finished runs have not kept {names} of each user: done again.")
    num_failed = 0
    with progress(missing, "runs", show=show) as bar:
        for is_second in (False, True):
            wave = [run for run in missing if (run.weights_of is not None) == is_second]
            for place, outcome in engine.map([_job(run, store) for run in wave], call):
                run = wave[place]
                if isinstance(outcome, Failure):
                    num_failed += 1
                    store.save_failure(run, outcome)
                else:
                    store.save(run, outcome)
                bar.set_postfix_str(run.label + (f"; {num_failed} failed" if num_failed else ""))
                bar.update()


def _job(run: Run, store: Store) -> partial[Result]:
    source = None if run.weights_of is None else store.load(run.weights_of)
    return partial(execute, run, weights=None if source is None else source.weights)
