"""A step whose tasks have the losses and the gradients that a test asks for."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ausrec.models import MF, Embeddings
from ausrec.tasks import Task
from ausrec.weighting import Step, Weighting
from tests.graphs import make_graph


class One(NamedTuple):
    """A batch with a sample."""

    user: Tensor


class Linear(Task):
    """A loss that is linear in the embedding of user 0, whose gradient is thus known."""

    def __init__(self, name: str, loss: float, gradient: Sequence[float]) -> None:
        self.name, self.value = name, loss
        self.direction = torch.tensor(gradient, dtype=torch.float64)

    def draw(self, size: int, generator: np.random.Generator) -> One:
        return One(torch.zeros(size, dtype=torch.int64))

    def loss(self, embeddings: Embeddings, batch: One) -> Tensor:
        moved = embeddings.user[batch.user] - 1.0
        return self.value + moved @ self.direction


def toy_step(
    gradients: Mapping[str, Sequence[float]], losses: Mapping[str, float] | None = None
) -> Step:
    """Return a step in float64; the gradients' names are those of the tasks, main first.

    Args:
        gradients: of each task by the embedding of user 0; all of one length.
        losses: of each task; 1 where None.
    """
    dim = len(gradients["main"])
    model = MF(make_graph(1, 1, [(0, 0)], []), dim=dim).double()
    with torch.no_grad():
        model.table.fill_(1.0)
    values = losses or dict.fromkeys(gradients, 1.0)
    tasks = {name: Linear(name, values[name], gradient) for name, gradient in gradients.items()}
    batches = {name: One(torch.zeros(2, dtype=torch.int64)) for name in tasks}
    return Step(model, tasks, batches, meta=One(torch.zeros(1, dtype=torch.int64)), l2=0.0)


def started(weighting: Weighting, step: Step, seed: int = 0) -> Weighting:
    """Start a weighting for the tasks of a step."""
    weighting.start(step.auxiliary, torch.Generator().manual_seed(seed), torch.device("cpu"))
    return weighting


def weights_of(weighting: Weighting, step: Step) -> dict[str, float]:
    """Return the weights in a step."""
    return {name: float(weight) for name, weight in weighting.weigh(step).weights.items()}


def direction(weighting: Weighting, step: Step) -> Tensor:
    """Return the gradient along which the real step would go, at user 0."""
    weights = weighting.weigh(step).weights
    ones = torch.ones(step.sizes["main"], dtype=torch.float64)
    coefficients = weighting.reduction.coefficients(weights, step.sizes, ones)
    return step.gradient(coefficients, dict.fromkeys(step.tasks, 0.0))["table"][0]
