"""A step's gradients and derivatives against autograd on the plain total."""

import torch

from ausrec.weighting.others.gradient_surgery import gramian_of
from ausrec.weighting.step import Step, inner
from tests.weighting.problem import NAMES, make_step


def total(step: Step, coefficients, l2) -> torch.Tensor:
    embeddings = step.model(step.view)
    loss = torch.zeros((), dtype=torch.float64)
    for name, c in coefficients.items():
        task, batch = step.tasks[name], step.batches[name]
        cost = task.loss(embeddings, batch) + l2[name] * task.penalty(embeddings, batch)
        loss = loss + (c * cost).sum()
    return loss


def test_losses_of_joined_families_are_those_of_each_task() -> None:
    step = make_step()
    embeddings = step.model(step.view)
    assert list(step.losses) == ["main", *NAMES]
    assert step.auxiliary == list(NAMES)
    for name, task in step.tasks.items():
        batch = step.batches[name]
        torch.testing.assert_close(step.losses[name], task.loss(embeddings, batch))
        torch.testing.assert_close(step.penalties[name], task.penalty(embeddings, batch))


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
    step = make_step()
    along = {"table": torch.randn_like(step.model.table)}
    l2 = dict.fromkeys(step.tasks, 0.3)
    derivatives = step.derivatives(along, l2)
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


def test_meta_gradient_is_that_of_the_meta_loss() -> None:
    step = make_step()
    loss, gradient = step.meta_gradient({"table": step.model.table})
    rows = torch.zeros(20, dtype=torch.float64)
    rows[14:] = 1 / 6
    l2 = {"main": step.l2}
    expected = total(step, {"main": rows}, l2)
    torch.testing.assert_close(loss, expected.detach())
    torch.testing.assert_close(gradient, step.gradient({"main": rows}, l2))
