"""Run one notebook under nbval in a process of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from tests.notebooks.execution import ENVIRONMENT
from tests.notebooks.reading import REPOSITORY

SANITIZE = Path(__file__).with_name("sanitize.cfg")


class Validation(NamedTuple):
    """How it ended, what pytest said, and how long it took."""

    passed: bool
    said: str
    seconds: float


def validate(path: Path, timeout: float = 300, python_path: Path | None = None) -> Validation:
    """Run all cells and compare every output with the committed one (`tests.notebooks.tolerance`).

    Args:
        path: the notebook.
        timeout: after so many seconds it has failed.
        python_path: where the kernel looks for packages first.
    """
    # The outer pytest's settings are not for the inner one.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    env = plain | ENVIRONMENT
    first = [] if python_path is None else [str(python_path)]
    env["PYTHONPATH"] = os.pathsep.join([*first, str(REPOSITORY)])
    words = [sys.executable, "-m", "pytest", "--nbval", str(path), "--nbval-sanitize-with"]
    words += [str(SANITIZE), "--nbval-cell-timeout", "120", "--nbval-kernel-name", "python3"]
    words += ["-p", "tests.notebooks.tolerance", "-p", "no:cacheprovider", "-p", "no:xdist"]
    words += ["-q", "--color=no"]
    # No settings of the project: its `error` on warnings is for its own code, not for nbval's.
    words += ["-c", os.devnull, "--rootdir", str(path.parent)]
    began = time.perf_counter()
    try:
        run = subprocess.run(
            words, env=env, cwd=path.parent, capture_output=True, text=True, timeout=timeout
        )
    except subprocess.TimeoutExpired:
        return Validation(False, f"{path.name}: not done after {timeout:.0f} s", timeout)
    return Validation(run.returncode == 0, run.stdout + run.stderr, time.perf_counter() - began)
