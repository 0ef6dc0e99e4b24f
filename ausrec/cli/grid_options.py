"""What `ausrec compare` and `ausrec study run` share: their flags, and how results are told."""

import shlex
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pandas as pd

from ausrec.cli.engine_options import add_engine
from ausrec.cli.parser import Parser
from ausrec.cli.settings import EVERYDAY, check_file
from ausrec.cli.text import note, text_table
from ausrec.errors import AusrecError
from ausrec.experiments import Engine, GridResults, Run, compare
from ausrec.experiments.run import PER_USER
from ausrec.experiments.verdict import verdict
from ausrec.lab.grid_analysis import analyse
from ausrec.lab.grid_report import write_grid_report
from ausrec.suggest import nearest

FAILED = 1
# Each run of a grid has its own; one value for all of them would be read by nobody.
TAKEN = {
    "--weighting.name": "it is the strategies that are compared",
    "--train.seed": "name seeds by --seeds",
    "--split.seed": "name seeds by --seeds",
}


def check_words(words: Sequence[str], *, tasks: bool = False) -> None:
    """Refuse flags that a grid decides itself, and mistakes in a configuration file.

    Args:
        words: with full flags.
        tasks: refuse sets of tasks, too.

    Raises:
        AusrecError: naming what to write instead.
    """
    short = {f"--{setting}": flag for flag, setting in EVERYDAY.items()}
    taken = TAKEN | ({"--tasks.names": "the study names its sets of tasks"} if tasks else {})
    for flag in (word.split("=")[0] for word in words):
        if flag in taken:
            raise AusrecError(f"{short.get(flag, flag)}: {taken[flag]}")
    for flag, value in pairwise(words):
        if flag == "--config":
            check_file(Path(value))


def add_running(parser: Parser) -> None:
    """Add the flags that say where and how runs are done."""
    parser.add_argument("--out", type=str, metavar="DIR", help="folder for tables and report")
    parser.add_argument("--runs", type=str, metavar="DIR", help="folder of runs; OUT/runs if none")
    add_engine(parser)


def out_folder(out: str | None, example: str) -> Path:
    """Return the output folder.

    Raises:
        AusrecError: when it was not named.
    """
    if out is None:
        raise AusrecError(f"no output folder: add --out DIR, as --out {example}")
    return Path(out)


def run_and_report(
    runs: Sequence[Run],
    out: Path,
    *,
    store: str | None,
    engine: Engine,
    title: str,
    command: Sequence[str],
    metric: str,
    baseline: str | None,
    question: str = "",
) -> int:
    """Do the runs that are missing, print what came out, and write tables and report.

    Returns:
        the exit status: 0, or 1 where runs failed.
    """
    check_metric(metric)
    try:
        results = compare(runs, out, runs=store, engine=engine)
    except KeyboardInterrupt:
        hint = "- finished runs are kept; repeat the command to go on"
        raise KeyboardInterrupt(hint) from None
    files = ["table.csv", "table.parquet", "scores.parquet", "histories.parquet"]
    if len(results.runs):
        print(text_table(summary(results, metric)))
        print_verdicts(results, metric, baseline)
        files += write_grid_report(
            results,
            out,
            title=title,
            command=f"ausrec {shlex.join(command)}",
            baseline=baseline,
            metric=metric,
            question=question,
        )
    print(f"\nWritten to {out}: {brief(files)}.")
    for row in results.failures.itertuples():
        where = f"{row.dataset}: {row.strategy}, tasks {row.tasks}, seed {row.seed}"
        note(f"failed: {where}: {row.error}")
    if len(results.failures):
        note(f"{len(results.failures)} of {len(runs)} runs failed; the same command repeats them.")
    return FAILED if len(results.failures) else 0


def check_metric(metric: str) -> None:
    """Raise `AusrecError` on a metric that is not kept for each user."""
    if metric not in PER_USER:
        raise AusrecError(f"--metric: '{metric}' is not kept by user{nearest(metric, PER_USER)}")


def summary(results: GridResults, metric: str) -> pd.DataFrame:
    """Return a row for each strategy on each set of tasks: mean and standard deviation."""
    groups = results.runs.groupby(["dataset", "strategy", "tasks"], sort=False)
    return pd.DataFrame(
        {
            "seeds": groups.size(),
            metric: groups[metric].mean().map("{:.4f}".format),
            "± sd": groups[metric].std().map(lambda sd: "" if sd != sd else f"{sd:.4f}"),
            "epochs": groups["epochs"].mean().map("{:.0f}".format),
            "s an epoch": groups["seconds_per_epoch"].mean().map("{:.2f}".format),
            "peak MiB": groups["peak_mib"].max().map("{:.0f}".format),
        }
    ).reset_index()


def brief(files: Sequence[str]) -> str:
    """Name files; of a folder only its name and how many it holds."""
    counts = Counter(name.partition("/")[0] for name in files)
    folders = {name.partition("/")[0] for name in files if "/" in name}
    return ", ".join(f"{n}/ ({counts[n]} files)" if n in folders else n for n in counts)


def print_verdicts(results: GridResults, metric: str, baseline: str | None) -> None:
    """Print what the test says of each variant against the baseline, as the report does."""
    analysis = analyse(results, metric=metric, baseline=baseline)
    if analysis.comparisons:
        print(f"\n{metric} on the test part, against {analysis.baseline}:")
    for each in analysis.comparisons:
        print(f"  {each.dataset}, {each.variant}: {verdict(each)}")
