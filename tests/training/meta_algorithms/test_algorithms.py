"""MAML, first-order MAML and Reptile against hand-computed updates and finite differences."""

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.graph import add_relations
from ausrec.models import LightGCN
from ausrec.tasks import OBJECTIVES, Recommendation, relation_tasks
from ausrec.training import TrainConfig
from ausrec.training.meta_algorithms import MAML, Episode, Reptile, draw_episodes
from ausrec.training.meta_algorithms.algorithms import adapt, gain_of, mean_cost
from tests.graphs import random_graph
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


GRAPH = add_relations(random_graph(), ["social_link"])
TASKS = {"main": Recommendation(GRAPH)}
TASKS |= {task.name: task for task in relation_tasks(GRAPH, ["social_link"])}
CONFIG = TrainConfig(batch_size=40, task_batch_size=10, l2=0.1)


def draw(seed: int, inner_steps: int = 2, keep_edges: float = 1.0):
    model = LightGCN(GRAPH, dim=4, keep_edges=keep_edges)
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    episodes = draw_episodes(model, TASKS, CONFIG, inner_steps, rng, generator)
    return episodes, {"table": model.table.detach()}


def losses(episodes, parameters) -> list[float]:
    return [float(loss(parameters)) for e in episodes for loss in (*e.support, e.query)]


def test_there_is_an_episode_of_every_task_and_its_samples_differ() -> None:
    episodes, parameters = draw(0)
    assert [episode.name for episode in episodes] == ["main", "social_link"]
    assert [len(episode.support) for episode in episodes] == [2, 2]
    found = losses(episodes, parameters)
    assert len(set(found)) == 6
    assert losses(*draw(0)) == found != losses(*draw(1))
    assert len(draw(0, inner_steps=0)[0][0].support) == 0


def test_edge_dropout_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert losses(*draw(0, keep_edges=0.5)) != losses(*draw(0))
    seen, encode = [], LightGCN.encode

    def spy(self, parameters, view):
        seen.append(view)
        return encode(self, parameters, view)

    monkeypatch.setattr(LightGCN, "encode", spy)
    losses(*draw(0, keep_edges=0.5))
    assert len(seen) == 6 and len({id(view) for view in seen}) == 1 and seen[0] is not None


def test_a_task_that_counts_its_samples_by_epochs_spreads_them_over_the_steps() -> None:
    model, task = LightGCN(GRAPH, dim=4), OBJECTIVES["apr"](GRAPH)
    sizes = []
    drawing = task.draw
    task.draw = lambda size, rng: drawing(sizes.append(size) or size, rng)
    rng, generator = np.random.default_rng(0), torch.Generator().manual_seed(0)
    tasks = {"main": TASKS["main"], "apr": task}
    draw_episodes(model, tasks, CONFIG, 1, rng, generator, num_batches=4)
    assert sizes == [round(task.draws_per_epoch / 4)] * 2 != [CONFIG.task_batch_size] * 2


def test_a_mean_cost_is_loss_and_penalty() -> None:
    model, task = LightGCN(GRAPH, dim=4), TASKS["main"]
    batch = task.draw(12, np.random.default_rng(0))
    wanted = task.loss(model(), batch).mean() + 0.1 * task.penalty(model(), batch).mean()
    found = mean_cost(model, task, batch, None, 0.1)({"table": model.table})
    torch.testing.assert_close(found, wanted)
