"""Measure what it gains a training step that the process keeps the memory it frees.

    python -m benchmarks.allocator --dataset lastfm --data-root DATA --tasks none all sgl

Each side trains in a process of its own, since what a C library was told cannot be taken back; the
processes alternate. Reported are medians of their medians, and the larger of their peaks.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ausrec.data import DATASETS
from ausrec.memory import keep_freed_memory, peak_mib
from ausrec.runs.data_config import DataConfig
from ausrec.runs.prepare import prepare
from ausrec.runs.recipe import Recipe
from ausrec.tasks import Recommendation
from ausrec.tasks.check_task import tasks_by_name
from ausrec.training import Descent, TrainConfig
from ausrec.training.config import BATCH_SIZE
from ausrec.training.fit import cpu_threads
from ausrec.weighting import Equal
from benchmarks.timing import report

SIDES = ("plain", "keep")


def measure(given: argparse.Namespace) -> dict[str, float]:
    """Take some steps in this process; return the median of their seconds, and the peak in MiB."""
    if given.side == "keep" and not keep_freed_memory():
        raise SystemExit("this C library cannot be told to keep freed memory")
    (tasks,) = given.tasks
    recipe = Recipe(
        DataConfig(given.dataset, given.data_root),
        tasks=tasks,
        weighting="none" if tasks == "none" else "equal",
        train=TrainConfig(batch_size=given.batch_size, device="cpu"),
    )
    with cpu_threads(given.threads):
        prepared = prepare(recipe, show=False)
        train = prepared.splits.train
        main = Recommendation(train)
        named = tasks_by_name(main, prepared.tasks, train)
        weighting = recipe.build_weighting() or Equal()
        descent = Descent(prepared.build_model(), named, weighting, recipe.train)
        num_batches = main.num_batches(given.batch_size)
        seconds = []
        for _ in range(given.steps + 2):
            began = time.perf_counter()
            rows = main.draw(given.batch_size, descent.rng)
            descent.take(descent.draw(rows, num_batches))
            seconds.append(time.perf_counter() - began)
    return {"seconds": statistics.median(seconds[2:]), "peak": peak_mib()}


def apart(words: Sequence[str], tasks: str, side: str) -> dict[str, float]:
    """Do `measure` in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.allocator", *words, "--tasks", tasks]
    done = subprocess.run([*command, "--side", side], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare(words: Sequence[str], tasks: str, rounds: int) -> dict[str, object]:
    """Return a row: the seconds and the peak of both sides, for a set of tasks."""
    found: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for _ in range(rounds):
        for side in SIDES:
            found[side].append(apart(words, tasks, side))
    plain, keep = (statistics.median(each["seconds"] for each in found[side]) for side in SIDES)
    peaks = [max(each["peak"] for each in found[side]) for side in SIDES]
    return {
        "tasks": tasks,
        "ms a step, plain": 1e3 * plain,
        "ms a step, kept": 1e3 * keep,
        "faster": plain / keep,
        "peak MiB, plain": peaks[0],
        "peak MiB, kept": peaks[1],
    }


def main(words: Sequence[str] | None = None) -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dataset", choices=list(DATASETS), default="club")
    parser.add_argument("--data-root", help="data folder, as for the ausrec command")
    parser.add_argument("--tasks", nargs="+", default=["none", "all", "sgl"], help="sets of tasks")
    parser.add_argument("--batch-size", type=int, default=BATCH_SIZE)
    parser.add_argument("--steps", type=int, default=10, help="counted steps of a process")
    parser.add_argument("--rounds", type=int, default=3, help="processes of each side")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the table as JSON")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if given.side:
        print(json.dumps(measure(given)))
        return
    shared = ["dataset", "batch_size", "steps", "threads", *(["data_root"] * bool(given.data_root))]
    again = [
        word
        for name in shared
        for word in (f"--{name.replace('_', '-')}", str(getattr(given, name)))
    ]
    rows = [compare(again, tasks, given.rounds) for tasks in given.tasks]
    title = f"A training step on {given.dataset}, batches of {given.batch_size:,}"
    report(title, rows, given.out)


if __name__ == "__main__":
    main()
