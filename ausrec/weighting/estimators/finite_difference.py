"""The mixed derivative by a central difference instead of by differentiation."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from ausrec.errors import AusrecError, check_above_zero
from ausrec.models.encoder import Parameters
from ausrec.tasks.task import Task
from ausrec.weighting.directions import inner
from ausrec.weighting.hypergradient import BilevelProblem, Estimator, Hypergradient, plus


@dataclass(frozen=True)
class FiniteDifference(Estimator):
    """Read the derivative along v off two more evaluations of the losses.

    Math:    [∇_c L(W + ε v) − ∇_c L(W − ε v)] / 2ε,   ε = epsilon / ‖v‖

    As L is linear in c, ∇_c L is the vector of costs, and an entry is
    h_ti ≈ [cost_ti(W + ε v) − cost_ti(W − ε v)] / 2ε with an error of O(ε²). A task that stops or
    reverses gradients (APR, HCCF, SEPT, the generator and its discriminator) is refused, for its
    values do not tell its gradient. It needs an encoder
    that can be evaluated, nothing else; in float32 a small ε drowns in rounding. (Liu et al.
    2019 for the virtual step; the direction may be that of any estimator.)
    """

    epsilon: float = 0.01
    """Length of the step ε v."""

    of: str | Estimator = "unrolled"
    """The estimator whose direction v is taken."""

    def __post_init__(self) -> None:
        """Refuse impossible settings."""
        check_above_zero(epsilon=self.epsilon)
        self.other  # noqa: B018 (it refuses what is no estimator)

    @property
    def other(self) -> Estimator:
        """The estimator whose direction is taken."""
        from ausrec.weighting.estimators import make_estimator  # it knows this class

        return make_estimator(self.of, "of")

    def check(self, tasks: Iterable[Task]) -> None:
        """Raise `AusrecError` when a task's gradient is not that of its values."""
        _refuse([task.name for task in tasks if task.stops_gradients])

    def direction(self, problem: BilevelProblem) -> Hypergradient:
        """Return the other estimator's direction."""
        return self.other.direction(problem)

    def alignment(self, problem: BilevelProblem, along: Parameters) -> dict[str, Tensor]:
        """Evaluate the costs on both sides of W along v.

        Raises:
            AusrecError: when a task's gradient is not that of its values, which are all that is
                seen here.
        """
        _refuse(problem.not_of_values)
        length = float(inner(along, along).sqrt())
        if length == 0:
            return {name: torch.zeros_like(c) for name, c in problem.coefficients.items()}
        step = self.epsilon / length
        with torch.no_grad():
            ahead = problem.costs(plus(problem.parameters, along, step))
            behind = problem.costs(plus(problem.parameters, along, -step))
        return {name: (ahead[name] - behind[name]) / (2 * step) for name in ahead}


def _refuse(tasks: Collection[str]) -> None:
    if tasks:
        raise AusrecError(
            f"finite differences do not see which gradients {', '.join(tasks)} stops: choose "
            "another hypergradient, or leave the task out"
        )
