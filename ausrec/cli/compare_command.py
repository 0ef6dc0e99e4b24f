"""`ausrec compare`: a grid of strategies, tasks, data sets and seeds."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ausrec.cli.flags import METAPATH, settings_help
from ausrec.cli.grid_options import (
    GridFlags,
    add_running,
    out_folder,
    read_grid_flags,
    run_and_report,
)
from ausrec.cli.parser import Parser
from ausrec.errors import AusrecError
from ausrec.experiments import Grid
from ausrec.lab.reports.compare_and_report import check_metric

DESCRIPTION = """Compare strategies on sets of tasks, over data sets and seeds.

  ausrec compare --dataset lastfm --strategies equal,dwa,ausrec \\
      --tasks all,none,social_link --seeds 10 --out runs/grid

Finished runs are kept; the same command goes on where it stopped. Strategies are names of
weightings, as equal or "equal(weight=0.1)", and frozen and shuffled, which train again with the
weights that ausrec has learned. Sets of tasks are written as below; alone and left_out are one set
for each task. --seeds 10 is 0 to 9; --seeds 3,5,8 are those.

All runs share the settings; those of weightings go to the strategies that have them."""


class Options(NamedTuple):
    """What is asked for."""

    grid: Grid
    out: Path
    flags: GridFlags


def parse(argv: Sequence[str]) -> Options:
    """Read the command line and the configuration file that it names.

    Raises:
        AusrecError: when anything in them cannot be understood.
    """
    parser = Parser(
        "compare",
        DESCRIPTION,
        "--dataset NAME[,NAME] | --interactions TABLE ... --strategies NAMES --out DIR [options]",
        settings_help(),
    )
    parser.option("--strategies", metavar="NAMES", help="weightings, with commas")
    parser.option("--tasks", metavar="SETS", help="sets of tasks, with commas; all if none")
    parser.option("--seeds", default="1", help="how many, or which, as 3,5,8")
    parser.option("--metric", default="ndcg@10", help="the one to report and compare by")
    parser.option("--baseline", metavar="STRATEGY", help="what others must beat")
    add_running(parser)
    flags = read_grid_flags(parser, argv, own=["--tasks"])
    own, base = flags.own, flags.base
    out = out_folder(own.out, "runs/grid")
    if own.strategies is None:
        raise AusrecError("no strategies: add --strategies NAMES, as --strategies none,equal")
    check_metric(own.metric, "--metric")
    if own.tasks and any(word.partition("=")[0] == METAPATH for word in argv):
        raise AusrecError(f"{METAPATH}: write it in --tasks, as all+metapath(path=...)")
    tasks, datasets = own.tasks or str(base.tasks), flags.dataset or ()
    return Options(
        Grid(own.strategies, tasks, own.seeds, datasets, base, weighting=flags.weighting),
        out,
        flags,
    )


def main(argv: Sequence[str]) -> int:
    """Run the grid, print the result, and write tables and report."""
    grid, out, flags = parse(argv)
    engine = flags.engine()
    return run_and_report(
        grid.runs(),
        out,
        store=flags.own.runs,
        engine=engine,
        title="Comparison",
        command=f"ausrec compare {shlex.join(argv)}",
        metric=flags.own.metric,
        baseline=flags.own.baseline,
    )
