"""A folder with small tables, runs, a grid and a search: where commands are ill-treated."""

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ausrec.cli import main as ausrec

FAST = [
    *("--dim", "4", "--layers", "1", "--epochs", "1", "--threads", "1", "--train.ks", "[10]"),
    *("--train.batch_size", "512", "--train.task_batch_size", "8", "--tasks", "social_link"),
]
TABLES = ["--interactions", "plays.csv", "--social", "friends.csv"]
TRAIN = ["train", *TABLES, *FAST, "--out", "new"]
GRID = ["--strategies", "none", "--tasks", "none", "--jobs", "1"]
SHORT = [word for word in FAST if word not in ("--tasks", "social_link")]
COMPARE = ["compare", *TABLES, *SHORT, *GRID, "--out", "grid"]
SEARCH = ["search", *TABLES, *SHORT, "--strategy", "none", "--jobs", "1", "--trials", "1"]


def make_tables(folder: Path) -> None:
    """Make the tables, and files of the user."""
    rng = np.random.default_rng(0)
    heard, friends = rng.random((20, 16)) < 0.5, rng.random((20, 20)) < 0.2
    user, item = np.nonzero(heard)
    one, other = np.nonzero(friends & ~np.eye(20, dtype=bool))
    frames: dict[str, dict[str, Any]] = {
        "plays": {"user": user, "item": item, "rating": 1 + item % 5},
        "friends": {"user": one, "friend": other},
        "items": {"item": np.arange(16), "name": [f"item {n}" for n in range(16)]},
    }
    for name, frame in frames.items():
        pd.DataFrame(frame).to_csv(folder / f"{name}.csv", index=False)
    (folder / "x").mkdir()
    (folder / "x" / "thesis.txt").write_text("years of work")
    (folder / "mine.yaml").write_text("train:\n  epochs: 1\n")


def make_world(folder: Path) -> None:
    """Make tables, runs, a grid, a search, and files of the user."""
    folder.mkdir()
    make_tables(folder)
    before = Path.cwd()
    os.chdir(folder)
    try:
        for words in (
            [*TRAIN[:-1], "run"],
            [*TRAIN[:-1], "other", "--seed", "1"],
            COMPARE,
            [*SEARCH, "--out", "found"],
        ):
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                failed = ausrec(words)
            if failed:
                raise RuntimeError(f"the world cannot be made: {words}")
    finally:
        os.chdir(before)
