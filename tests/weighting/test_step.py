"""A step's gradients and derivatives against autograd on the plain total."""

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.tasks import Encoding
from ausrec.weighting.directions import inner, owned
from ausrec.weighting.hypergradient import StepProblem
from ausrec.weighting.others.gradient_surgery import gramian_of
from ausrec.weighting.step import Step
from tests.weighting.problem import NAMES, make_step

# SGL thins the step's graph out, HCCF has parameters of its own, DSL has them for one half.
OBJECTIVES = ("sgl", "hccf", "dsl")


def cost_of(step: Step, name: str, l2: float = 0.0) -> torch.Tensor:
    """Return the cost of each sample of a task, by an encoding of its own."""
    own = owned(step.own, name)
    encoding = Encoding(step.model(step.view), step.model, step.view, own)
    loss = step.tasks[name].loss(encoding, step.batches[name])
    penalty = step.tasks[name].penalty(encoding, step.batches[name])
    return loss if penalty is None else loss + l2 * penalty


def total(step: Step, coefficients, l2) -> torch.Tensor:
    costs = [(c * cost_of(step, name, l2[name])).sum() for name, c in coefficients.items()]
    return torch.stack(costs).sum()


def test_losses_of_joined_families_are_those_of_each_task() -> None:
    """Over the graph that the step sees, which has lost some of its edges."""
    step = make_step(objectives=OBJECTIVES)
    assert list(step.losses) == list(step.penalties) == ["main", *NAMES, *OBJECTIVES]
    assert step.auxiliary == [*NAMES, *OBJECTIVES]
    for name in step.tasks:
        for l2 in (0.0, 0.3):
            found = step.costs(dict.fromkeys(step.tasks, l2))[name]
            torch.testing.assert_close(found, cost_of(step, name, l2))
            virtual = StepProblem(step, {}, dict.fromkeys(step.tasks, l2))
            found = virtual.costs(step.parameters)[name]
            torch.testing.assert_close(found, cost_of(step, name, l2))
    assert not step.penalties["sgl"].any() and bool(step.penalties["two_hop"].all())


def test_gradient_is_that_of_the_total_and_can_be_taken_twice() -> None:
    step = make_step()
    generator = torch.Generator().manual_seed(2)
    for names in (list(step.tasks), ["two_hop"]):
        coefficients = {
            n: torch.rand(step.sizes[n], generator=generator, dtype=torch.float64) for n in names
        }
        l2 = {n: 0.1 * k for k, n in enumerate(step.tasks)}
        expected = torch.autograd.grad(total(step, coefficients, l2), step.model.table)[0]
        torch.testing.assert_close(step.gradient(coefficients, l2)["table"], expected)


def test_gradients_of_tasks_are_those_of_their_mean_costs() -> None:
    step = make_step()
    l2 = {name: 0.1 * place for place, name in enumerate(step.tasks)}
    gradients = dict(step.task_gradients(l2))
    assert list(gradients) == list(step.tasks)
    for name, size in step.sizes.items():
        mean = torch.full((size,), 1 / size, dtype=torch.float64)
        expected = torch.autograd.grad(total(step, {name: mean}, l2), step.model.table)[0]
        torch.testing.assert_close(gradients[name]["table"], expected)
    flat = torch.stack([gradient["table"].flatten() for gradient in gradients.values()])
    torch.testing.assert_close(gramian_of(step, l2), flat @ flat.T)


def test_a_task_without_a_gradient_has_one_of_zeros() -> None:
    step = make_step()
    step.losses["two_hop"] = step.losses["two_hop"].detach()
    step.penalties["two_hop"] = step.penalties["two_hop"].detach()
    ones = torch.ones(step.sizes["two_hop"], dtype=torch.float64)
    assert not step.gradient({"two_hop": ones}, {"two_hop": 0.1})["table"].any()


def test_derivatives_are_inner_products_of_samples_gradients() -> None:
    """The tasks' own parameters move along the direction, too."""
    step = make_step(objectives=OBJECTIVES)
    along = {name: torch.randn_like(value) for name, value in step.parameters.items()}
    l2 = dict.fromkeys(step.tasks, 0.3)
    derivatives = step.derivatives(along, l2)
    only_own = {n: v if n in step.own else torch.zeros_like(v) for n, v in along.items()}
    assert bool(step.derivatives(only_own, l2)["hccf"].any())
    for name in step.tasks:
        for sample in (0, step.sizes[name] - 1):
            one = torch.zeros(step.sizes[name], dtype=torch.float64)
            one[sample] = 1
            expected = inner(step.gradient({name: one}, l2), along)
            torch.testing.assert_close(derivatives[name][sample], expected)


def test_derivatives_that_nobody_asks_for_are_not_computed() -> None:
    step = make_step(objectives=["sgl", "masked_edges"])
    along = {name: torch.randn_like(value) for name, value in step.parameters.items()}
    l2 = dict.fromkeys(step.tasks, 0.3)
    everything = step.derivatives(along, l2)

    def never(*arguments):
        raise AssertionError("nobody asked for SGL")

    step.tasks["sgl"].loss = never
    found = step.derivatives(along, l2, wanted=["two_hop", "masked_edges"])
    # A family is evaluated in one go, so its other members come along.
    assert {"two_hop", "masked_edges"} <= set(found) <= set(step.tasks) - {"sgl"}
    for name, each in found.items():
        torch.testing.assert_close(each, everything[name])


def test_only_bpr_judges_by_the_length_of_embeddings() -> None:
    """The derivative along W itself, which makes all embeddings longer, is zero for softmax."""
    found = {}
    for softmax in (None, 0.15):
        step = make_step(meta_softmax=softmax, l2=0.0)
        _, gradient = step.meta_gradient()
        along = inner(gradient, {"table": step.model.table.detach()})
        found[softmax] = float(along / inner(gradient, gradient).sqrt())
    assert abs(found[0.15]) < 1e-12
    assert abs(found[None]) > 1e-3


@pytest.mark.parametrize("elsewhere", [False, True])
def test_meta_gradient_is_that_of_the_meta_loss(elsewhere: bool) -> None:
    """And zero in the tasks' own parameters, which it does not read."""
    step = make_step(objectives=OBJECTIVES)
    place = {"table": step.model.table} if elsewhere else None
    loss, gradient = step.meta_gradient(place)
    rows = torch.zeros(20, dtype=torch.float64)
    rows[14:] = 1 / 6
    l2 = {"main": step.l2}
    expected = total(step, {"main": rows}, l2)
    torch.testing.assert_close(loss, expected.detach())
    assert list(gradient) == list(step.parameters) == ["table", *step.own]
    torch.testing.assert_close(gradient, step.gradient({"main": rows}, l2))
    assert not any(bool(gradient[name].any()) for name in step.own)
    torch.testing.assert_close(StepProblem(step, {}, l2).meta_loss(step.parameters), expected)
    again = step.meta_gradient(place)[1]  # the step's graph is kept
    torch.testing.assert_close(again, gradient)


def test_a_step_taken_again_has_the_losses_of_a_new_one_at_the_parameters_as_they_are() -> None:
    step = make_step(objectives=["sgl"])
    other = type(step.meta)(*(column[:3] for column in step.meta))
    with torch.no_grad():
        step.model.table.mul_(2)
    again = step.again(other)
    new = Step(
        step.model, step.tasks, step.batches, meta=other, view=step.view, l2=step.l2, own=step.own
    )
    for name, loss in new.losses.items():
        torch.testing.assert_close(again.losses[name], loss)
        assert not torch.allclose(again.losses[name], step.losses[name]) or name == "sgl"
    torch.testing.assert_close(again.meta_gradient(), new.meta_gradient())


def test_parameters_of_a_task_that_ascends_are_named() -> None:
    step = make_step(objectives=["generator_discriminator", "hccf"])
    ascending = [task for task in step.auxiliary if step.tasks[task].ascends]
    assert ascending
    expected = [n for n in step.own if n.split(".")[1] in ascending]
    assert step.ascending == expected


def test_meta_rows_are_the_last_of_the_main_samples() -> None:
    step = make_step()
    for with_meta, number in ((True, 20), (False, 14)):
        sizes, counts = step.rows(with_meta=with_meta)
        assert sizes == step.sizes | {"main": number}
        assert counts.tolist() == [1] * number + [0] * (20 - number)
    apart = Step(step.model, step.tasks, step.batches, meta=step.meta)
    sizes, counts = apart.rows(with_meta=False)
    assert sizes["main"] == 20 and counts.tolist() == [1] * 20


def test_a_softmax_that_judges_needs_triplets() -> None:
    step = make_step(meta_softmax=0.15)
    step.meta = tuple(step.meta)
    with pytest.raises(AusrecError, match=r"weighting\.meta_softmax needs triplets"):
        step.meta_gradient()
