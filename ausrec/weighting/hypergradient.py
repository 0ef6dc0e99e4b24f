"""How the meta loss changes with the weights: the hypergradient, and AusRec's estimator of it.

The weights are functions of detached losses, so that they enter the inner loss through its
coefficients c only, and linearly. The mixed derivative is then exact and cheap:
∂²L/∂W∂c_ti = ∇cost_ti(W). With the virtual step  W' = W − α ∇_W Σ_ti c_ti cost_ti(W),

    ∂L_meta(W')/∂c_ti = −α ⟨∇cost_ti(W), ∇L_meta(W')⟩:

a sample is weighted up exactly when its gradient points where the held-out recommendation loss
wants to go. No second derivative is needed (`docs/method.md`). Other estimators differ in the
direction v that they apply ∇cost_ti(W) to (`ausrec.weighting.estimators`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor
from torch.func import jvp

from ausrec.models.encoder import Embeddings, Parameters
from ausrec.tasks.task import Task
from ausrec.weighting.directions import inner
from ausrec.weighting.reduction import Weights
from ausrec.weighting.step import Step


class BilevelProblem(ABC):
    """An inner loss that is linear in its coefficients, and an outer loss that judges them.

    Math:    inner  L(W, c) = Σ_t Σ_i c_ti cost_ti(W),   outer  L_meta(W).

    A subclass defines `costs` and `meta_loss`. The derivatives below are plain automatic
    differentiation of these; a problem that knows a cheaper way overrides them.

    Attributes:
        parameters: W, detached.
        coefficients: c, [samples] a task, detached.
        not_of_values: tasks whose gradient is not that of their costs as functions of W.
    """

    parameters: Parameters
    coefficients: Weights
    not_of_values: Collection[str] = ()

    @abstractmethod
    def costs(self, parameters: Parameters) -> dict[str, Tensor]:
        """Return cost_ti at other parameters, [samples] a task, differentiable in them."""

    @abstractmethod
    def meta_loss(self, parameters: Parameters) -> Tensor:
        """Return L_meta at other parameters, a scalar, differentiable in them."""

    def loss(self, parameters: Parameters, coefficients: Weights) -> Tensor:
        """Return L, a scalar, differentiable in the parameters and the coefficients."""
        costs = self.costs(parameters)
        return torch.stack([(c * costs[name]).sum() for name, c in coefficients.items()]).sum()

    def gradient(self) -> Parameters:
        """Return ∇_W L(W, c)."""
        leaves = leaves_of(self.parameters)
        return gradient_of(self.loss(leaves, self.coefficients), leaves)

    def hessian(self) -> Callable[[Parameters], Parameters]:
        """Return the function v ↦ H v with H = ∇²_W L(W, c), by double backward."""
        leaves = leaves_of(self.parameters)
        gradient = gradient_of(self.loss(leaves, self.coefficients), leaves, create_graph=True)
        return lambda along: product(gradient, leaves, along)

    def meta_gradient(self, parameters: Parameters | None = None) -> tuple[Tensor, Parameters]:
        """Return L_meta and ∇L_meta at other parameters; None for W itself."""
        leaves = leaves_of(self.parameters if parameters is None else parameters)
        loss = self.meta_loss(leaves)
        return loss.detach(), gradient_of(loss, leaves)

    def derivatives(self, along: Parameters) -> dict[str, Tensor]:
        """Return ⟨∇cost_ti(W), v⟩, [samples] a task, by one forward-mode derivative."""
        derivatives: dict[str, Tensor] = jvp(self.costs, (self.parameters,), (along,))[1]
        return derivatives


class StepProblem(BilevelProblem):
    """The virtual loss of a step, and its meta loss.

    Math:    L(W, c) = Σ_ti c_ti [ℓ_ti + l2 · penalty_ti],
             L_meta(W) = mean of the main cost over the meta rows.

    What the step has computed already is not computed again: gradients start from its encoding
    of the graph, and the derivative of all samples along v takes one propagation of v.
    """

    def __init__(
        self,
        step: Step,
        coefficients: Weights,
        l2: Mapping[str, float],
        wanted: Collection[str] | None = None,
    ) -> None:
        """Keep the step.

        Args:
            step: the samples; `step.meta` must be set.
            coefficients: c_ti of the virtual loss, [samples] a task; detached.
            l2: factor of the L2 penalty within each task's cost.
            wanted: the tasks whose derivatives are needed, where others would cost time for
                nothing; None for all.
        """
        self.step, self.coefficients, self.l2, self.wanted = step, coefficients, l2, wanted
        self.not_of_values = [n for n, task in step.tasks.items() if task.stops_gradients]
        self.parameters = {name: value.detach() for name, value in step.parameters.items()}

    def costs(self, parameters: Parameters) -> dict[str, Tensor]:
        """Encode with other parameters, and return the cost of each sample."""
        losses, penalties = self.step.losses_of(self._encode(parameters), parameters)
        return {name: losses[name] + self.l2[name] * penalties[name] for name in losses}

    def meta_loss(self, parameters: Parameters) -> Tensor:
        """Encode with other parameters, and return L_meta."""
        return self.step.meta_loss(self._encode(parameters), parameters)

    def _encode(self, parameters: Parameters) -> Embeddings:
        shared = {name: parameters[name] for name in self.step.encoder_parameters}
        return self.step.model.encode(shared, self.step.view)

    def gradient(self) -> Parameters:
        """Return ∇_W L from the step's own encoding."""
        return self.step.gradient(self.coefficients, self.l2)

    def hessian(self) -> Callable[[Parameters], Parameters]:
        """Return v ↦ H v; each product takes two propagations, of v and of what comes back.

        H is the derivative of the gradient that training follows, transposed. Of a task that
        stops gradients, what it holds constant is constant in H, too.
        """
        gradient = self.step.gradient(self.coefficients, self.l2, create_graph=True)

        def times(along: Parameters) -> Parameters:
            times_along = product(gradient, self.step.parameters, along)
            # On the way back a second time, a reversed gradient is reversed again.
            return times_along | {name: -times_along[name] for name in self.step.ascending}

        return times

    def meta_gradient(self, parameters: Parameters | None = None) -> tuple[Tensor, Parameters]:
        """Return L_meta and ∇L_meta; at W itself without encoding again."""
        return self.step.meta_gradient(parameters)

    def derivatives(self, along: Parameters) -> dict[str, Tensor]:
        """Return ⟨∇cost_ti(W), v⟩ of every sample, by one propagation of v."""
        return self.step.derivatives(along, self.l2, self.wanted)


class Hypergradient(NamedTuple):
    """How the meta loss changes with the coefficient of each sample.

    Math:    ∂L_meta/∂c_ti = −rate · h_ti,   h_ti = ⟨∇cost_ti(W), v⟩

    Attributes:
        meta_loss: L_meta where the estimator evaluated it.
        meta_gradient: ∇L_meta there.
        direction: v.
        rate: the factor above; α where a step of rate α stands for the inner problem.
        num_products: how many Hessian–vector products were taken.
        alignment: h, [samples] a task; empty as long as no sample has been looked at.
    """

    meta_loss: Tensor
    meta_gradient: Parameters
    direction: Parameters
    rate: float
    num_products: int = 0
    alignment: Mapping[str, Tensor] = {}

    def meta_gradient_norm(self) -> Tensor:
        """Return ‖∇L_meta‖."""
        return inner(self.meta_gradient, self.meta_gradient).sqrt()

    def derivatives(self) -> dict[str, Tensor]:
        """Return ∂L_meta/∂c_ti = −rate · h_ti, [samples] a task."""
        return {name: -self.rate * each for name, each in self.alignment.items()}


class Estimator(ABC):
    """Estimates the hypergradient of a bi-level problem at W.

    A subclass defines `direction`. Estimators are frozen dataclasses, whose fields are their
    settings.
    """

    doubt: ClassVar[float] = 2.0
    """How clearly a task must agree with recommendation before AusRec gives it weight."""

    def check(self, tasks: Iterable[Task]) -> None:
        """Raise `AusrecError` when it cannot judge one of these auxiliary tasks."""
        return

    @abstractmethod
    def direction(self, problem: BilevelProblem) -> Hypergradient:
        """Find v, and leave the alignment empty."""

    def alignment(self, problem: BilevelProblem, along: Parameters) -> dict[str, Tensor]:
        """Return ⟨∇cost_ti(W), v⟩, [samples] a task."""
        return problem.derivatives(along)

    def estimate(self, problem: BilevelProblem) -> Hypergradient:
        """Return how the meta loss changes with each coefficient."""
        hypergradient = self.direction(problem)
        return hypergradient._replace(alignment=self.alignment(problem, hypergradient.direction))


@dataclass(frozen=True)
class Unrolled(Estimator):
    """Differentiate one virtual step exactly, by a forward-mode derivative (AusRec).

    Math:    v = ∇L_meta(W − α ∇L(W)),   ∂L_meta/∂c_ti = −α ⟨∇cost_ti(W), v⟩
    """

    rate: float = 1.0
    """α, the learning rate of the virtual step."""

    def direction(self, problem: BilevelProblem) -> Hypergradient:
        """Take the virtual step, and the gradient of the meta loss after it."""
        gradient = problem.gradient()
        ahead = plus(problem.parameters, gradient, -self.rate)
        loss, meta_gradient = problem.meta_gradient(ahead)
        return Hypergradient(loss, meta_gradient, self.counted(meta_gradient, gradient), self.rate)

    def counted(self, meta_gradient: Parameters, gradient: Parameters) -> Parameters:
        """Return what of the meta gradient counts after a step along the gradient: all of it."""
        return meta_gradient


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


def leaves_of(parameters: Parameters) -> Parameters:
    """Return the parameters as leaves of a new graph."""
    return {name: value.detach().requires_grad_() for name, value in parameters.items()}


def gradient_of(loss: Tensor, leaves: Parameters, *, create_graph: bool = False) -> Parameters:
    """Return ∇loss by the leaves."""
    gradients = torch.autograd.grad(
        loss,
        list(leaves.values()),
        create_graph=create_graph,
        allow_unused=True,
        materialize_grads=True,
    )
    return dict(zip(leaves, gradients, strict=True))


def product(gradient: Parameters, leaves: Parameters, along: Parameters) -> Parameters:
    """Return H v given a gradient that hangs on its leaves: ∇⟨gradient, v⟩."""
    # A gradient that does not depend on W has no graph, and its part of H is zero.
    names = [name for name in gradient if gradient[name].requires_grad]
    if not names:
        return {name: torch.zeros_like(value) for name, value in leaves.items()}
    products = torch.autograd.grad(
        [gradient[name] for name in names],
        list(leaves.values()),
        grad_outputs=[along[name] for name in names],
        retain_graph=True,
        allow_unused=True,
        materialize_grads=True,
    )
    return dict(zip(leaves, products, strict=True))


def plus(left: Parameters, right: Parameters, factor: float) -> Parameters:
    """Return left + factor · right."""
    return {name: torch.add(left[name], right[name], alpha=factor) for name in left}
