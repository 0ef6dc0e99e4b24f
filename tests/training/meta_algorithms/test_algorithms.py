"""MAML, first-order MAML and Reptile against hand-computed updates and finite differences."""

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.training.meta_algorithms import MAML, Episode, Reptile
from ausrec.training.meta_algorithms.algorithms import adapt, gain_of
from ausrec.training.meta_algorithms.episode import mean_cost
from tests.weighting.problem import make_step

A = torch.tensor([2.0, 0.5], dtype=torch.float64)
W = {"W": torch.tensor([1.0, -3.0], dtype=torch.float64)}


def bowl(curvature: torch.Tensor, centre: float):
    return lambda p: 0.5 * (curvature * (p["W"] - centre).square()).sum()


def quadratic(steps: int) -> Episode:
    return Episode("bowl", (bowl(A, 1.5),) * steps, bowl(3 * A, -1.0))


def recommendation(steps: int) -> tuple[Episode, dict[str, torch.Tensor]]:
    """BPR of a relation over LightGCN in float64; support and query are different samples."""
    step = make_step()
    task, batch = step.tasks["two_hop"], step.batches["two_hop"]
    parts = [type(batch)(*(c[k * 3 : k * 3 + 3] for c in batch)) for k in range(steps + 1)]
    losses = [mean_cost(step.model, task, part, step.view, 1e-2) for part in parts]
    table = step.model.table.detach().clone()
    return Episode("two_hop", tuple(losses[:-1]), losses[-1]), {"table": table}


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_on_a_bowl_all_are_known(steps: int) -> None:
    rate = 0.3
    shrink = (1 - rate * A) ** steps
    adapted = 1.5 + shrink * (W["W"] - 1.5)
    torch.testing.assert_close(adapt(quadratic(steps).support, W, rate)["W"], adapted)
    outer = 3 * A * (adapted + 1.0)
    full = MAML(rate).gradient(W, [quadratic(steps)])["W"]
    first = MAML(rate, first_order=True).gradient(W, [quadratic(steps)])["W"]
    torch.testing.assert_close(first, outer)
    torch.testing.assert_close(full, shrink * outer)
    reptile = Reptile(rate).gradient(W, [quadratic(steps)])["W"]
    torch.testing.assert_close(reptile, (1 - shrink) * (W["W"] - 1.5) / rate)


def test_reptile_by_hand() -> None:
    # One dimension, L = ½·2·(w − 1)², from 5, two steps of rate ¼: 5 → 3 → 2.
    start = {"W": torch.tensor([5.0])}
    episode = Episode("x", (bowl(torch.tensor([2.0]), 1.0),) * 2, bowl(torch.tensor([1.0]), 0.0))
    assert adapt(episode.support, start, 0.25)["W"].item() == 2.0
    gradient = Reptile(0.25).gradient(start, [episode])["W"]
    assert gradient.item() == 12.0
    # A step of ε α along it, ε = ½, is half the way to 2.
    assert (start["W"] - 0.5 * 0.25 * gradient).item() == 3.5
    assert [float(x) for x in gain_of(episode, start, 0.25)] == [12.5, 2.0]


@pytest.mark.parametrize("steps", [1, 2])
def test_mamls_gradient_is_that_of_the_adapted_query_loss(steps: int) -> None:
    episode, w = recommendation(steps)
    rate = 5.0
    full = MAML(rate).gradient(w, [episode])["table"]
    first = MAML(rate, first_order=True).gradient(w, [episode])["table"]

    def adapted_loss(table: torch.Tensor) -> float:
        return float(episode.query(adapt(episode.support, {"table": table}, rate)).detach())

    direction = torch.arange(w["table"].numel(), dtype=torch.float64).sin().reshape(full.shape)
    h = 1e-5
    difference = adapted_loss(w["table"] + h * direction) - adapted_loss(w["table"] - h * direction)
    assert float((full * direction).sum()) == pytest.approx(difference / (2 * h), rel=1e-6)
    # The second-order part is there, and first-order MAML lacks it.
    assert float((full - first).norm()) > 0.05 * float(full.norm()) > 0
    assert float((first * direction).sum()) != pytest.approx(difference / (2 * h), rel=1e-3)


def test_first_order_is_maml_without_its_second_order_term() -> None:
    episode, w = recommendation(1)
    rate, shape = 5.0, w["table"].shape
    flat = w["table"].flatten()
    hessian = torch.autograd.functional.hessian(
        lambda x: episode.support[0]({"table": x.reshape(shape)}), flat
    )
    full = MAML(rate).gradient(w, [episode])["table"].flatten()
    first = MAML(rate, first_order=True).gradient(w, [episode])["table"].flatten()
    torch.testing.assert_close(full, first - rate * hessian @ first)


def test_episodes_are_averaged_and_parameters_left_alone() -> None:
    before = W["W"].clone()
    for algorithm in (MAML(0.1), MAML(0.1, first_order=True), Reptile(0.1)):
        one, other = quadratic(1), Episode("b", (bowl(A, 9.0),), bowl(A, 2.0))
        each = [algorithm.gradient(W, [episode])["W"] for episode in (one, other)]
        torch.testing.assert_close(algorithm.gradient(W, [one, other])["W"], sum(each) / 2)
        assert not algorithm.gradient(W, [one])["W"].requires_grad
    assert torch.equal(W["W"], before) and not W["W"].requires_grad


def test_a_rate_of_nothing_is_told() -> None:
    with pytest.raises(AusrecError, match="above 0"):
        Reptile(0.0)
