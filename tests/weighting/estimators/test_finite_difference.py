"""Central differences: their error, and what they share with the estimator they follow."""

from itertools import pairwise

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.weighting.estimators import FiniteDifference, Neumann, Quadratic, Unrolled
from ausrec.weighting.hypergradient import StepProblem
from ausrec.weighting.reduction import TaskMean
from tests.weighting.problem import NAMES, make_step


def problem() -> StepProblem:
    step = make_step()
    sizes = step.sizes
    ones = {n: torch.ones(size, dtype=torch.float64) for n, size in sizes.items()}
    coefficients = TaskMean().coefficients({n: ones[n] for n in NAMES}, sizes, ones["main"])
    return StepProblem(step, coefficients, TaskMean().l2(step.l2, sizes))


@pytest.mark.parametrize("of", [Unrolled(0.5), Neumann(2, 1.0, relative=False)])
def test_the_error_falls_with_the_square_of_epsilon(of) -> None:
    bilevel = problem()
    exact = of.estimate(bilevel)
    errors = []
    for epsilon in (0.4, 0.2, 0.1, 0.05):
        found = FiniteDifference(epsilon, of).estimate(bilevel)
        assert found.rate == exact.rate and found.num_products == exact.num_products
        errors.append(
            max(float((found.alignment[n] - exact.alignment[n]).abs().max()) for n in NAMES)
        )
    ratios = [sooner / later for sooner, later in pairwise(errors)]
    assert ratios == pytest.approx([4, 4, 4], rel=0.05)
    assert errors[0] > 1e-6


def test_on_a_quadratic_it_is_exact() -> None:
    quadratic = Quadratic.random(9, 2).after(3, 0.5)
    exact = Unrolled().estimate(quadratic)
    found = FiniteDifference(0.5).estimate(quadratic)
    for name, value in exact.alignment.items():
        torch.testing.assert_close(found.alignment[name], value)


def test_without_a_direction_nothing_is_asked() -> None:
    quadratic = Quadratic.random(4, 1)
    still = Quadratic(
        quadratic.curvatures, quadratic.slopes, [0.5], quadratic.optimum, quadratic.metric
    )
    found = FiniteDifference(0.01, Neumann(0, 1.0, relative=False)).estimate(still)
    assert all(value.tolist() == [0] for value in found.alignment.values())


def test_impossible_settings_are_told() -> None:
    with pytest.raises(AusrecError, match="above 0"):
        FiniteDifference(0.0)
