"""`ausrec search`: settings for a strategy, chosen on the validation part."""

from pathlib import Path
from typing import Annotated

import pandas as pd

from ausrec.cli.command import Command, Folder
from ausrec.cli.grids import GridFlags, goes_on, processes_for
from ausrec.errors import AusrecError
from ausrec.experiments.search import Found, Search
from ausrec.experiments.search import search as find
from ausrec.experiments.space import Values
from ausrec.experiments.table_writer import make_table
from ausrec.folder import MANIFEST, OutputFolder
from ausrec.progress import note
from ausrec.runs.recipe_file import to_yaml

BEST, TRIALS, JOURNAL = "best.yaml", "trials.csv", "trials.journal"
SHOWN, BY = 5, "ausrec search"


@Command
def search(
    *,
    strategy: Annotated[str, "NAME"],
    trials: int = 30,
    seeds: str = "1",
    space: Annotated[Path, "FILE"] | None = None,
    batch: int = Search.batch,
    search_seed: int = Search.seed,
    storage: Annotated[str, "URL"] | None = None,
    out: Folder,
    jobs: int | None = None,
    flags: GridFlags,
) -> None:
    """Search for the settings of one strategy.

      ausrec search --dataset lastfm --strategy ausrec --tasks all --trials 30 --out runs/search
      ausrec train --config runs/search/best.yaml --out runs/best

    Finished trials are kept; the same command goes on where it stopped. Trials are compared on the
    validation part; the test part is not read. Search each strategy that you compare with the same
    number of trials. --space FILE names what is searched, a setting a line:

      train.learning_rate: {low: 0.001, high: 0.03, log: true}
      train.task_batch_size: [128, 256, 512]

    All trials share the settings below.

    Args:
        strategy: the weighting whose settings are searched, as ausrec
        trials: how many settings are tried
        seeds: of each trial: how many, or which, as 3,5,8
        space: what is searched, as YAML
        batch: trials that are chosen at a time
        search_seed: the seed of the search itself
        storage: where trials are kept, if not in OUT
        out: the folder for trials.csv and best.yaml, as runs/search
        jobs: runs at a time; as many as fit if none
        flags: the settings that all trials share
    """
    base, weighting, datasets, _ = flags.shared(several=False)
    if len(datasets) > 1:
        raise AusrecError(f"a search is on one data set, and {len(datasets)} are named: name one")
    plan = Search(
        strategy,
        tasks=str(base.tasks),
        dataset=datasets[0] if datasets else None,
        seeds=seeds,
        base=base,
        weighting=weighting,
        space=space,
        seed=search_seed,
        batch=batch,
    )
    note(f"Searching {', '.join(f'{n} {_words(values)}' for n, values in plan.searched.items())}.")
    output = OutputFolder(out)
    inputs = flags.inputs(base) | ({"--space": str(space)} if space else {})
    is_new, is_ours = not output.kind, False
    output.claim("search", inputs=inputs, files=[JOURNAL])
    try:
        with goes_on("finished trials are kept"), output.reserved():
            is_ours = True
            engine = processes_for(jobs, base.train.threads)
            found = find(plan, trials, storage or out / JOURNAL, engine=engine)
            files = {TRIALS: found.trials.to_csv(index=False), BEST: to_yaml(found.best, BY, out)}
            output.write({name: text.encode() for name, text in files.items()})
    finally:
        # What could not even begin leaves nothing; of another search's folder all is left.
        if is_new and is_ours and not (output.held - {MANIFEST}):
            output.remove()
    _print(found, plan)
    print(f"\nWritten to {out}: {TRIALS}, {BEST}.")
    print(f"Measure it on the test part: ausrec train --config {out / BEST} --out FOLDER")


def _print(found: Found, plan: Search) -> None:
    failed = found.trials[found.trials["error"] != ""]
    done = found.trials.drop(failed.index)
    first = done.sort_values("value", ascending=False, kind="stable").head(SHOWN)
    columns = ["trial", "value", *(["std"] if first["std"].notna().any() else []), *plan.searched]
    table = pd.DataFrame({name: [_cell(v) for v in first[name]] for name in columns})
    table = table.rename(columns={"value": f"validation {found.metric}"})
    print(f"The best {len(table)} of {len(found.trials)} trials:")
    print(make_table(table).text())
    if len(failed):
        note(f"{len(failed)} trials failed; the first: {failed['error'].iloc[0]}")


def _words(values: Values) -> str:
    if isinstance(values, tuple):
        return "of " + "/".join(str(value) for value in values)
    return f"{values.low:g} to {values.high:g}"


def _cell(value: object) -> object:
    return f"{value:.4g}" if isinstance(value, float) else value
