"""The driver: nothing twice, nothing lost, two waves."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ausrec.experiments import LocalEngine, Store, compare, read_results
from ausrec.experiments.grid import with_popularity, with_sources
from tests.experiments.small import BASE, TRAIN, Watched, equal_run, grid

TIMES = ["seconds", "cpu_seconds", "seconds_per_epoch", "peak_mib"]


def timeless(table: pd.DataFrame) -> pd.DataFrame:
    return table[~table["quantity"].isin(TIMES)].reset_index(drop=True)


def test_finished_runs_are_never_repeated_and_grids_share_them(tmp_path: Path) -> None:
    first, second, third = Watched(), Watched(), Watched()
    store = tmp_path / "runs"
    results = compare(grid("none,equal"), tmp_path / "a", runs=store, engine=first, show=False)
    assert len(first.done) == 2
    assert results.runs["strategy"].tolist() == ["none", "equal"]
    again = compare(grid("none,equal"), tmp_path / "a", runs=store, engine=second, show=False)
    assert second.done == []
    pd.testing.assert_frame_equal(again.table, results.table)
    more = compare(grid("equal,random", seeds=2), tmp_path / "b", runs=store, engine=third)
    cell = "tasks social_link+joint_triangle, seed"
    expected = [("random", 0), ("equal", 1), ("random", 1)]
    assert third.done == [
        f"club: {name}, {cell} {seed}".replace(
            "social_link+joint_triangle", "joint_triangle+social_link"
        )
        for name, seed in expected
    ]
    assert len(more.runs) == 4
    assert not (tmp_path / "a" / "runs").exists()
    written = pd.read_parquet(tmp_path / "b" / "table.parquet")
    pd.testing.assert_frame_equal(written, more.table)


def test_a_failed_run_does_not_end_the_others_and_is_tried_again(tmp_path: Path) -> None:
    runs = [equal_run(0), equal_run(1, learning_rate=1e30), equal_run(2)]
    first, second = Watched(), Watched()
    results = compare(runs, tmp_path, engine=first, show=False)
    assert results.runs["seed"].tolist() == [0, 2]
    (failure,) = results.failures.to_dict("records")
    assert failure["seed"] == 1
    assert failure["error"].startswith("AusrecError: the loss of task")
    compare(runs, tmp_path, engine=second, show=False)
    assert second.done == [runs[1].label]


def test_weights_are_learned_before_they_are_taken(tmp_path: Path) -> None:
    engine = Watched()
    results = compare(grid("frozen,shuffled,equal"), tmp_path, engine=engine, show=False)
    waves = [[label.split()[1].strip(",") for label in wave] for wave in engine.waves]
    assert waves == [["ausrec", "equal"], ["frozen", "shuffled"]]
    assert results.runs["strategy"].tolist() == ["ausrec", "frozen", "shuffled", "equal"]
    table = results.table[results.table["quantity"] == "weight"]
    weights = {
        name: dict(zip(part["task"], part["value"], strict=True))
        for name, part in table.groupby("strategy")
    }
    assert weights["frozen"] == pytest.approx(weights["ausrec"])
    one, other = weights["ausrec"]
    swapped = {one: weights["ausrec"][other], other: weights["ausrec"][one]}
    assert weights["shuffled"] == pytest.approx(swapped)


def test_who_takes_weights_of_a_failed_run_fails_too(tmp_path: Path) -> None:
    engine = Watched(failing="ausrec")
    results = compare(grid("ausrec,frozen,equal"), tmp_path, engine=engine, show=False)
    assert results.runs["strategy"].tolist() == ["equal"]
    errors = results.failures.set_index("strategy")["error"]
    assert errors["ausrec"] == "RuntimeError: no"
    assert "the run whose weights it takes failed (club: ausrec" in errors["frozen"]
    mended = compare(grid("ausrec,frozen,equal"), tmp_path, engine=Watched(), show=False)
    assert mended.failures.empty and len(mended.runs) == 3


@pytest.mark.slow
def test_processes_find_what_this_process_finds(tmp_path: Path) -> None:
    runs = [equal_run(0), equal_run(1, learning_rate=1e30), equal_run(2)]
    here = compare(runs, tmp_path / "here", engine=Watched(), show=False)
    there = compare(runs, tmp_path / "there", engine=LocalEngine(2), show=False)
    pd.testing.assert_frame_equal(timeless(there.table), timeless(here.table))
    pd.testing.assert_frame_equal(there.failures, here.failures)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_killed_grid_goes_on_and_ends_as_one_that_was_not(
    tmp_path: Path, repository: Path
) -> None:
    words = [
        *(sys.executable, "-m", "ausrec", "compare", "--dataset", "club", "--seeds", "3"),
        *("--strategies", "none,equal,ausrec,frozen", "--tasks", "social_link+joint_triangle"),
        *("--dim", "4", "--layers", "1", "--epochs", "2", "--threads", "1", "--jobs", "2"),
        *("--train.batch_size", "4096", "--train.task_batch_size", "16"),
        *("--train.ks", "[10]", "--train.diagnose_every", "9", "--out", str(tmp_path / "out")),
    ]
    environment = os.environ | {"PYTHONPATH": str(repository)}
    store = tmp_path / "out" / "runs"
    rng = random.Random(1)
    kept: dict[str, int] = {}
    for number in (1, 4):
        with subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and len(list(store.glob("*.json"))) < number:
                time.sleep(0.01)
            time.sleep(rng.random() / 10)
            process.send_signal(signal.SIGKILL)
        kept |= {path.name: path.stat().st_mtime_ns for path in store.glob("*.json")}
    ended = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    assert f"Written to {tmp_path / 'out'}" in ended.stdout
    for name, when in kept.items():
        assert (store / name).stat().st_mtime_ns == when
    base = replace(BASE, train=replace(TRAIN, epochs=2))
    runs = grid("none,equal,ausrec,frozen", seeds=3, base=base).runs(show=False)
    whole = with_popularity(with_sources(runs))
    expected = compare(whole, tmp_path / "whole", engine=Watched(), show=False)
    found = pd.read_parquet(tmp_path / "out" / "table.parquet")
    pd.testing.assert_frame_equal(timeless(found), timeless(expected.table))
    again = read_results(Store(store), whole)
    pd.testing.assert_frame_equal(again.table, found)
