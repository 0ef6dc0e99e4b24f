"""`ausrec search`: settings for a strategy, chosen on the validation part."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ausrec.cli.engine_options import add_engine
from ausrec.cli.flags import settings_help, to_yaml
from ausrec.cli.grid_options import GridFlags, goes_on, out_folder, read_grid_flags
from ausrec.cli.parser import Parser
from ausrec.cli.text import note, text_table
from ausrec.errors import AusrecError
from ausrec.experiments.search import Found, Search, check_trials, search
from ausrec.experiments.space import Values

BEST, TRIALS, JOURNAL = "best.yaml", "trials.csv", "trials.journal"
SHOWN = 5

DESCRIPTION = """Search settings of one strategy; the same command goes on where it stopped.

  ausrec search --dataset lastfm --strategy ausrec --tasks all --trials 30 --out runs/search
  ausrec train --config runs/search/best.yaml --out runs/best

Trials are compared on the validation part; the test part is not read. Search each strategy that
you compare with the same number of trials. --space FILE names what is searched, a setting a line:

  train.learning_rate: {low: 0.001, high: 0.03, log: true}
  train.task_batch_size: [128, 256, 512]

Settings are those that all trials share."""


class Options(NamedTuple):
    """What is asked for."""

    plan: Search
    out: Path
    flags: GridFlags


def parse(argv: Sequence[str]) -> Options:
    """Read the command line and the files that it names.

    Raises:
        AusrecError: when anything in them cannot be understood.
    """
    parser = Parser(
        "search",
        DESCRIPTION,
        "--dataset NAME | --interactions TABLE ... --strategy NAME --out DIR [options]",
        settings_help(),
    )
    plain = Search("none")
    add = parser.option
    add("--strategy", metavar="NAME", help="the weighting whose settings are searched")
    add("--trials", int, 30, help="how many settings are tried")
    add("--seeds", default="1", help="of each trial: how many, or which, as 3,5,8")
    add("--space", metavar="FILE", help="what is searched, as YAML")
    add("--batch", int, plain.batch, help="trials that are chosen at a time")
    add("--search-seed", int, plain.seed, help="seed of the search itself")
    add("--storage", metavar="URL", help="where trials are kept, if not in OUT")
    add("--out", metavar="DIR", help=f"folder for {TRIALS} and {BEST}")
    add_engine(parser)
    flags = read_grid_flags(parser, argv)
    base, weighting, dataset, own = flags
    out = out_folder(own.out, "runs/search")
    if own.strategy is None:
        raise AusrecError("no strategy: add --strategy NAME, as --strategy ausrec")
    check_trials(own.trials)
    plan = Search(
        own.strategy,
        tasks=str(base.tasks),
        dataset=dataset,
        seeds=own.seeds,
        base=base,
        weighting=weighting,
        space=None if own.space is None else Path(own.space),
        seed=own.search_seed,
        batch=own.batch,
    )
    return Options(plan, out, flags)


def main(argv: Sequence[str]) -> int:
    """Search, print the best trials, and write them all."""
    plan, out, flags = parse(argv)
    searched = (f"{n} {_words(values)}" for n, values in plan.searched.items())
    note(f"Searching {', '.join(searched)}.")
    storage = flags.own.storage or out / JOURNAL
    with goes_on("finished trials are kept"):
        found = search(plan, flags.own.trials, storage, engine=flags.engine())
    out.mkdir(parents=True, exist_ok=True)
    found.trials.to_csv(out / TRIALS, index=False)
    (out / BEST).write_text(to_yaml(found.best, "ausrec search"), encoding="utf-8")
    _tell(found, plan, out)
    return 0


def _tell(found: Found, plan: Search, out: Path) -> None:
    failed = found.trials[found.trials["error"] != ""]
    done = found.trials.drop(failed.index)
    first = done.sort_values("value", ascending=False, kind="stable").head(SHOWN)
    columns = ["trial", "value", *(["std"] if first["std"].notna().any() else []), *plan.searched]
    table = pd.DataFrame({name: [_cell(v) for v in first[name]] for name in columns})
    table = table.rename(columns={"value": f"validation {found.metric}"})
    print(f"The best {len(table)} of {len(found.trials)} trials:")
    print(text_table(table))
    if len(failed):
        note(f"{len(failed)} trials failed; the first: {failed['error'].iloc[0]}")
    print(f"\nWritten to {out}: {TRIALS}, {BEST}.")
    print(f"Measure it on the test part: ausrec train --config {out / BEST} --out FOLDER")


def _words(values: Values) -> str:
    if isinstance(values, tuple):
        return "of " + "/".join(str(value) for value in values)
    return f"{values.low:g} to {values.high:g}"


def _cell(value: object) -> object:
    return f"{value:.4g}" if isinstance(value, float) else value
