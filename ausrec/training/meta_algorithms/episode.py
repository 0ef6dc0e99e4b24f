"""One task to adapt to: losses to adapt by, and a loss that tells how well that went."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ausrec.graph.propagation import View
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.task import Batch, Task
from ausrec.training.config import TrainConfig
from ausrec.training.descent import num_samples, to_device
from ausrec.weighting.reduction import MAIN

Loss = Callable[[Parameters], Tensor]


class Episode(NamedTuple):
    """A task with some samples of it.

    Attributes:
        name: the task.
        support: one loss for each inner step, each on samples of its own.
        query: a loss on further samples.
    """

    name: str
    support: tuple[Loss, ...]
    query: Loss


def draw_episodes(
    model: Encoder,
    tasks: Mapping[str, Task],
    config: TrainConfig,
    inner_steps: int,
    rng: np.random.Generator,
    generator: torch.Generator,
    own: Mapping[str, Parameters] | None = None,
    num_batches: int = 1,
) -> list[Episode]:
    """Draw an episode of every task, the main task's first.

    Math:    a loss is mean_i [ℓ_i + l2 · penalty_i] over the samples of a batch.

    All episodes share one drawing of the graph, as all tasks of a training step do.

    Args:
        model: the encoder.
        tasks: the tasks by name.
        config: batch sizes and L2.
        inner_steps: number of support losses.
        rng: draws the samples.
        generator: draws edge dropout.
        own: parameters of the tasks' own, by task; constants here.
        num_batches: steps in an epoch, over which a task spreads its `draws_per_epoch`.
    """
    view = model.view(generator, None)
    device = next(model.parameters()).device
    episodes = []
    for name, task in tasks.items():
        size = config.batch_size
        if name != MAIN:
            size = num_samples(task, config.task_batch_size, num_batches)
        losses = [
            mean_cost(
                model,
                task,
                to_device(task.draw(size, rng), device),
                view,
                config.l2,
                (own or {}).get(name),
            )
            for _ in range(inner_steps + 1)
        ]
        episodes.append(Episode(name, tuple(losses[:-1]), losses[-1]))
    return episodes


def mean_cost(
    model: Encoder,
    task: Task,
    batch: Batch,
    view: View | None,
    l2: float,
    own: Parameters | None = None,
) -> Loss:
    """Return the mean cost of a batch as a function of the encoder's parameters."""

    def loss(parameters: Parameters) -> Tensor:
        encoding = Encoding(model.encode(parameters, view), model, view, own)
        mean = task.loss(encoding, batch).mean()
        penalty = task.penalty(encoding, batch)
        return mean if penalty is None else mean + l2 * penalty.mean()

    return loss
