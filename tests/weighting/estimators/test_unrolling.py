"""The exact hypergradient against double backward and against finite differences."""

import pytest
import torch

from ausrec.models.encoder import Parameters
from ausrec.tasks import MAIN_LOSSES
from ausrec.weighting import SampleMean
from ausrec.weighting.estimators import (
    BilevelProblem,
    DoubleBackward,
    FixedLength,
    StepProblem,
    Unrolled,
    unrolled,
)
from ausrec.weighting.reduction import TaskMean
from tests.weighting.problem import NAMES, make_step, meta_loss_after_virtual_step


def setting(reduction, rate, meta_softmax=None, **of_step):
    step = make_step(meta_softmax=meta_softmax, **of_step)
    generator = torch.Generator().manual_seed(1)
    sizes = step.sizes | {"main": 14}
    weights = {n: torch.rand(sizes[n], generator=generator, dtype=torch.float64) for n in NAMES}
    takes_part = torch.tensor([1.0] * 14 + [0.0] * 6, dtype=torch.float64)
    return step, reduction.coefficients(weights, sizes, takes_part), reduction.l2(step.l2, sizes)


def check(reduction, rate: float, meta_softmax: float | None = None, **of_step) -> None:
    step, coefficients, l2 = setting(reduction, rate, meta_softmax, **of_step)
    before = step.model.table.detach().clone()
    found = unrolled(step, coefficients, l2, rate)
    assert torch.equal(step.model.table, before), "the virtual step changed the encoder"
    assert step.model.table.grad is None

    leaves = {n: c.clone().requires_grad_() for n, c in coefficients.items()}
    loss = meta_loss_after_virtual_step(step, leaves, l2, rate)
    oracle = dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values())), strict=True))
    torch.testing.assert_close(found.meta_loss, loss.detach(), rtol=1e-12, atol=0)
    for name in NAMES:
        ours = -rate * found.alignment[name]
        error = (ours - oracle[name]).norm() / oracle[name].norm()
        assert error < 1e-9
        assert bool((ours != 0).any())

    if step.tasks["main"].stops_gradients:
        return  # differences see values only
    # A single coefficient by central differences; the step is scaled to the derivative.
    for name in NAMES:
        for sample in (0, 3):
            h = 1e-2 / rate
            values = []
            for sign in (1, -1):
                moved = {n: c.clone() for n, c in coefficients.items()}
                moved[name][sample] += sign * h * 1e-3
                values.append(meta_loss_after_virtual_step(step, moved, l2, rate).detach())
            difference = (values[0] - values[1]) / (2 * h * 1e-3)
            ours = -rate * found.alignment[name][sample]
            assert abs(ours - difference) < 1e-6 * abs(difference) + 1e-10 * rate


def test_scale_free_setting() -> None:
    check(TaskMean(), 1.0)


def test_published_setting() -> None:
    check(SampleMean(), 1e-3)


def test_judged_by_softmax() -> None:
    check(TaskMean(), 1.0, meta_softmax=0.15)


def test_an_encoder_that_is_not_linear() -> None:
    plus = {"row_exponent": 0.6, "column_exponent": -0.1, "zero_weight": 0.2, "unit_layers": True}
    check(TaskMean(), 1.0, encoder=plus)


@pytest.mark.parametrize("name", MAIN_LOSSES)
def test_every_main_loss(name: str) -> None:
    check(TaskMean(), 1.0, main_loss=MAIN_LOSSES[name]())


def test_a_useless_direction_has_no_alignment_and_a_helpful_one_has() -> None:
    """A task whose samples are the meta samples themselves must be weighted up."""
    step, coefficients, l2 = setting(TaskMean(), 1e-3)
    found = unrolled(step, coefficients, l2, 1e-3)
    meta_rows = found.alignment["main"][14:]
    assert meta_rows.mean() > 0
    assert found.meta_gradient_norm() > 0


def test_double_backward_finds_the_same() -> None:
    for reduction, rate in ((TaskMean(), 1.0), (SampleMean(), 1e-3)):
        step, coefficients, l2 = setting(reduction, rate)
        problem = StepProblem(step, coefficients, l2)
        plain, ours = DoubleBackward(rate).estimate(problem), Unrolled(rate).estimate(problem)
        torch.testing.assert_close(ours.meta_loss, plain.meta_loss, rtol=1e-12, atol=0)
        for name in ("main", *NAMES):
            error = (ours.alignment[name] - plain.alignment[name]).norm()
            assert error < 1e-10 * plain.alignment[name].norm()
        error = (ours.direction["table"] - plain.direction["table"]).norm()
        assert error < 1e-10 * plain.direction["table"].norm()
        assert DoubleBackward(rate).direction(problem).rate == rate


def test_a_step_of_fixed_length_is_what_double_backward_says() -> None:
    step, coefficients, l2 = setting(TaskMean(), 1.0)
    problem = StepProblem(step, coefficients, l2)
    found = FixedLength(0.7).estimate(problem)
    leaves = {n: c.clone().requires_grad_() for n, c in coefficients.items()}
    table = step.model.table.detach().clone().requires_grad_()
    (d,) = torch.autograd.grad(problem.loss({"table": table}, leaves), [table], create_graph=True)
    ahead = problem.parameters["table"] - 0.7 * d.norm().detach() * d / d.norm()
    loss = problem.meta_loss({"table": ahead})
    oracle = torch.autograd.grad(loss, list(leaves.values()))
    torch.testing.assert_close(found.meta_loss, loss.detach(), rtol=1e-12, atol=0)
    for ours, theirs in zip(found.derivatives().values(), oracle, strict=True):
        assert (ours - theirs).norm() < 1e-9 * theirs.norm()
    # The length does not change, so what some gain, others lose.
    total = torch.stack([(c * found.alignment[n]).sum() for n, c in coefficients.items()])
    assert abs(total.sum()) < 1e-12 * total.abs().sum()


class Plane(BilevelProblem):
    """Straight losses on a plane: recommendation goes left, what is held out left and down."""

    def __init__(self, main: float = 1.0) -> None:
        self.parameters = {"w": torch.zeros(2)}
        self.coefficients = {
            "main": torch.tensor([main]), "copy": torch.zeros(1), "helps": torch.zeros(1),
            "harms": torch.zeros(1),
        }  # fmt: skip

    def costs(self, parameters: Parameters) -> dict[str, torch.Tensor]:
        x, y = parameters["w"][:1], parameters["w"][1:]
        return {"main": x, "copy": 3 * x, "helps": x + y, "harms": x - y}

    def meta_loss(self, parameters: Parameters) -> torch.Tensor:
        return parameters["w"].sum()


def test_no_credit_for_going_further_the_same_way() -> None:
    plain = {n: a.item() for n, a in Unrolled().estimate(Plane()).alignment.items()}
    assert plain == {"main": 1, "copy": 3, "helps": 2, "harms": 0}
    fixed = {n: a.item() for n, a in FixedLength().estimate(Plane()).alignment.items()}
    assert fixed == {"main": 0, "copy": 0, "helps": 1, "harms": -1}


def test_without_a_step_there_is_no_way_to_go_further() -> None:
    found = FixedLength().estimate(Plane(main=0.0))
    assert found.direction["w"].tolist() == [1, 1]
