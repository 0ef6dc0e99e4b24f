"""What turns the costs of samples into weights: the paper's network, and one with levels."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from ausrec.weighting.reduction import MAIN, Weights


class WeightingNetwork(nn.Module):
    """Turn the cost of a row and its task into a weight (AusRec, weighting network).

    Math:    λ = sigmoid(w₂ᵀ relu(W₁ [cost, one-hot of the task] + b₁) + b₂)
    Source:  AusRec (arXiv 2412.18735), its weighting network; w₂ = 0 and b₂ = 0 at the start, so
             that all weights begin at ½, are ours.

    A row is one sample, or one task with its mean cost. The cost is a constant here: no gradient
    flows back into the encoder.
    """

    def __init__(self, names: Sequence[str], hidden: int, generator: torch.Generator) -> None:
        """Build an MLP with one hidden layer, its last layer zero, so that all weights are ½.

        Args:
            names: the auxiliary tasks.
            hidden: width of the hidden layer.
            generator: draws the first layer's parameters.
        """
        super().__init__()
        self.names = tuple(names)
        self.layers = nn.Sequential(
            linear(len(names) + 1, hidden, generator), nn.ReLU(), linear(hidden, 1, generator)
        )
        with torch.no_grad():
            for parameter in self.layers[-1].parameters():
                parameter.zero_()

    def forward(self, costs: Mapping[str, Tensor]) -> Weights:
        """Return the weight of each row, [rows] a task, given the rows' costs, [rows] a task."""
        return {n: score.sigmoid() for n, score in self.scores(costs).items() if n != MAIN}

    def scores(self, costs: Mapping[str, Tensor]) -> Weights:
        """Return the output of the layers for each row, [rows] a task, in one go for all."""
        rows = torch.cat([self.features(name, cost) for name, cost in costs.items()])
        parts = self.layers(rows).squeeze(1).split([len(cost) for cost in costs.values()])
        return dict(zip(costs, parts, strict=True))

    def features(self, name: str, cost: Tensor) -> Tensor:
        """Return [cost, one-hot] of some rows, [rows, tasks + 1]; main rows have no bit set."""
        hot = torch.zeros(len(cost), len(self.names), dtype=cost.dtype, device=cost.device)
        if name != MAIN:
            hot[:, self.names.index(name)] = 1
        return torch.cat([cost.detach()[:, None], hot], dim=1)


class OwnLevels(WeightingNetwork):
    """Give each task a level of its own, which the network spreads over the task's samples.

    Math:    λ_ti = σ(s_t) q_ti n_t,   q_ti = softmax over i of f_φ(cost_ti, t)
             f_φ(cost, t) = w₂ᵀ relu(W₁ [cost, one-hot of t] + b₁),   n_t samples
             so that the mean weight of task t is σ(s_t), whatever the network does.
    Source:  ours. Differs from AusRec (arXiv 2412.18735): there the network sets the level, too,
             and its tasks share a hidden layer and a bias, so that tasks which help lift one
             that harms (`docs/method.md`).

    At the start all weights are ½, and all tasks alike: two tasks with the same samples keep the
    same weights.

    Attributes:
        logits: s, one a task. They go by `move`, not by the network's optimiser.
        moves: how often they have gone.
    """

    furthest: ClassVar[float] = 10.0
    """No logit goes further than this from 0, so that each can come back within an epoch or two."""

    def __init__(self, names: Sequence[str], hidden: int, generator: torch.Generator) -> None:
        """Build the network, all logits zero."""
        super().__init__(names, hidden, generator)
        self.logits = nn.Parameter(torch.zeros(len(names)))
        self.moves = nn.Buffer(torch.zeros(()))
        with torch.no_grad():
            next(self.layers.parameters())[:, 1:] = 0  # of the one-hot

    def forward(self, costs: Mapping[str, Tensor]) -> Weights:
        """Return the weight of each row, [rows] a task, given the rows' costs, [rows] a task."""
        levels = dict(zip(self.names, self.logits.sigmoid().unbind(), strict=True))
        return {
            name: levels[name] * len(score) * score.softmax(0)
            for name, score in self.scores(costs).items()
        }

    def move(self, rate: float, doubt: float) -> None:
        """Move each task's logit along the derivative with respect to its level, less a doubt.

        Math:    s_t ← s_t − rate (∂L_meta/∂σ(s_t) + doubt / √n) in the n-th step,
                 σ'(s_t) = σ(s_t) (1 − σ(s_t))

        A task that agrees as often as not adds up to ±√n in n steps, and loses weight, since its
        doubts add up to 2 doubt √n. What a task that helps adds up to grows with n.

        Args:
            rate: how far a logit goes when this derivative has its usual size.
            doubt: in units of that size.
        """
        assert self.logits.grad is not None
        with torch.no_grad():
            levels = self.logits.sigmoid()
            self.moves.add_(1)
            by_level = self.logits.grad / (levels * (1 - levels)) + doubt / self.moves.sqrt()
            self.logits.sub_(by_level, alpha=rate).clamp_(-self.furthest, self.furthest)


def linear(num_inputs: int, num_outputs: int, generator: torch.Generator) -> nn.Linear:
    """Return a linear layer drawn from U(−1/√inputs, 1/√inputs), PyTorch's default range."""
    # Its own initial values would be drawn from the global generator.
    layer: nn.Linear = nn.utils.skip_init(nn.Linear, num_inputs, num_outputs)
    bound = num_inputs**-0.5
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.uniform_(-bound, bound, generator=generator)
    return layer
