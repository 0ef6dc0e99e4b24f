"""`ausrec study`: questions with the grids that answer them."""

import pandas as pd

from ausrec.cli.command import Command, CommandGroup, Folder
from ausrec.cli.flags import METAPATH
from ausrec.cli.grids import GridFlags, processes_for, run_and_report
from ausrec.errors import AusrecError
from ausrec.experiments.study import list_studies, read_study
from ausrec.experiments.table_writer import make_table
from ausrec.lab.reports.compare_and_report import check_metric


@Command
def study_list() -> None:
    """List the studies that come with the kit."""
    rows = [(study.name, study.title) for study in list_studies()]
    print(make_table(pd.DataFrame(rows, columns=["name", "title"])).text())


@Command
def study_show(name: str) -> None:
    """Show what a study asks, and what it runs.

    Args:
        name: a study that `ausrec study list` shows, or your own, a file that ends in .yaml
    """
    study = read_study(name)
    lines = [study.title, "", study.question, ""]
    if study.base:
        lines.append("settings: " + ", ".join(f"{n} {v}" for n, v in study.base.items()))
    for number, grid in enumerate(study.grids, start=1):
        lines.append(f"grid {number}:")
        for axis, value in grid.items():
            given = [f"{n} {v}" for n, v in value.items()] if isinstance(value, dict) else value
            shown = ", ".join(map(str, given)) if isinstance(given, list | tuple) else given
            lines.append(f"  {axis}: {shown}")
    lines.append(f"metric: {study.metric}; compared with: {study.baseline or 'nothing'}")
    print("\n".join(lines))


@Command
def study_run(
    name: str,
    *,
    seeds: str | None = None,
    out: Folder,
    runs: Folder | None = None,
    jobs: int | None = None,
    flags: GridFlags,
) -> int:
    """Run the grids of a study.

      ausrec study run noise --dataset club --seeds 3 --out runs/noise
      ausrec study run noise --interactions plays.csv --social friends.csv --out runs/noise

    Finished runs are kept; the same command goes on where it stopped. --dataset, tables, --seeds
    and all settings take the place of the study's own.

    Args:
        name: a study that `ausrec study list` shows, or your own, a file that ends in .yaml
        seeds: how many, or which, as 3,5,8
        out: the folder for tables and report, as runs/noise
        runs: the folder of runs; OUT/runs if none
        jobs: runs at a time; as many as fit if none
        flags: the settings that all runs share
    """
    study = read_study(name)
    for flag, given in (("--tasks", "tasks" in flags.settings), (METAPATH, flags.metapaths)):
        if given:
            raise AusrecError(f"{flag}: the study names its sets of tasks")
    check_metric(study.metric, f"{name}: metric")
    base, weighting, datasets, _ = flags.shared(study.settings()[0], several=False)
    grids = study.expand(base, weighting, datasets=datasets, seeds=seeds)
    return run_and_report(
        [run for grid in grids for run in grid.runs()],
        out,
        store=runs,
        engine=processes_for(jobs, base.train.threads),
        inputs=flags.inputs(base) | {"the study": name},
        title=study.title,
        command=flags.command,
        metric=study.metric,
        baseline=study.baseline,
        question=study.question,
    )


study = CommandGroup(study_list, study_show, study_run)
