"""Other ways to differentiate one virtual step than `Unrolled`."""

from dataclasses import dataclass
from typing import ClassVar

import torch

from ausrec.models.encoder import Parameters
from ausrec.weighting.directions import inner
from ausrec.weighting.hypergradient import (
    BilevelProblem,
    Estimator,
    Hypergradient,
    Unrolled,
    gradient_of,
    leaves_of,
    plus,
)


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

    doubt: ClassVar[float] = 0.0

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

    def direction(self, problem: BilevelProblem) -> Hypergradient:
        """Return what the whole estimate finds on the way."""
        return self.estimate(problem)._replace(alignment={})

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
        loss = loss.detach()
        return Hypergradient(loss, gradient, gradient, self.rate, alignment=alignment)
