"""A grid that takes seconds, and engines that watch or fail."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ausrec.experiments import Failure, Grid, Run, SerialEngine
from ausrec.runs.data_config import DataConfig
from ausrec.runs.recipe import Recipe
from ausrec.training import TrainConfig

TRAIN = TrainConfig(
    epochs=1, batch_size=4096, task_batch_size=16, threads=1, ks=(10,), diagnose_every=9
)
BASE = Recipe(data=DataConfig("club"), model="lightgcn(dim=4, layers=1)", train=TRAIN)


def grid(strategies: str, tasks: str = "social_link+joint_triangle", **more: Any) -> Grid:
    """A grid on the club; every run takes a fraction of a second."""
    return Grid(strategies, **{"tasks": tasks, "seeds": 1, "base": BASE} | more)


def equal_run(seed: int = 0, *, learning_rate: float = 5e-3) -> Run:
    """A run that takes no time, and fails with a learning rate of 1e30."""
    recipe = replace(
        BASE,
        tasks="social_link",
        weighting="equal",
        train=replace(TRAIN, epochs=2, batch_size=1024, seed=seed, learning_rate=learning_rate),
    )
    return Run(recipe, "club", "equal", "social_link", seed)


class Watched(SerialEngine):
    """Notes the labels of what it does, wave by wave, and fails where it is told to."""

    def __init__(self, failing: str = "nothing") -> None:
        self.failing = failing
        self.waves: list[list[str]] = []

    def map(self, jobs: Sequence[Any], work: Callable[[Any], Any]) -> Iterator[tuple[int, Any]]:
        labels = [job.args[0].label for job in jobs]
        self.waves.append(labels)
        for place, job in enumerate(jobs):
            if self.failing in labels[place]:
                yield place, Failure("RuntimeError: no")
            else:
                yield place, dict(super().map([job], work))[0]

    @property
    def done(self) -> list[str]:
        return [label for wave in self.waves for label in wave]


def double(number: int) -> int:
    """Double a number; 13 is bad luck, -9 kills, and a negative one more waits."""
    if number == 13:
        raise ValueError("bad\nluck")
    if number == -9:
        os.kill(os.getpid(), signal.SIGKILL)
    if number < 0:
        time.sleep(-number)
    return 2 * number


def threads_of(_: int) -> tuple[int, str]:
    """Tell how many threads this process may use."""
    import torch

    return torch.get_num_threads(), os.environ["OMP_NUM_THREADS"]


def make_lambda(_: int) -> Callable[[], int]:
    """Return what cannot be pickled."""
    return lambda: 0
