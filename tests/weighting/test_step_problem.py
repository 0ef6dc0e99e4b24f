"""A step's short cuts against plain automatic differentiation of its two losses."""

import torch

from ausrec.weighting.estimators import BilevelProblem, StepProblem
from ausrec.weighting.reduction import TaskMean
from tests.weighting.problem import NAMES, make_step


def problem() -> StepProblem:
    step = make_step()
    sizes = step.sizes
    generator = torch.Generator().manual_seed(2)
    weights = {n: torch.rand(sizes[n], generator=generator, dtype=torch.float64) for n in NAMES}
    main = torch.ones(sizes["main"], dtype=torch.float64)
    reduction = TaskMean()
    return StepProblem(
        step, reduction.coefficients(weights, sizes, main), reduction.l2(step.l2, sizes)
    )


def test_short_cuts_agree_with_the_plain_way() -> None:
    bilevel = problem()
    generator = torch.Generator().manual_seed(0)
    shape = bilevel.parameters["table"].shape
    along = {"table": torch.randn(shape, generator=generator, dtype=torch.float64)}
    close = torch.testing.assert_close
    plain = BilevelProblem
    close(bilevel.gradient()["table"], plain.gradient(bilevel)["table"])
    close(bilevel.hessian()(along)["table"], plain.hessian(bilevel)(along)["table"])
    for parameters in (None, along):
        ours, wanted = bilevel.meta_gradient(parameters), plain.meta_gradient(bilevel, parameters)
        close(ours[0], wanted[0])
        close(ours[1]["table"], wanted[1]["table"])
    ours, wanted = bilevel.derivatives(along), plain.derivatives(bilevel, along)
    assert set(ours) == set(wanted) == {"main", *NAMES}
    for name, value in wanted.items():
        close(ours[name], value)


def test_products_with_the_hessian_are_differences_of_gradients() -> None:
    bilevel = problem()
    table = bilevel.parameters["table"]
    along = {"table": torch.ones_like(table).cumsum(0).sin()}

    def gradient(position: torch.Tensor) -> torch.Tensor:
        leaf = position.clone().requires_grad_()
        loss = bilevel.loss({"table": leaf}, bilevel.coefficients)
        return torch.autograd.grad(loss, leaf)[0]

    h = 1e-5
    difference = gradient(table + h * along["table"]) - gradient(table - h * along["table"])
    product = bilevel.hessian()(along)["table"]
    torch.testing.assert_close(product, difference / (2 * h), rtol=1e-6, atol=1e-8)
    assert bool(product.any())
