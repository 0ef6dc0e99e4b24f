"""A training step as a bi-level problem: its samples, and one encoding of the graph for all."""

from collections.abc import Callable, Collection, Mapping

from torch import Tensor

from ausrec.models.encoder import Parameters
from ausrec.weighting.hypergradients.problem import BilevelProblem, product
from ausrec.weighting.reduction import Weights
from ausrec.weighting.step import Step


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
        asked: Collection[str] | None = None,
    ) -> None:
        """Keep the step.

        Args:
            step: the samples; `step.meta` must be set.
            coefficients: c_ti of the virtual loss, [samples] a task; detached.
            l2: factor of the L2 penalty within each task's cost.
            asked: the tasks whose derivatives are wanted, where others would cost time for
                nothing; None for all.
        """
        self.step, self.coefficients, self.l2, self.asked = step, coefficients, l2, asked
        self.not_of_values = [n for n, task in step.tasks.items() if task.stops_gradients]
        self.parameters = {name: value.detach() for name, value in step.parameters.items()}

    def costs(self, parameters: Parameters) -> dict[str, Tensor]:
        """Encode with other parameters, and return the cost of each sample."""
        return self.step.costs_at(parameters, self.l2)

    def meta_loss(self, parameters: Parameters) -> Tensor:
        """Encode with other parameters, and return L_meta."""
        return self.step.meta_loss_at(parameters)

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
            found = product(gradient, self.step.parameters, along)
            # On the way back a second time, a reversed gradient is reversed again.
            return found | {name: -found[name] for name in self.step.ascending}

        return times

    def meta_gradient(self, parameters: Parameters | None = None) -> tuple[Tensor, Parameters]:
        """Return L_meta and ∇L_meta; at W itself without encoding again."""
        return self.step.meta_gradient(parameters)

    def derivatives(self, along: Parameters) -> dict[str, Tensor]:
        """Return ⟨∇cost_ti(W), v⟩ of every sample, by one propagation of v."""
        return self.step.derivatives(along, self.l2, self.asked)
