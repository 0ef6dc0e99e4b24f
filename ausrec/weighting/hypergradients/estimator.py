"""What an estimator of the hypergradient is, and what it answers.

The weights are functions of detached losses, so that they enter the inner loss through its
coefficients c only, and linearly. The mixed derivative is then exact and cheap:
∂²L/∂W∂c_ti = ∇cost_ti(W). Estimators differ in the direction v that they apply it to.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import NamedTuple

from torch import Tensor

from ausrec.models.encoder import Parameters
from ausrec.tasks.task import Task
from ausrec.weighting.hypergradients.problem import BilevelProblem
from ausrec.weighting.step import inner


class Hypergradient(NamedTuple):
    """How the meta loss changes with the coefficient of each sample.

    Math:    ∂L_meta/∂c_ti = −rate · h_ti,   h_ti = ⟨∇cost_ti(W), v⟩

    A sample is weighted up exactly when its gradient points along v.

    Attributes:
        alignment: h, [samples] a task.
        meta_loss: L_meta where the estimator evaluated it.
        meta_gradient: ∇L_meta there.
        direction: v.
        rate: the factor above; α where a step of rate α stands for the inner problem.
        num_products: how many Hessian–vector products were taken.
    """

    alignment: dict[str, Tensor]
    meta_loss: Tensor
    meta_gradient: Parameters
    direction: Parameters
    rate: float
    num_products: int = 0

    def meta_gradient_norm(self) -> Tensor:
        """Return ‖∇L_meta‖."""
        return inner(self.meta_gradient, self.meta_gradient).sqrt()

    def derivatives(self) -> dict[str, Tensor]:
        """Return ∂L_meta/∂c_ti = −rate · h_ti, [samples] a task."""
        return {name: -self.rate * each for name, each in self.alignment.items()}


class Direction(NamedTuple):
    """The direction that an estimator found, before any sample is looked at.

    Attributes:
        meta_loss: L_meta where the estimator evaluated it.
        meta_gradient: ∇L_meta there.
        direction: v.
        rate: the factor before it.
        num_products: how many Hessian–vector products were taken.
    """

    meta_loss: Tensor
    meta_gradient: Parameters
    direction: Parameters
    rate: float
    num_products: int = 0


class Estimator(ABC):
    """Estimates the hypergradient of a bi-level problem at W.

    A subclass defines `direction`. Estimators are frozen dataclasses: their settings are all
    that they have, so that a run is known by them.
    """

    def check(self, tasks: Iterable[Task]) -> None:
        """Raise `AusrecError` when it cannot judge one of these auxiliary tasks."""
        return

    @abstractmethod
    def direction(self, problem: BilevelProblem) -> Direction:
        """Find v."""

    def alignment(self, problem: BilevelProblem, along: Parameters) -> dict[str, Tensor]:
        """Return ⟨∇cost_ti(W), v⟩, [samples] a task."""
        return problem.derivatives(along)

    def estimate(self, problem: BilevelProblem) -> Hypergradient:
        """Return how the meta loss changes with each coefficient."""
        found = self.direction(problem)
        return Hypergradient(self.alignment(problem, found.direction), *found)
