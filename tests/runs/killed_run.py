"""A run in a process that dies before one of its file operations."""

import sys
from pathlib import Path

from ausrec.runs.recipe import Recipe
from ausrec.runs.recipe_file import to_yaml
from ausrec.runs.run_folder import CONFIG, METRICS, MODEL, REPORT, RunFolder
from ausrec.training import TrainConfig
from benchmarks.dying import die_before

RECIPE = Recipe("club", train=TrainConfig(epochs=5))


def run(path: Path, die: int | None, notes: Path | None = None, **flags: bool) -> None:
    """Claim a folder, save a checkpoint, and finish, with another report for each seed."""
    die_before(die, path.parent.resolve(), notes)
    finish(path, **flags)
    sys.exit(0)


def finish(path: Path, **flags: bool) -> None:
    """Do what `ausrec train --refit` does with its folder."""
    folder = RunFolder(path, RECIPE, "train", **flags)
    folder.checkpoint.write_bytes(b"state")
    trained = to_yaml(RECIPE.refitted(3), "test", path).encode()
    files = {CONFIG: trained, METRICS: b"{}", MODEL: b"model", REPORT: b"new"}
    folder.finish(files)
    folder.abandon()
