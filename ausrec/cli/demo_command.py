"""`ausrec demo`: the main job on the embedded data set, explained."""

import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ausrec.cli.command import Command, Folder
from ausrec.cli.run_files import run_files
from ausrec.experiments.table_writer import make_table
from ausrec.lab.readable_tables import best_model
from ausrec.lab.reports.run_tables import (
    describe_agreement,
    model_comparison,
    recommendations,
    truth,
    user_label,
    weights_frame,
)
from ausrec.progress import note
from ausrec.runs.prepare import facts, prepare
from ausrec.runs.recipe import Recipe
from ausrec.runs.run_folder import REPORT, RunFolder
from ausrec.runs.trained import Trained, run
from ausrec.training import TrainConfig

# Steps smaller than the defaults suit ten thousand interactions.
# One thread: matrices this small gain little from a second, and on a busy machine lose a lot.
TRAIN = TrainConfig(epochs=100, batch_size=1024, task_batch_size=256, patience=15, threads=1)


@Command
def demo(*, out: Folder = Path("runs/demo"), seed: int = 0, epochs: int = TRAIN.epochs) -> None:
    """Train LightGCN and AusRec on the embedded data set, and explain the result.

    Args:
        out: the folder for what the demo writes
        seed: of both trainings
        epochs: most epochs to train
    """
    recipe = Recipe("club", train=replace(TRAIN, seed=seed, epochs=epochs))
    folder = RunFolder(out, recipe, "demo", overwrite=True)
    try:
        _demonstrate(recipe, folder)
    finally:
        folder.abandon()


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
    print(make_table(table).text())
    print(f"{best_model(table)} One seed: small gaps may be chance.\n")

    weights, true = trained.history.weights, truth(trained.prepared) or {}
    print("What AusRec learned about the seven tasks, and what is true (how much more alike in")
    print("taste the pairs of a task are than any two members; tastes were hidden from it):")
    print(make_table(weights_frame(weights, true)).text())
    print(f"{describe_agreement(weights, true)}\n")

    graph = trained.prepared.graph
    user = int(trained.test.per_user.index[0])
    print(f"Ten artists for {user_label(graph, user)}:")
    print(make_table(recommendations(trained, user)).text())
