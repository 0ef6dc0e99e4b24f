"""What commands that do many runs share: settings, where runs are done, and what came out."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ausrec.cli.flags import DATA, EVERYDAY, Flags
from ausrec.environment import num_cores
from ausrec.errors import AusrecError
from ausrec.experiments import Engine, Grid, GridResults, LocalEngine, Run, Store
from ausrec.experiments.grid import read_names, with_popularity, with_sources
from ausrec.experiments.results import choose_baseline, planned
from ausrec.experiments.study import split_shared
from ausrec.experiments.table_writer import make_table, spread
from ausrec.experiments.verdict import below_popularity, verdict
from ausrec.folder import check_apart
from ausrec.lab.reports.compare_and_report import compare_and_report
from ausrec.progress import note
from ausrec.runs.recipe import Recipe

FAILED = 1
# Each run of a grid has its own; one value for all of them would be read by nobody.
TAKEN = {
    "weighting": "it is the strategies that are compared",
    "train.seed": "name seeds by --seeds",
    "split.seed": "name seeds by --seeds",
}


class Shared(NamedTuple):
    """What all runs of a grid share, whatever its strategies."""

    base: Recipe
    """Settings, without the data set."""

    weighting: Mapping[str, Any]
    """Settings of weightings, for the strategies that have them."""

    datasets: tuple[str, ...]
    """Data sets, where they are given."""

    encoders: tuple[str, ...]
    """Encoders, where several are given."""


class GridFlags(Flags):
    """The settings that all runs share."""

    repeated = (*Flags.repeated, DATA)

    def shared(self, start: Recipe | None = None, *, several: bool = True) -> Shared:
        """Return what all runs share.

        Args:
            start: what files and flags change; None for the defaults.
            several: whether there may be several encoders.

        Raises:
            AusrecError: on a setting that is unknown, or a matter of the grid.
        """
        short = {name: flag for flag, name in EVERYDAY.items()}
        for name, why in TAKEN.items():
            if name in self.settings:
                raise AusrecError(f"{short.get(name, f'--{name}')}: {why}")
        settings, weighting = split_shared(self.settings)
        named = [*read_names(settings.pop("data.dataset", ())), *self.data]
        encoders = read_names(settings.get("model", ()))
        if len(encoders) > 1:
            if not several:
                raise AusrecError("--encoder: name one here; `ausrec compare` takes several")
            settings["model"] = encoders[0]
        base = replace(self, settings=settings).recipe(start)
        return Shared(
            replace(base, data=replace(base.data, dataset=None)),
            {**base.weighting.settings, **weighting},
            tuple(named or filter(None, [base.data.dataset])),
            encoders if len(encoders) > 1 else (),
        )


def processes_for(jobs: int | None, threads: int | None) -> LocalEngine:
    """Make the engine that does so many runs at a time, and no more than the cores allow.

    Args:
        jobs: runs at a time; None for as many as fit.
        threads: of each run, where a number is asked for; None for what the engine gives it.

    Raises:
        AusrecError: on a number that cannot be.
    """
    most = max(1, num_cores() // (threads or 1))
    jobs = most if jobs is None else jobs
    if jobs > most:
        note(
            f"{jobs} runs of {threads or 1} threads at a time are more than this machine has "
            f"cores ({num_cores()}): {most} at a time."
        )
    return LocalEngine(min(most, jobs))


def run_and_report(
    grid: Grid | Sequence[Run],
    out: Path,
    *,
    store: Path | None,
    engine: Engine,
    inputs: Mapping[str, str] | None = None,
    **about: Any,
) -> int:
    """Do the runs that are missing, print what came out, and write tables and report.

    Args:
        grid: the grid, or its runs.
        out: the folder for tables and report.
        store: the folder of runs; `out/runs` where none is given.
        engine: where runs are done.
        inputs: the files that the command reads, by the option that names each.
        about: `title`, `question`, `command`, `metric` and `baseline` of `compare_and_report`.

    Returns:
        the exit status: 0, or 1 where runs failed.

    Raises:
        AusrecError: before the first run when there is no such metric or baseline.
    """
    for folder in filter(None, (out, store)):
        check_apart(folder, inputs or {})
    runs = with_popularity(with_sources(grid.runs() if isinstance(grid, Grid) else grid))
    with goes_on("finished runs are kept"):
        analysis = compare_and_report(runs, out, runs=store, engine=engine, **about)
    results = analysis.results
    if len(results.runs):
        print(make_table(summary(results, analysis.metric)).text())
        asked = choose_baseline(planned(runs), about["baseline"])
        if analysis.baseline != asked:
            note(f"No run of {asked} has finished: compared with {analysis.baseline} instead.")
        if analysis.comparisons:
            print(f"\n{analysis.metric} on the test part, against {analysis.baseline}:")
        for each in analysis.comparisons:
            print(f"  {each.dataset}, {each.variant}: {verdict(each)}")
        for dataset in results.runs["dataset"].unique():
            if warning := below_popularity(results.runs, dataset, analysis.metric):
                print(f"\n{dataset}: {warning}")
    print(f"\nWritten to {out}: report.html, tables/, figures/, table.csv and others.")
    note_other_code(Store(out / "runs" if store is None else store), runs)
    for row in results.failures.itertuples():
        where = f"{row.dataset}: {row.strategy}, tasks {row.tasks}, seed {row.seed}"
        note(f"failed: {where}: {row.error}")
    if len(results.failures):
        number = f"{len(results.failures)} of {len(runs)}"
        note(f"{number} runs failed; the same command repeats them.")
    return FAILED if len(results.failures) else 0


@contextmanager
def goes_on(kept: str) -> Iterator[None]:
    """Say what is kept where someone interrupts a command that goes on when it is repeated."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"- {kept}; repeat the command to go on") from None


def note_other_code(store: Store, runs: Sequence[Run]) -> None:
    """Say which of the finished runs another version of the code has made."""
    others = store.of_other_code(runs)
    if others:
        first = others[0].label + ", ..." * (len(others) > 1)
        note(
            f"{len(others)} of {len(runs)} runs were made by another version of ausrec, and were "
            f"not repeated: {first}. To repeat them, give another folder than {store.folder} "
            "(--runs)."
        )


def summary(results: GridResults, metric: str) -> pd.DataFrame:
    """Return a row for each variant, which are named: mean and standard deviation."""
    groups = results.runs.groupby(["dataset", "variant"], sort=False)
    return pd.DataFrame(
        {
            "seeds": groups.size(),
            metric: [spread(each.mean(), each.std()) for _, each in groups[metric]],
            "epochs": groups["epochs"].mean().round().astype(int),
            "s an epoch": groups["seconds_per_epoch"].mean(),
            "peak MiB": groups["peak_mib"].max().round().astype(int),
        }
    ).reset_index()
