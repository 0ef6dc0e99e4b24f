"""Estimators of the hypergradient: how the held-out loss changes with the weights.

All have one method, `estimate(problem)`. See `docs/marec.md` for what each assumes.
"""

from collections.abc import Mapping

from ausrec.choice import choose
from ausrec.errors import settings_within
from ausrec.weighting.estimators.finite_difference import FiniteDifference
from ausrec.weighting.estimators.implicit import ConjugateGradient, Identity, Neumann
from ausrec.weighting.estimators.quadratic import Quadratic
from ausrec.weighting.estimators.unrolling import DoubleBackward, FixedLength
from ausrec.weighting.hypergradient import (
    BilevelProblem,
    Estimator,
    Hypergradient,
    StepProblem,
    Unrolled,
    unrolled,
)

ESTIMATORS: Mapping[str, type[Estimator]] = {
    "unrolled": Unrolled,
    "fixed_length": FixedLength,
    "identity": Identity,
    "neumann": Neumann,
    "conjugate_gradient": ConjugateGradient,
    "finite_difference": FiniteDifference,
}
"""Their own rates and dampings are in units of the curvature, so that they mean the same for every
data set."""


def make_estimator(given: str | Estimator, setting: str = "hypergradient") -> Estimator:
    """Return the estimator that a setting names, as `neumann(terms=3)`.

    Args:
        given: its text; an estimator stays as it is.
        setting: the name of the setting, for complaints.

    Raises:
        SettingError: when there is none of that name, or it cannot be so.
    """
    if isinstance(given, Estimator):
        return given
    chosen = choose(given, ESTIMATORS, setting)
    with settings_within(setting):
        estimator: Estimator = chosen()
    return estimator


__all__ = [
    "ESTIMATORS",
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
    "make_estimator",
    "unrolled",
]
