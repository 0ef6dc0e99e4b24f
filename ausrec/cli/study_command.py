"""`ausrec study`: questions with the grids that answer them."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ausrec.cli.flags import METAPATH, settings_help
from ausrec.cli.grid_options import (
    GridFlags,
    add_running,
    out_folder,
    read_grid_flags,
    run_and_report,
)
from ausrec.cli.parser import Parser
from ausrec.cli.text import text_table
from ausrec.errors import AusrecError, nearest
from ausrec.experiments import Run
from ausrec.experiments.study import Study, list_studies, read_study
from ausrec.lab.reports.compare_and_report import check_metric

DESCRIPTION = """Ask a question of the kit, or of data of your own.

  ausrec study list
  ausrec study show NAME
  ausrec study run NAME [--dataset NAMES] [--seeds N] --out DIR

NAME is one of the list, or the path of a study of your own, which ends in .yaml."""

RUN_DESCRIPTION = """Run the grids of a study; the same command goes on where it stopped.

  ausrec study run noise --dataset club --seeds 3 --out runs/noise
  ausrec study run noise --interactions plays.csv --social friends.csv --out runs/noise

--dataset, tables and --seeds take the place of the study's own, and so do all settings."""

ACTIONS = ("list", "show", "run")


class Options(NamedTuple):
    """What `ausrec study run` is asked for."""

    study: Study
    flags: GridFlags
    out: Path

    def expand(self) -> list[Run]:
        """Return the runs."""
        base, weighting, datasets, own = self.flags
        return self.study.runs(base, weighting, datasets=datasets, seeds=own.seeds)


def parse(argv: Sequence[str]) -> Options:
    """Read the words after `ausrec study run`.

    Raises:
        AusrecError: when anything in them cannot be understood.
    """
    if not argv or (argv[0].startswith("-") and argv[0] not in ("-h", "--help")):
        raise AusrecError("no study is named: write `ausrec study run NAME --out DIR`")
    is_help = argv[0] in ("-h", "--help")
    name, rest = ("", ["--help"]) if is_help else (argv[0], list(argv[1:]))
    parser = Parser("study run", RUN_DESCRIPTION, "NAME --out DIR [options]", settings_help())
    parser.option("--seeds", help="how many, or which, as 3,5,8")
    add_running(parser)
    if is_help:
        parser.read(rest)
    study = read_study(name)
    for word in rest:
        if (flag := word.partition("=")[0]) in ("--tasks", METAPATH):
            raise AusrecError(f"{flag}: the study names its sets of tasks")
    start, _ = study.settings()
    flags = read_grid_flags(parser, rest, start=start)
    check_metric(study.metric, f"{name}: metric")
    out = out_folder(flags.own.out, f"runs/{study.name}")
    return Options(study, flags, out)


def main(argv: Sequence[str]) -> int:
    """List, show or run studies."""
    action, *rest = argv or ["--help"]
    if action in ("-h", "--help"):
        print(f"usage: ausrec study {{{','.join(ACTIONS)}}} ...\n\n{DESCRIPTION}")
        return 0
    if action not in ACTIONS:
        raise AusrecError(f"unknown word '{action}' after `ausrec study`{nearest(action, ACTIONS)}")
    if action == "run":
        return _run(parse(rest), f"ausrec study {shlex.join(argv)}")
    if action == "list":
        if rest:
            raise AusrecError(f"'{rest[0]}' is one word too many after `ausrec study list`")
        rows = [(study.name, study.title) for study in list_studies()]
        print(text_table(pd.DataFrame(rows, columns=["name", "title"])))
        return 0
    if len(rest) != 1:
        raise AusrecError("name one study: write `ausrec study show NAME`")
    print(describe(read_study(rest[0])))
    return 0


def describe(study: Study) -> str:
    """Say what a study asks, and what it runs."""
    lines = [study.title, "", study.question, ""]
    if study.base:
        lines.append("settings: " + ", ".join(f"{n} {v}" for n, v in study.base.items()))
    for number, grid in enumerate(study.grids, start=1):
        lines.append(f"grid {number}:")
        for axis, value in grid.items():
            given = value.items() if isinstance(value, dict) else None
            words = [f"{n} {v}" for n, v in given] if given else value
            listed = ", ".join(map(str, words)) if isinstance(words, list) else words
            lines.append(f"  {axis}: {listed}")
    lines.append(f"metric: {study.metric}; compared with: {study.baseline or 'nothing'}")
    return "\n".join(lines)


def _run(options: Options, command: str) -> int:
    study, flags = options.study, options.flags
    engine = flags.engine()
    return run_and_report(
        options.expand(),
        options.out,
        store=flags.own.runs,
        engine=engine,
        title=study.title,
        command=command,
        metric=study.metric,
        baseline=study.baseline,
        question=study.question,
    )
