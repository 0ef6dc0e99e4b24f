"""`ausrec compare`: a grid of strategies, tasks, data sets and seeds."""

from typing import Annotated

from ausrec.cli.command import Command, Folder
from ausrec.cli.flags import METAPATH
from ausrec.cli.grids import GridFlags, processes_for, run_and_report
from ausrec.errors import AusrecError
from ausrec.experiments import Grid
from ausrec.lab.reports.compare_and_report import check_metric


@Command
def compare(
    *,
    strategies: Annotated[str, "NAMES"],
    tasks: Annotated[str, "SETS"] | None = None,
    seeds: str = "1",
    metric: str = "ndcg@10",
    baseline: Annotated[str, "STRATEGY"] | None = None,
    out: Folder,
    runs: Folder | None = None,
    jobs: int | None = None,
    flags: GridFlags,
) -> int:
    r"""Compare strategies on sets of tasks, over data sets and seeds.

      ausrec compare --dataset lastfm --strategies equal,dwa,ausrec \
          --tasks all,none,social_link --seeds 10 --out runs/grid

    Finished runs are kept; the same command goes on where it stopped. --dataset and --encoder take
    several names, with commas, and --data NAME=TABLES may be repeated. A strategy is the name of a
    weighting, as equal or "equal(weight=0.1)", or frozen or shuffled, which train again with the
    weights that ausrec has learned. Sets of tasks are written as below; alone and left_out are one
    set for each task. --seeds 10 is 0 to 9; --seeds 3,5,8 are those three.

    All runs share the settings. Those of weightings go to the strategies that have them.

    Args:
        strategies: strategies, with commas
        tasks: sets of tasks, with commas; all if none
        seeds: how many, or which, as 3,5,8
        metric: the one to report and compare by, as recall@20
        baseline: the strategy that the others must beat
        out: the folder for tables and report, as runs/grid
        runs: the folder of runs; OUT/runs if none
        jobs: runs at a time; as many as fit if none
        flags: the settings that all runs share
    """
    base, weighting, datasets, encoders = flags.shared()
    check_metric(metric, "--metric")
    if tasks and flags.metapaths:
        raise AusrecError(f"{METAPATH}: write it in --tasks, as all+metapath(path=...)")
    sets = tasks or str(base.tasks)
    return run_and_report(
        Grid(strategies, sets, seeds, datasets, base, weighting, encoders=encoders),
        out,
        store=runs,
        engine=processes_for(jobs, base.train.threads),
        inputs=flags.inputs(base),
        title="Comparison",
        command=flags.command,
        metric=metric,
        baseline=baseline,
    )
