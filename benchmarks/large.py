"""Measure loading, relations, epochs and evaluation on large tables: CPU seconds, peak memory.

    python -m benchmarks.large [--rows 10000000] [--format csv] [--steps 6] [--device cpu]

The tables are generated: popular items and active users as in real data, a tenth as many links as
interactions, most of them between users of near numbers. A user has 50 interactions, and an item
100, on average. Of an epoch, so many steps are taken, and their time is multiplied.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
import torch

from ausrec.evaluation import evaluate
from ausrec.evaluation.ranking import some_users
from ausrec.graph import STRUCTURAL_TASKS, add_relations, relation_pairs
from ausrec.memory import keep_freed_memory
from ausrec.models import LightGCN
from ausrec.runs.data_config import DataConfig
from ausrec.tasks import Recommendation
from ausrec.tasks.check_task import tasks_by_name
from ausrec.training import Descent, TrainConfig
from ausrec.training.config import SplitConfig
from ausrec.training.descent import to_device
from ausrec.weighting import AusRec
from ausrec.weighting.others.fixed import Equal
from benchmarks.timing import Row, peak_memory, report

Result = TypeVar("Result")


def generate(rows: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Generate interactions with ratings and times, and links."""
    rng = np.random.default_rng(seed)
    users, items = max(200, rows // 50), max(200, rows // 100)
    popularity = np.cumsum((np.arange(items) + 10.0) ** -0.75)
    activity = np.cumsum(rng.lognormal(0, 1, users))
    user, item = (
        np.searchsorted(weights, rng.random(int(1.15 * rows)) * weights[-1])
        for weights in (activity, popularity)
    )
    drawn = rng.permutation(np.unique(user * items + item))[:rows]
    events = pd.DataFrame({"user_id": drawn // items + 10**6, "item_id": drawn % items + 10**6})
    events["rating"] = rng.integers(1, 6, len(events))
    events["timestamp"] = rng.integers(10**9, 16 * 10**8, len(events))
    source = rng.integers(0, users, rows // 10)
    target = (source + np.round(20 * rng.standard_t(2, len(source))).astype(int)) % users
    links = pd.DataFrame({"user": source + 10**6, "friend": target + 10**6})
    return events, links.drop_duplicates()


class Clock:
    """Notes what each part took."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def time(self, part: str, call: Callable[[], Result], times: float = 1) -> Result:
        """Do one part, and note its CPU seconds, its seconds, and the peak so far."""
        cpu, wall = time.process_time(), time.perf_counter()
        result = call()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        took = (time.process_time() - cpu) * times, (time.perf_counter() - wall) * times
        peak = peak_memory() // 2**20
        row = {"part": part, "CPU s": took[0], "s": took[1], "peak MiB": peak, "kept as": ""}
        self.rows.append(row)
        return result


def measure(folder: Path, steps: int, dim: int, device: Literal["cpu", "cuda"]) -> Sequence[Row]:
    """Return a row for each part."""
    clock = Clock()
    (events,), (links,) = folder.glob("events.*"), folder.glob("links.*")
    data = DataConfig(interactions=str(events), social=str(links))
    graph = clock.time("loading", data.load)
    train, val, _ = clock.time("split", lambda: SplitConfig().split(graph))
    for name in STRUCTURAL_TASKS:
        train = clock.time(name, partial(add_relations, train, [name]))
        clock.rows[-1]["kept as"] = type(relation_pairs(train, name)).__name__
    model = clock.time("encoder", lambda: LightGCN(train, dim))
    main = Recommendation(train)
    config = TrainConfig(device=device).sized(main.num_batches(1))
    assert config.batch_size is not None
    number = main.num_batches(config.batch_size)
    model.to(config.torch_device())
    for tasks, weighting in (((), Equal()), (STRUCTURAL_TASKS, AusRec())):
        descent = Descent(model, tasks_by_name(main, tasks, train), weighting, config)

        def take(descent: Descent = descent) -> None:
            for batch in islice(main.epoch(config.batch_size or 0, descent.rng), steps):
                descent.take(descent.draw(to_device(batch, descent.device), number))

        take()  # a first time for what is made once
        part = f"an epoch of {number} steps, {len(tasks)} tasks"
        clock.time(part, take, number / min(steps, number))
    with torch.no_grad():
        scores = model().scores
        clock.time("evaluation of an epoch", lambda: evaluate(scores, some_users(val)))
    return clock.rows


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="interactions")
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv")
    parser.add_argument("--steps", type=int, default=6, help="steps of an epoch that are taken")
    parser.add_argument("--dim", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--out", type=Path, help="write the rows as JSON")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    keep_freed_memory()
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in zip(("events", "links"), generate(given.rows), strict=True):
            path = Path(folder) / f"{name}.{given.format}"
            frame.to_csv(path, index=False) if given.format == "csv" else frame.to_parquet(path)
        del frame
        rows = measure(Path(folder), given.steps, given.dim, given.device)
    report(
        f"{given.rows:,} interactions as {given.format}, {given.threads} threads", rows, given.out
    )


if __name__ == "__main__":
    main()
