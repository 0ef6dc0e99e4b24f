"""What every estimator of the package answers, by existing."""

import inspect

import pytest
import torch

from ausrec.weighting import estimators
from ausrec.weighting.estimators import (
    ConjugateGradient,
    DoubleBackward,
    Estimator,
    FiniteDifference,
    FixedLength,
    Hypergradient,
    Identity,
    Neumann,
    Quadratic,
    Unrolled,
)
from ausrec.weighting.hypergradient import BilevelProblem, StepProblem, product
from ausrec.weighting.reduction import TaskMean
from tests.weighting.problem import NAMES, make_step

ESTIMATORS = [
    Unrolled(),
    DoubleBackward(),
    FixedLength(),
    Identity(),
    Neumann(),
    ConjugateGradient(),
    FiniteDifference(),
]
every_estimator = pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)


def test_no_estimator_of_the_package_is_untested() -> None:
    kinds = [each for each in vars(estimators).values() if inspect.isclass(each)]
    ours = {k for k in kinds if issubclass(k, Estimator) and not inspect.isabstract(k)}
    assert ours == {type(estimator) for estimator in ESTIMATORS}


@every_estimator
def test_answers_fit_a_step_and_leave_it_alone(estimator: Estimator) -> None:
    step = make_step()
    ones = {n: torch.ones(size, dtype=torch.float64) for n, size in step.sizes.items()}
    reduction = TaskMean()
    l2 = reduction.l2(step.l2, step.sizes)
    coefficients = reduction.coefficients({n: ones[n] for n in NAMES}, step.sizes, ones["main"])
    before = step.model.table.detach().clone()
    found = estimator.estimate(StepProblem(step, coefficients, l2))
    assert {n: len(a) for n, a in found.alignment.items()} == step.sizes
    assert all(not a.requires_grad and bool(a.any()) for a in found.alignment.values())
    assert not found.meta_loss.requires_grad
    assert found.meta_gradient_norm() > 0
    assert {n: v.shape for n, v in found.direction.items()} == {"table": before.shape}
    assert torch.equal(step.model.table, before)
    assert step.model.table.grad is None
    # The real step's gradient can still be taken.
    assert bool(step.gradient(coefficients, l2)["table"].any())


@every_estimator
def test_alignment_is_the_inner_product_with_the_direction(estimator: Estimator) -> None:
    problem = Quadratic.random(6, 2).after(2, 0.5)
    found = estimator.estimate(problem)
    w, v = problem.parameters["W"], found.direction["W"]
    for name, a, b in zip(problem.names, problem.curvatures, problem.slopes, strict=True):
        torch.testing.assert_close(found.alignment[name], ((a @ w - b) @ v).reshape(1))


@every_estimator
def test_estimators_are_known_by_their_settings(estimator: Estimator) -> None:
    assert estimator == type(estimator)()
    assert hash(estimator) == hash(type(estimator)())


def test_derivatives_carry_the_rate() -> None:
    one = {"W": torch.tensor([3.0, 4.0])}
    found = Hypergradient(torch.tensor(1.0), one, one, 0.5, alignment={"a": torch.tensor([2.0])})
    assert found.derivatives()["a"].tolist() == [-1.0]
    assert found.meta_gradient_norm().item() == 5


def test_the_hessian_of_a_step_is_that_of_its_costs() -> None:
    """The step starts from its encoding, the other from nothing; tasks have parameters, too."""
    step = make_step(objectives=["sgl", "dsl"])
    generator = torch.Generator().manual_seed(0)
    coefficients = {
        n: torch.rand(size, generator=generator, dtype=torch.float64)
        for n, size in step.sizes.items()
    }
    problem = StepProblem(step, coefficients, dict.fromkeys(step.tasks, 0.1))
    along = {n: torch.randn_like(value) for n, value in problem.parameters.items()}
    found, expected = problem.hessian()(along), BilevelProblem.hessian(problem)(along)
    torch.testing.assert_close(found, expected)
    assert all(bool(each.any()) for each in found.values())
    torch.testing.assert_close(problem.gradient(), BilevelProblem.gradient(problem))
    torch.testing.assert_close(problem.meta_gradient(), BilevelProblem.meta_gradient(problem))
    torch.testing.assert_close(
        problem.derivatives(along), BilevelProblem.derivatives(problem, along)
    )


def test_a_product_with_the_hessian_by_hand() -> None:
    """Of ½ a² + 3 b + 0 c: what the gradient does not hang on has nothing of it."""
    leaves = {n: torch.tensor([2.0], requires_grad=True) for n in "abc"}
    gradient = {"a": leaves["a"] * 1, "b": torch.tensor([3.0]), "c": torch.zeros(1)}
    along = {n: torch.tensor([5.0]) for n in "abc"}
    found = product(gradient, leaves, along)
    assert {n: each.item() for n, each in found.items()} == {"a": 5, "b": 0, "c": 0}
    straight = product({n: torch.ones(1) for n in "abc"}, leaves, along)
    assert {n: each.item() for n, each in straight.items()} == {"a": 0, "b": 0, "c": 0}
