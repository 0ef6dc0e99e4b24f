"""MAML, first-order MAML and Reptile: what each takes for the gradient of an initialisation.

All adapt to a task by U_k(W), k gradient steps of rate α on its support losses, and differ in
what they make of it.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ausrec.errors import check_above_zero
from ausrec.models.encoder import Parameters
from ausrec.training.meta_algorithms.episode import Episode, Loss
from ausrec.weighting.hypergradient import gradient_of, leaves_of, plus


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

    least_steps: ClassVar[int] = 0

    def __post_init__(self) -> None:
        """Refuse impossible settings."""
        check_above_zero(rate=self.rate)

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
