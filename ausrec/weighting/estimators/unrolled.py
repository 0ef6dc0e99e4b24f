"""The hypergradient of one virtual step, by two routes that agree.

With the virtual step  W' = W − α ∇_W Σ_ti c_ti(λ) cost_ti(W),

    ∂L_meta(W')/∂c_ti = −α ⟨∇cost_ti(W), ∇L_meta(W')⟩:

a sample is weighted up exactly when its gradient points where the held-out recommendation loss
wants to go. This is exact, and no second derivative is needed (`docs/method.md`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from ausrec.models.encoder import Parameters
from ausrec.weighting.hypergradient import (
    BilevelProblem,
    Direction,
    Estimator,
    Hypergradient,
    StepProblem,
    gradient_of,
    leaves_of,
    plus,
)
from ausrec.weighting.reduction import Weights
from ausrec.weighting.step import Step, inner


@dataclass(frozen=True)
class Unrolled(Estimator):
    """Differentiate one virtual step exactly, by a forward-mode derivative (AusRec).

    Math:    v = ∇L_meta(W − α ∇L(W)),   ∂L_meta/∂c_ti = −α ⟨∇cost_ti(W), v⟩
    """

    rate: float = 1.0
    """α, the learning rate of the virtual step."""

    def direction(self, problem: BilevelProblem) -> Direction:
        """Take the virtual step, and the gradient of the meta loss after it."""
        gradient = problem.gradient()
        ahead = plus(problem.parameters, gradient, -self.rate)
        loss, meta_gradient = problem.meta_gradient(ahead)
        return Direction(loss, meta_gradient, self.counted(meta_gradient, gradient), self.rate)

    def counted(self, meta_gradient: Parameters, gradient: Parameters) -> Parameters:
        """Return what of the meta gradient counts after a step along the gradient: all of it."""
        return meta_gradient


@dataclass(frozen=True)
class FixedLength(Unrolled):
    """Differentiate a virtual step whose weights change its direction and not its length.

    Math:    d = ∇L(W),   W' = W − α l d/‖d‖ with l = ‖d‖ held where it is,
             v = g − (⟨g, d⟩/‖d‖²) d,   g = ∇L_meta(W'),   ∂L_meta/∂c_ti = −α ⟨∇cost_ti(W), v⟩

    A longer step lowers the meta loss as well, and `Unrolled` gives any task credit for that which
    pulls the way training goes anyway. Adam decides about the length of the real step; what is
    left to a weight is where it leads. v is at right angles to d, so that Σ_ti c_ti ∂L_meta/∂c_ti
    is zero: tasks and recommendation compete, and a task that does not help is in the way.
    """

    def counted(self, meta_gradient: Parameters, gradient: Parameters) -> Parameters:
        """Return what is at right angles to the step; all of it where there is no step."""
        square = float(inner(gradient, gradient))
        along = float(inner(meta_gradient, gradient)) / square if square > 0 else 0.0
        return plus(meta_gradient, gradient, -along)


@dataclass(frozen=True)
class DoubleBackward(Estimator):
    """Differentiate one virtual step through a second-order graph, as the published code does.

    Math:    as `Unrolled`; the chain rule is left to automatic differentiation.

    It costs more and finds the same. It is here as the oracle of the others.
    """

    rate: float = 1.0
    """α, the learning rate of the virtual step."""

    def direction(self, problem: BilevelProblem) -> Direction:
        """Return what the whole estimate finds on the way."""
        return Direction(*self.estimate(problem)[1:])

    def estimate(self, problem: BilevelProblem) -> Hypergradient:
        """Take the virtual step with a graph, and go back through it to the coefficients."""
        leaves = leaves_of(problem.parameters)
        coefficients = {n: c.detach().requires_grad_() for n, c in problem.coefficients.items()}
        step = gradient_of(problem.loss(leaves, coefficients), leaves, create_graph=True)
        ahead = plus(leaves, step, -self.rate)
        loss = problem.meta_loss(ahead)
        found = torch.autograd.grad(
            loss,
            [*coefficients.values(), *ahead.values()],
            allow_unused=True,  # L_meta hangs on no parameter of a task
            materialize_grads=True,
        )
        derivatives = found[: len(coefficients)]
        gradient = dict(zip(ahead, found[len(coefficients) :], strict=True))
        alignment = {
            name: each / -self.rate for name, each in zip(coefficients, derivatives, strict=True)
        }
        return Hypergradient(alignment, loss.detach(), gradient, gradient, self.rate)


def unrolled(
    step: Step, coefficients: Weights, l2: Mapping[str, float], rate: float
) -> Hypergradient:
    """Take the virtual step and differentiate the meta loss (AusRec, virtual step).

    Args:
        step: the samples; `step.meta` must be set.
        coefficients: c_ti of the virtual loss, [samples] a task; detached.
        l2: factor of the L2 penalty within each task's cost.
        rate: α, the learning rate of the virtual step.
    """
    return Unrolled(rate).estimate(StepProblem(step, coefficients, l2))
