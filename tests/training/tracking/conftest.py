"""A small training with all quantities in its history, which can be killed and continued."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ausrec.graph import STRUCTURAL_TASKS, add_relations, split_interactions
from ausrec.models import LightGCN
from ausrec.training import Callback, Epoch, History, TrainConfig, fit
from ausrec.weighting import AusRec
from tests.graphs import random_graph

Train = Callable[..., History]


class Killed(Exception):
    """Stands for the end of a process: nothing of the training catches it."""


def kill_after(epoch: int) -> Callback:
    """Return a callback that ends everything after an epoch."""

    def kill(seen: Epoch) -> None:
        if seen.number == epoch:
            raise Killed

    return kill


@pytest.fixture(scope="session")
def train() -> Train:
    """Train four epochs, with a checkpoint every second one."""
    train, val, _ = split_interactions(random_graph(40, 30, 5, rates=0.3), val=0.15, seed=0)
    train = add_relations(train)
    config = TrainConfig(
        epochs=4, batch_size=64, task_batch_size=16, ks=(5, 10), checkpoint_every=2, threads=1
    )

    def run(*callbacks: Callback, checkpoint: Path | None = None) -> History:
        model = LightGCN(train, dim=8, layers=2)
        return fit(
            model,
            train,
            val,
            STRUCTURAL_TASKS,
            AusRec(),
            config,
            callbacks=callbacks,
            checkpoint=checkpoint,
        )

    return run
