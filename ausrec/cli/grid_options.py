"""What `ausrec compare` and `ausrec study run` share: their flags, and how results are told."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ausrec.cli.engine_options import add_engine, build_engine
from ausrec.cli.flags import EVERYDAY, read_flags
from ausrec.cli.parser import Parser
from ausrec.cli.text import note, text_table
from ausrec.errors import AusrecError
from ausrec.experiments import Engine, GridResults, Run, Store
from ausrec.experiments.grid import with_sources
from ausrec.experiments.results import choose_baseline, planned
from ausrec.experiments.study import split_shared
from ausrec.experiments.table_writer import spread
from ausrec.experiments.verdict import verdict
from ausrec.lab.reports.compare_and_report import compare_and_report
from ausrec.training.recipe import Recipe

FAILED = 1
# Each run of a grid has its own; one value for all of them would be read by nobody.
TAKEN = {
    "weighting": "it is the strategies that are compared",
    "train.seed": "name seeds by --seeds",
    "split.seed": "name seeds by --seeds",
}


class GridFlags(NamedTuple):
    """What the flags of a grid say, whatever its strategies."""

    base: Recipe
    """Settings of all runs, without the data set."""

    weighting: dict[str, Any]
    """Settings of weightings, for the strategies that have them."""

    dataset: str | None
    """Names of data sets, where they are given."""

    own: argparse.Namespace
    """The command's own options."""

    def engine(self) -> Engine:
        """Make the engine that is asked for."""
        return build_engine(self.own, self.base.train.threads)


def read_grid_flags(
    parser: Parser, argv: Sequence[str], *, start: Recipe | None = None, own: Sequence[str] = ()
) -> GridFlags:
    """Read a command line whose settings all runs share.

    Args:
        parser: of the command's own options.
        argv: the words behind the command.
        start: what files and flags change; None for the defaults.
        own: options of the command that are called like a setting.

    Raises:
        AusrecError: when anything in them cannot be understood, or is a matter of the grid.
    """
    flags = read_flags(argv, own=own)
    short = {name: flag for flag, name in EVERYDAY.items()}
    for name, why in TAKEN.items():
        if name in flags.settings:
            raise AusrecError(f"{short.get(name, f'--{name}')}: {why}")
    parsed = parser.read(flags.rest)
    settings, weighting = split_shared(flags.settings)
    dataset = settings.pop("data.dataset", None)
    base = flags._replace(settings=settings).recipe(start)
    return GridFlags(
        replace(base, data=replace(base.data, dataset=None)),
        {**base.weighting.settings, **weighting},
        dataset or base.data.dataset,
        parsed,
    )


def add_running(parser: Parser) -> None:
    """Add the flags that say where and how runs are done."""
    parser.option("--out", metavar="DIR", help="folder for tables and report")
    parser.option("--runs", metavar="DIR", help="folder of runs; OUT/runs if none")
    add_engine(parser)


def out_folder(out: str | None, example: str) -> Path:
    """Return the output folder.

    Raises:
        AusrecError: when it was not named, or a file is there.
    """
    if not out:
        raise AusrecError(f"no output folder: add --out DIR, as --out {example}")
    path = Path(out).expanduser()
    if path.exists() and not path.is_dir():
        raise AusrecError(f"{path}: a file is there already; choose another folder by --out")
    return path


def run_and_report(
    runs: Sequence[Run], out: Path, *, store: str | None, engine: Engine, **about: Any
) -> int:
    """Do the runs that are missing, print what came out, and write tables and report.

    Args:
        runs: the grid.
        out: the folder for tables and report.
        store: the folder of runs; `out/runs` where none is given.
        engine: where runs are done.
        about: `title`, `question`, `command`, `metric` and `baseline` of `compare_and_report`.

    Returns:
        the exit status: 0, or 1 where runs failed.

    Raises:
        AusrecError: before the first run when there is no such metric or baseline.
    """
    with goes_on("finished runs are kept"):
        analysis = compare_and_report(runs, out, runs=store, engine=engine, **about)
    results, runs = analysis.results, with_sources(runs)
    if len(results.runs):
        print(text_table(summary(results, analysis.metric)))
        asked = choose_baseline(planned(runs), about["baseline"])
        if analysis.baseline != asked:
            note(f"No run of {asked} has finished: compared with {analysis.baseline} instead.")
        if analysis.comparisons:
            print(f"\n{analysis.metric} on the test part, against {analysis.baseline}:")
        for each in analysis.comparisons:
            print(f"  {each.dataset}, {each.variant}: {verdict(each)}")
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
        note(
            f"{len(others)} of {len(runs)} runs were made by another version of ausrec, and were "
            f"not repeated: {others[0].label}"
            + (", ..." if len(others) > 1 else "")
            + f". To do them anew, give another folder than {store.folder} (--runs)."
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
