"""`ausrec compare`: a grid of strategies, tasks, data sets and seeds."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ausrec.cli.engine_options import EngineOptions, engine_options
from ausrec.cli.grid_options import (
    add_running,
    out_folder,
    read_words,
    run_and_report,
    without_dataset,
)
from ausrec.cli.parser import Parser
from ausrec.cli.settings import add_settings, everyday_help, to_recipe
from ausrec.errors import AusrecError
from ausrec.experiments import Grid
from ausrec.lab.reports.compare_and_report import check_metric
from ausrec.training.recipe import Recipe

DESCRIPTION = f"""Compare strategies on sets of tasks, over data sets and seeds.

  ausrec compare --dataset lastfm --strategies equal,dwa,ausrec \\
      --tasks all,none,social_link --seeds 10 --out runs/grid

Finished runs are kept; the same command goes on where it stopped. Strategies are names of
weightings, as equal or "equal(weight=0.1)", and frozen and shuffled, which train anew with the
weights that ausrec has learned. Sets of tasks: all, none, NAME, NAME+NAME, all-NAME; alone and
left_out stand for one set for each task. --seeds 10 is 0 to 9; --seeds 3,5,8 are those.

Short flags of the settings that all runs share:
{everyday_help()}"""


class Options(NamedTuple):
    """What is asked for."""

    grid: Grid
    out: Path
    runs: str | None
    engine: EngineOptions
    metric: str
    baseline: str | None


def parse(argv: Sequence[str]) -> Options:
    """Read the command line and the configuration file that it names.

    Raises:
        AusrecError: when anything in them cannot be understood.
    """
    parser = Parser(
        "compare",
        DESCRIPTION,
        "--dataset NAME[,NAME] | --interactions TABLE ... --strategies NAMES --out DIR [options]",
    )
    parser.add_argument("--config", action="config", help="YAML file; flags win over it")
    parser.add_argument("--strategies", type=str, metavar="NAMES", help="weightings, with commas")
    parser.add_argument("--seeds", type=str, default="1", help="how many, or which, as 3,5,8")
    parser.add_argument("--metric", type=str, default="ndcg@10", help="the one that is told")
    parser.add_argument("--baseline", type=str, metavar="STRATEGY", help="what others must beat")
    add_running(parser)
    add_settings(parser)
    parsed = read_words(parser, argv)
    out = out_folder(parsed.out, "runs/grid")
    if parsed.strategies is None:
        raise AusrecError("no strategies: add --strategies NAMES, as --strategies none,equal")
    check_metric(parsed.metric, "--metric")
    grid = grid_of(to_recipe(parsed), parsed.strategies, parsed.seeds)
    return Options(grid, out, parsed.runs, engine_options(parsed), parsed.metric, parsed.baseline)


def grid_of(base: Recipe, strategies: str, seeds: str) -> Grid:
    """Return the grid of the flags; data sets and sets of tasks stand in the recipe."""
    return Grid(
        strategies,
        tasks=base.tasks.expression,
        seeds=seeds,
        datasets=base.data.dataset or (),
        base=without_dataset(base),
    )


def main(argv: Sequence[str]) -> int:
    """Run the grid, print the result, and write tables and report."""
    grid, out, runs, engine, metric, baseline = parse(argv)
    places = engine.build(grid.base.train.threads)
    return run_and_report(
        grid.runs(),
        out,
        store=runs,
        engine=places,
        title="Comparison",
        command=f"ausrec compare {shlex.join(argv)}",
        metric=metric,
        baseline=baseline,
    )
