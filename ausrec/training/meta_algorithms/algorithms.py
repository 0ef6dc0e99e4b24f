"""MAML, first-order MAML and Reptile: what each takes for the gradient of an initialisation.

All adapt to a task by U_k(W), k gradient steps of rate α on its support losses, and differ in
what they make of it. An episode is one task to adapt to, with the losses to adapt by and a loss
that tells how well that went.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ausrec.errors import SettingError, check_above_zero
from ausrec.graph.propagation import View
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.task import Batch, Task
from ausrec.training.config import BATCH_SIZE, TrainConfig
from ausrec.training.descent import num_samples, to_device
from ausrec.weighting.hypergradient import gradient_of, leaves_of, plus
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
        size = config.batch_size or BATCH_SIZE
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


def adapt(
    losses: Sequence[Loss], parameters: Parameters, rate: float, *, differentiable: bool = False
) -> Parameters:
    """Take one gradient step on each loss.

    Math:    U(W) = W_k,   W_{j+1} = W_j − α ∇L_j(W_j),   W_0 = W

    Args:
        losses: L_0 … L_{k−1}.
        parameters: W.
        rate: α.
        differentiable: keep the graph of all steps, so that U can be differentiated in W; W must
            then require a gradient.
    """
    for loss in losses:
        here = parameters if differentiable else leaves_of(parameters)
        gradient = gradient_of(loss(here), here, create_graph=differentiable)
        parameters = plus(here, gradient, -rate)
    return parameters if differentiable else {n: v.detach() for n, v in parameters.items()}


@dataclass(frozen=True)
class MetaAlgorithm(ABC):
    """Turns episodes into a gradient by the initialisation."""

    rate: float = 300.0
    """α, the rate of the inner steps. A mean loss over many embeddings is so flat that steps of
    rate 1 lead nowhere (`docs/marec.md`)."""

    inner_steps: int = field(default=3, kw_only=True)
    """Steps of adaptation, k; with 0, MAML is plain training on all tasks alike. Reptile, which
    goes where the steps lead, needs one at least."""

    epochs: int = field(default=10, kw_only=True)
    """Epochs, each of as many meta-steps as training has steps."""

    learning_rate: float = field(default=5e-3, kw_only=True)
    """Learning rate of Adam on the initialisation."""

    least_steps: ClassVar[int] = 0

    def __post_init__(self) -> None:
        """Refuse impossible settings."""
        check_above_zero(rate=self.rate, epochs=self.epochs, learning_rate=self.learning_rate)
        if self.inner_steps < self.least_steps:
            least = f"at least {self.least_steps} for {type(self).__name__}"
            raise SettingError("inner_steps", f"is {self.inner_steps}, but must be {least}")

    def gradient(self, parameters: Parameters, episodes: Sequence[Episode]) -> Parameters:
        """Return the mean over the episodes of their gradients by W.

        Args:
            parameters: W.
            episodes: of one or more tasks.
        """
        found = [self.of_episode(parameters, episode) for episode in episodes]
        return {n: torch.stack([each[n] for each in found]).mean(0) for n in parameters}

    @abstractmethod
    def of_episode(self, parameters: Parameters, episode: Episode) -> Parameters:
        """Return the gradient that one episode asks for."""


@dataclass(frozen=True)
class MAML(MetaAlgorithm):
    """Start where adapting to any task ends well (Finn et al. 2017).

    Math:    ∇_W L_query(U(W)) = ∇U(W)' ∇L_query(U(W)),   ∇U = Π_j (I − α ∇²L_j(W_j));
             first order: ∇L_query(U(W)), with I for ∇U.

    Without support losses both are plain training on all tasks, weighted alike.
    """

    first_order: bool = False
    """Leave the second derivatives out."""

    def of_episode(self, parameters: Parameters, episode: Episode) -> Parameters:
        """Adapt, and differentiate the query loss."""
        if self.first_order:
            adapted = leaves_of(adapt(episode.support, parameters, self.rate))
            return gradient_of(episode.query(adapted), adapted)
        leaves = leaves_of(parameters)
        adapted = adapt(episode.support, leaves, self.rate, differentiable=True)
        return gradient_of(episode.query(adapted), leaves)


@dataclass(frozen=True)
class Reptile(MetaAlgorithm):
    """Move towards where adapting leads (Nichol et al. 2018).

    Math:    (W − U(W)) / α, taken for a gradient; without query loss.

    A step of size ε α along it is the interpolation W + ε (U(W) − W). Without inner steps it is
    zero.
    """

    least_steps = 1

    def of_episode(self, parameters: Parameters, episode: Episode) -> Parameters:
        """Adapt, and return the way back, in units of the inner rate."""
        adapted = adapt(episode.support, parameters, self.rate)
        with torch.no_grad():
            return {n: (parameters[n] - adapted[n]) / self.rate for n in parameters}


def gain_of(episode: Episode, parameters: Parameters, rate: float) -> tuple[Tensor, Tensor]:
    """Return the query loss before and after adapting."""
    adapted = adapt(episode.support, parameters, rate)
    with torch.no_grad():
        return episode.query(parameters), episode.query(adapted)
