"""The implicit estimators against the closed form, with the errors that theory predicts."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ausrec.errors import AusrecError
from ausrec.weighting.estimators import (
    ConjugateGradient,
    Identity,
    Neumann,
    Quadratic,
    StepProblem,
    Unrolled,
)
from ausrec.weighting.reduction import TaskMean
from tests.weighting.problem import NAMES, make_step

PROBLEM = Quadratic.random(20, 3, condition=20.0)
OUTER = PROBLEM.meta_gradient()[1]["W"]
EXACT = torch.linalg.solve(PROBLEM.hessian_matrix, OUTER)


def step_of(estimator, problem=PROBLEM) -> torch.Tensor:
    """rate · v, what stands for H⁻¹ g."""
    found = estimator.estimate(problem)
    return found.rate * found.direction["W"]


def error(estimator, problem=PROBLEM) -> float:
    truth = problem.hypergradient()
    found = estimator.estimate(problem).derivatives()
    return sum(float((found[n] - truth[n]).square().sum()) for n in truth) ** 0.5


def test_identity_is_off_by_what_it_leaves_out() -> None:
    values, basis = torch.linalg.eigh(PROBLEM.hessian_matrix)
    for rate in (0.3, 1.0):
        wanted = basis @ ((rate - 1 / values) * (basis.T @ OUTER))
        torch.testing.assert_close(step_of(Identity(rate)) - EXACT, wanted)


def test_at_the_optimum_the_unrolled_step_is_first_order() -> None:
    found, first = Unrolled(0.7).estimate(PROBLEM), Identity(0.7).estimate(PROBLEM)
    for name, value in first.derivatives().items():
        torch.testing.assert_close(found.derivatives()[name], value)


@pytest.mark.parametrize("terms", [0, 1, 3, 10])
def test_neumann_leaves_the_rest_of_the_series(terms: int) -> None:
    left = torch.eye(20, dtype=torch.float64) - 0.9 * PROBLEM.hessian_matrix
    wanted = -torch.linalg.matrix_power(left, terms + 1) @ EXACT
    torch.testing.assert_close(step_of(Neumann(terms, 0.9, relative=False)) - EXACT, wanted)
    assert Neumann(terms, 0.9, relative=False).estimate(PROBLEM).num_products == terms


def test_neumann_falls_at_the_rate_of_the_slowest_direction() -> None:
    errors = [
        float((step_of(Neumann(k, 1.0, relative=False)) - EXACT).norm()) for k in range(0, 200, 20)
    ]
    assert all(later < sooner for sooner, later in pairwise(errors))
    # In the end only λ_min = 1/20 is left, and 20 terms take 0.95^20.
    assert errors[-1] / errors[-2] == pytest.approx(0.95**20, rel=1e-3)
    assert error(Neumann(600, 1.0, relative=False)) < 1e-9


def test_neumann_diverges_beyond_two_over_the_largest_eigenvalue() -> None:
    assert error(Neumann(40, 1.9, relative=False)) < error(Neumann(2, 1.9, relative=False))
    assert (
        error(Neumann(200, 1.9, relative=False))
        < 1e-4
        < 1e4
        < error(Neumann(200, 2.1, relative=False))
    )


@pytest.mark.parametrize("steps", [1, 4])
def test_neumann_is_what_unrolling_that_many_steps_gives(steps: int) -> None:
    """Differentiate `steps` inner steps from W* by plain automatic differentiation."""
    weights = torch.full((3,), 0.5, dtype=torch.float64, requires_grad=True)
    w = PROBLEM.optimum
    for _ in range(steps):
        slope = PROBLEM.curvatures[0] @ w - PROBLEM.slopes[0]
        for t in range(3):
            slope = slope + weights[t] * (PROBLEM.curvatures[t + 1] @ w - PROBLEM.slopes[t + 1])
        w = w - 0.8 * slope
    (oracle,) = torch.autograd.grad(PROBLEM.meta_loss({"W": w}), weights)
    found = Neumann(steps - 1, 0.8, relative=False).estimate(PROBLEM).derivatives()
    for t, name in enumerate(PROBLEM.names[1:]):
        assert found[name].item() == pytest.approx(oracle[t].item(), rel=1e-9)


def test_conjugate_gradient_ends_in_as_many_steps_as_dimensions() -> None:
    errors = [error(ConjugateGradient(k, 0.0, relative=False)) for k in (1, 5, 10, 20)]
    assert errors[0] > errors[1] > errors[2] > errors[3]
    assert errors[3] < 1e-8 * errors[0]


def test_conjugate_gradient_minimises_over_its_krylov_space() -> None:
    """No polynomial of that degree does better in the norm of H, Neumann's least of all."""
    h = PROBLEM.hessian_matrix
    for steps in (2, 4, 8):
        away = step_of(ConjugateGradient(steps, 0.0, relative=False)) - EXACT
        other = step_of(Neumann(steps - 1, 1.0, relative=False)) - EXACT
        assert away @ h @ away < other @ h @ other


@given(st.floats(0.01, 2.0))
def test_damping_solves_the_damped_system(damping: float) -> None:
    wanted = torch.linalg.solve(
        PROBLEM.hessian_matrix + damping * torch.eye(20, dtype=torch.float64), OUTER
    )
    torch.testing.assert_close(
        step_of(ConjugateGradient(30, damping, relative=False)), wanted, rtol=1e-7, atol=1e-9
    )


def test_negative_curvature_ends_the_iteration() -> None:
    flat = torch.eye(3, dtype=torch.float64)
    down = Quadratic([-flat], [flat[0]], [], 2 * flat[1], flat)
    found = ConjugateGradient(5, 0.5, relative=False).estimate(down)
    assert found.num_products == 1
    torch.testing.assert_close(found.rate * found.direction["W"], 2 * down.meta_gradient()[1]["W"])
    # One step along a positive direction first, then the negative one shows.
    saddle = torch.diag(torch.tensor([1.0, 1.0, -0.2], dtype=torch.float64))
    mixed = Quadratic([saddle], [0 * flat[0]], [], torch.ones(3, dtype=torch.float64), flat)
    found = ConjugateGradient(5, 0.0, relative=False).estimate(mixed)
    assert found.num_products == 2
    outer = mixed.meta_gradient()[1]["W"]
    torch.testing.assert_close(found.direction["W"], outer * 3 / 1.8)


@pytest.mark.parametrize("scale", [1.0, 1e-4])
def test_a_relative_rate_does_not_change_with_the_scale_of_the_loss(scale: float) -> None:
    problem = Quadratic(
        [scale * a for a in PROBLEM.curvatures],
        [scale * b for b in PROBLEM.slopes],
        [0.5] * 3,
        PROBLEM.target,
        PROBLEM.metric,
    )
    h = problem.hessian_matrix
    seen = float((h @ h @ h @ OUTER).norm() / (h @ h @ OUTER).norm())
    assert 0.5 * scale < seen < scale
    found = Neumann(3, 0.7, relative=True).estimate(problem)
    assert found.rate == pytest.approx(0.7 / seen)
    plain = Neumann(3, found.rate, relative=False).estimate(problem)
    torch.testing.assert_close(found.direction["W"], plain.direction["W"])
    curved = float((h @ OUTER).norm() / OUTER.norm())
    damped = ConjugateGradient(30, 0.5, relative=True).estimate(problem)
    wanted = torch.linalg.solve(h + 0.5 * curved * torch.eye(20, dtype=torch.float64), OUTER)
    torch.testing.assert_close(damped.direction["W"], wanted, rtol=1e-6, atol=1e-9)


def test_without_curvature_a_relative_rate_is_the_rate() -> None:
    flat = torch.eye(3, dtype=torch.float64)
    problem = Quadratic([flat], [flat[0]], [], 2 * flat[1], flat)
    problem.curvatures[0] = 0 * flat
    found = Neumann(3, 0.7, relative=True).estimate(problem)
    assert found.rate == 0.7
    assert torch.equal(found.direction["W"], found.meta_gradient["W"])


def test_a_meta_loss_at_its_minimum_asks_for_nothing() -> None:
    still = Quadratic(
        PROBLEM.curvatures, PROBLEM.slopes, [0.5] * 3, PROBLEM.optimum, PROBLEM.metric
    )
    relative = Neumann(3, relative=True), ConjugateGradient(3, relative=True)
    for estimator in (Identity(), Neumann(), ConjugateGradient(), *relative):
        assert all(float(d.abs().max()) == 0 for d in estimator.estimate(still).alignment.values())


@pytest.mark.parametrize(
    "estimator",
    [Identity(), Neumann(3, 1.0, relative=False), ConjugateGradient(60, 0.5, relative=False)],
)
def test_a_training_step_gives_what_its_dense_hessian_says(estimator) -> None:
    """The same on BPR over LightGCN, with H column by column from its own products."""
    step = make_step()
    sizes = step.sizes
    ones = {n: torch.ones(size, dtype=torch.float64) for n, size in sizes.items()}
    coefficients = TaskMean().coefficients({n: ones[n] for n in NAMES}, sizes, ones["main"])
    problem = StepProblem(step, coefficients, TaskMean().l2(step.l2, sizes))
    table = problem.parameters["table"]

    def loss(w: torch.Tensor) -> torch.Tensor:
        return problem.loss({"table": w.reshape(table.shape)}, coefficients)

    dense = torch.autograd.functional.hessian(loss, table.flatten())
    outer = problem.meta_gradient()[1]["table"].flatten()
    unit = torch.eye(len(outer), dtype=torch.float64)
    if isinstance(estimator, Neumann):
        left = unit - dense
        wanted = outer + left @ outer + left @ left @ outer + left @ left @ left @ outer
    elif isinstance(estimator, ConjugateGradient):
        wanted = torch.linalg.solve(dense + 0.5 * unit, outer)
    else:
        wanted = outer
    found = estimator.estimate(problem)
    torch.testing.assert_close(
        found.rate * found.direction["table"].flatten(), wanted, rtol=1e-7, atol=1e-10
    )


def test_impossible_settings_are_told() -> None:
    for make, words in (
        (lambda: Neumann(-1), "terms is -1, but must be 0 or more products"),
        (lambda: Neumann(0), "terms is 0, but a relative rate needs 1 to 10"),
        (lambda: Neumann(11), "terms is 11, but a relative rate needs 1 to 10"),
        (lambda: ConjugateGradient(0), "steps is 0, but must be 1 or more"),
        (lambda: ConjugateGradient(5, -0.1), "damping is -0.1, but must be 0 or more"),
    ):
        with pytest.raises(AusrecError, match=words):
            make()
