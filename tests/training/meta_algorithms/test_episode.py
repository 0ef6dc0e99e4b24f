"""Episodes: one of every task, on samples of their own."""

import numpy as np
import pytest
import torch

from ausrec.graph import add_relations
from ausrec.models import LightGCN
from ausrec.tasks import OBJECTIVES, Recommendation, relation_tasks
from ausrec.training import TrainConfig
from ausrec.training.meta_algorithms import draw_episodes
from ausrec.training.meta_algorithms.episode import mean_cost
from tests.graphs import random_graph

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
