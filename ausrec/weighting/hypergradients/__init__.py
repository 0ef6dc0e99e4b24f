"""Estimators of the hypergradient: how the held-out loss changes with the weights.

All stand behind one method, `estimate(problem)`. See `docs/marec.md` for what each assumes.
"""

from ausrec.weighting.hypergradients.estimator import Estimator, Hypergradient
from ausrec.weighting.hypergradients.finite_difference import FiniteDifference
from ausrec.weighting.hypergradients.implicit import ConjugateGradient, Identity, Neumann
from ausrec.weighting.hypergradients.problem import BilevelProblem
from ausrec.weighting.hypergradients.quadratic import Quadratic
from ausrec.weighting.hypergradients.step_problem import StepProblem
from ausrec.weighting.hypergradients.unrolled import DoubleBackward, FixedLength, Unrolled, unrolled

__all__ = [
    "BilevelProblem",
    "ConjugateGradient",
    "DoubleBackward",
    "Estimator",
    "FiniteDifference",
    "FixedLength",
    "Hypergradient",
    "Identity",
    "Neumann",
    "Quadratic",
    "StepProblem",
    "Unrolled",
    "unrolled",
]
