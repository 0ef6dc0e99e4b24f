"""The bi-level problem as an estimator sees it: two losses and their derivatives at W."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection

import torch
from torch import Tensor
from torch.func import jvp

from ausrec.models.encoder import Parameters
from ausrec.weighting.reduction import Weights


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
