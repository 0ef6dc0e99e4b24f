"""`ausrec compare`, killed at points drawn at random, leaves in the end what it leaves unkilled."""

import json
import multiprocessing
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ausrec.files import OURS
from ausrec.folder import MANIFEST
from tests.experiments import killed

WORDS = [
    *("compare", "--dataset", "club", "--strategies", "none,ausrec,frozen"),
    *("--tasks", "social_link+joint_triangle", "--seeds", "2", "--threads", "1"),
    *("--dim", "4", "--layers", "1", "--epochs", "1", "--train.batch_size", "4096"),
    *("--train.task_batch_size", "16", "--train.ks", "[10]", "--train.diagnose_every", "9"),
    *("--out", "out"),
]
Do = Callable[[Path, str | None], int | None]


@pytest.fixture(scope="module")
def do() -> Do:
    """Start the command in a folder, to be killed at a step; return how its process ended."""
    # Its processes are forked from one that has imported everything, and has started no threads.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.experiments.killed"])

    def start(folder: Path, kill_at: str | None = None) -> int | None:
        folder.mkdir(exist_ok=True)
        notes = folder.with_suffix(".txt")
        process = context.Process(target=killed.run, args=(WORDS, folder, notes, kill_at))
        process.start()
        process.join()
        return process.exitcode

    return start


def steps_by_phase(folder: Path) -> dict[str, list[str]]:
    """Return what an unkilled command has noted, in its order."""
    found: dict[str, list[str]] = {
        name: []
        for name in ("manifests", "first wave", "second wave", "tables", "figures", "report")
    }
    for step in folder.with_suffix(".txt").read_text().splitlines():
        path = Path(step.split()[1])
        name = path.name.removeprefix(f"{OURS}part-")
        if name == MANIFEST:
            found["manifests"].append(step)
        elif path.parent.name == "runs":
            run = json.loads((folder / path.parent / f"{name.split('.')[0]}.json").read_text())
            found["second wave" if "weights_of" in run["settings"] else "first wave"].append(step)
        elif path.parent.name == "figures":
            found["figures"].append(step)
        else:
            found["report" if name == "report.html" else "tables"].append(step)
    return found


def content(folder: Path) -> dict[str, bytes]:
    """Return all files by name, but the lock."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != f"{OURS}lock"
    }


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_killed_at_any_point_it_goes_on_and_ends_as_if_it_had_not_been(
    tmp_path: Path, do: Do
) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert do(whole, None) == 0
    generator = np.random.default_rng(2)
    phases = steps_by_phase(whole)
    assert all(phases.values())
    kept: dict[Path, int] = {}
    for steps in phases.values():
        step = str(generator.choice(steps))
        assert do(cut, step) == -signal.SIGKILL, step
        assert content(cut) != content(whole)
        assert all(path.stat().st_mtime_ns == when for path, when in kept.items())
        kept = {path: path.stat().st_mtime_ns for path in (cut / "out" / "runs").glob("*.json")}
    assert do(cut, None) == 0
    assert all(path.stat().st_mtime_ns == when for path, when in kept.items())
    found, expected = content(cut), content(whole)
    assert {"out/table.csv", "out/report.html", "out/tables/differences.csv"} <= expected.keys()
    assert found.keys() == expected.keys()
    assert [name for name in expected if found[name] != expected[name]] == []
