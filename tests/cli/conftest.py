"""Small tables of one's own, and one run that was trained on them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ausrec.cli import main
from ausrec.experiments import SerialEngine, compare

FAST = [
    *("--dim", "8", "--layers", "2", "--epochs", "4", "--threads", "1"),
    *("--train.batch_size", "64", "--train.task_batch_size", "16"),
    "--train.checkpoint_every=1",
]


def write_tables(folder: Path, seed: int = 0) -> None:
    """Write 30 listeners, 24 artists with names and genres, and friendships."""
    rng = np.random.default_rng(seed)
    heard = rng.random((30, 24)) < 0.35
    heard[np.arange(30), np.arange(30) % 24] = True
    friends = rng.random((30, 30)) < 0.12
    friends = np.triu(friends, 1) | np.triu(friends, 1).T
    listener, artist = np.nonzero(heard)
    one, other = np.nonzero(friends)
    folder.mkdir(parents=True, exist_ok=True)
    plays = pd.DataFrame(
        {"user": [f"ann-{u}" for u in listener], "item": [f"x{i:02d}" for i in artist]}
    )
    plays.to_csv(folder / "plays.csv", index=False)
    links = pd.DataFrame({"user": [f"ann-{u}" for u in one], "friend": [f"ann-{u}" for u in other]})
    links.to_csv(folder / "friends.csv", index=False)
    items = pd.DataFrame(
        {
            "item": [f"x{i:02d}" for i in range(24)],
            "name": [f"The Band No. {i}" for i in range(24)],
            "genre": [f"genre {i % 20}" for i in range(24)],
        }
    )
    items.to_csv(folder / "artists.csv", index=False)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of tables, which is the current one."""
    write_tables(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def train_words() -> list[str]:
    """A quick training on the tables of the current folder."""
    return [
        *("train", "--interactions", "plays.csv", "--social", "friends.csv"),
        *("--items", "artists.csv", *FAST),
    ]


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tables with a finished run `run` in it; not to be changed."""
    folder = tmp_path_factory.mktemp("finished")
    write_tables(folder)
    words = [
        *("train", "--interactions", "plays.csv", "--social", "friends.csv"),
        *("--items", "artists.csv", "--out", "run", *FAST),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(words) == 0
    return folder


@pytest.fixture
def with_run(finished_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tables and the run, which is the current folder."""
    shutil.copytree(finished_run, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a token instead of the report, whose pictures take most of the time."""
    monkeypatch.setattr("ausrec.cli.run_files.run_page", lambda *_, **__: "<p>report</p>")


@pytest.fixture
def complaint(capsys: pytest.CaptureFixture[str]) -> Callable[[list[str]], str]:
    """Run a command line that must fail, and return its one line."""

    def run(words: list[str]) -> str:
        status = main(words)
        captured = capsys.readouterr()
        lines = [line for line in captured.err.splitlines() if line.startswith("error: ")]
        assert status == 2, captured.err
        assert len(lines) == 1 and captured.err.splitlines()[-1] == lines[0], captured.err
        assert "Traceback" not in captured.err
        return lines[0]

    return run


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do the runs of grids here: starting processes takes longer than such runs."""

    def here(*given: Any, **more: Any) -> Any:
        return compare(*given, **more | {"engine": SerialEngine()})

    monkeypatch.setattr("ausrec.lab.reports.compare_and_report.compare", here)
