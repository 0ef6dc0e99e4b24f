"""`ausrec demo`: the main job on the embedded data set, explained."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ausrec.cli.folder import RunFolder
from ausrec.cli.parser import Parser
from ausrec.cli.run_files import CONFIG, REPORT, is_run, run_files
from ausrec.cli.text import note, text_table
from ausrec.errors import AusrecError
from ausrec.lab.cells import best_model
from ausrec.lab.reports.run_facts import (
    describe_agreement,
    facts,
    model_comparison,
    recommendations,
    truth,
    user_label,
    weights_frame,
)
from ausrec.training import TrainConfig
from ausrec.training.config import DataConfig
from ausrec.training.prepare import prepare
from ausrec.training.recipe import Recipe
from ausrec.training.trained import Trained, run

WRITTEN_BY = "ausrec demo"
# Steps smaller than the defaults suit ten thousand interactions.
# One thread: matrices this small gain little from a second, and on a busy machine lose a lot.
TRAIN = TrainConfig(epochs=100, batch_size=1024, task_batch_size=256, patience=15, threads=1)


def main(argv: Sequence[str]) -> int:
    """Train LightGCN and AusRec, print what came out, and leave a report."""
    parser = Parser("demo", "Train LightGCN and AusRec on the embedded data set.")
    parser.option("--out", default="runs/demo", metavar="DIR", help="output folder")
    parser.option("--seed", int, TRAIN.seed, help="seed of both trainings")
    parser.option("--epochs", int, TRAIN.epochs, help="most epochs to train")
    parsed = parser.read(argv)
    out = Path(parsed.out)
    recipe = Recipe(
        DataConfig(dataset="club"), train=replace(TRAIN, seed=parsed.seed, epochs=parsed.epochs)
    )
    _check_own(out)
    folder = RunFolder(out, recipe, WRITTEN_BY, overwrite=True)
    try:
        _demonstrate(recipe, folder)
    finally:
        folder.abandon()
    return 0


def _check_own(out: Path) -> None:
    """Refuse to replace anybody else's run."""
    if is_run(out) and f"`{WRITTEN_BY}`" not in (out / CONFIG).read_text(encoding="utf-8"):
        raise AusrecError(f"{out}: holds a run that is not the demo's; choose another --out")


def _demonstrate(recipe: Recipe, folder: RunFolder) -> None:
    began = time.perf_counter()
    prepared = prepare(recipe)
    counts = ", ".join(f"{n:,} {name.lower()}" for name, n in facts(prepared.graph).items())
    print(f"The listening club, a generated data set: {counts}.\n")
    note("Training LightGCN: recommendation alone")
    alone = run(recipe.without_tasks())
    note("Training AusRec: LightGCN with seven auxiliary tasks, their weights learned")
    trained = run(recipe, prepared=prepared)
    runs = {"LightGCN": alone, "AusRec": trained}
    table = model_comparison(runs)
    files = run_files(runs, folder.config, folder.command, comparison=table)
    folder.finish(files)
    _explain(trained, table)
    print(f"\nWritten to {folder.path} in {time.perf_counter() - began:.0f} s: {', '.join(files)}.")
    print(f"Open {folder.path / REPORT} in a browser, or the notebooks with `make lab`.")


def _explain(trained: Trained, table: pd.DataFrame) -> None:
    print("On the test part, among all artists that a member has not played yet:")
    print(text_table(table))
    print(f"{best_model(table)} One seed: small gaps may be chance.\n")

    weights, true = trained.history.weights, truth(trained.prepared) or {}
    print("What AusRec learned about the seven tasks, and what is true (how much more alike in")
    print("taste the pairs of a task are than any two members; tastes were hidden from it):")
    print(text_table(weights_frame(weights, true)))
    print(f"{describe_agreement(weights, true)}\n")

    graph = trained.prepared.graph
    user = int(trained.test.per_user.index[0])
    print(f"Ten artists for {user_label(graph, user)}:")
    print(text_table(recommendations(trained, user)))
