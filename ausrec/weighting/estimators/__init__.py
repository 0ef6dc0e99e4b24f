"""Estimators of the hypergradient: how the held-out loss changes with the weights.

All stand behind one method, `estimate(problem)`. See `docs/marec.md` for what each assumes.
"""

from ausrec.weighting.estimators.finite_difference import FiniteDifference
from ausrec.weighting.estimators.implicit import ConjugateGradient, Identity, Neumann
from ausrec.weighting.estimators.quadratic import Quadratic
from ausrec.weighting.estimators.unrolled import DoubleBackward, FixedLength, Unrolled, unrolled
from ausrec.weighting.hypergradient import BilevelProblem, Estimator, Hypergradient, StepProblem

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
