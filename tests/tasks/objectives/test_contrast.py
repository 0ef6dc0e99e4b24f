"""The composition of views and objective, with views that are known."""

import inspect
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.losses import VIEW_OBJECTIVES, ViewObjective, info_nce
from ausrec.tasks.objectives.contrast import Contrast
from ausrec.tasks.objectives.sgl import sgl, sgl_node_dropout, sgl_random_walk, sgl_ranking
from ausrec.tasks.objectives.simgcl import simgcl, xsimgcl
from ausrec.tasks.objectives.views import (
    EdgeDropout,
    NodeDropout,
    Noise,
    NoisyLayers,
    RandomWalk,
    Views,
)
from ausrec.tasks.task import to_triplets
from tests.graphs import random_graph

GRAPH = random_graph()


class BaseAndFinal(Views):
    """Layer 0 against the final embeddings."""

    def draw(self, generator: np.random.Generator) -> Tensor:
        return torch.zeros(0)

    def pair(self, encoding: Encoding, drawn: Tensor) -> tuple[Tensor, Tensor]:
        return encoding.base, encoding.final


def test_views_of_ones_own_are_contrasted_among_the_batch() -> None:
    model = LightGCN(GRAPH, dim=4)
    task = Contrast("mine", GRAPH, BaseAndFinal(), 0.3)
    task.start(model, torch.Generator())
    batch = task.draw(9, np.random.default_rng(0))
    loss = task.loss(Encoding.of(model), batch)
    embeddings = model()
    users, items = batch.anchors
    base = model.table[: model.num_users][users]
    first = info_nce(base, embeddings.user[users], 0.3)
    second = info_nce(model.table[model.num_users :][items], embeddings.item[items], 0.3)
    number = len(users)
    assert len(loss) == number + len(items)
    torch.testing.assert_close(loss[:number], first * len(loss) / number)
    torch.testing.assert_close(loss.mean(), first.mean() + second.mean())


def test_named_objectives_are_instances_with_published_settings() -> None:
    found = {
        task.name: (type(task.views), task.temperature, task.paper_weight)
        for make in (sgl, sgl_node_dropout, sgl_random_walk, simgcl, xsimgcl)
        for task in [make(GRAPH)]
    }
    assert found == {
        "sgl": (EdgeDropout, 0.2, 0.1),
        "sgl_node_dropout": (NodeDropout, 0.2, 0.1),
        "sgl_random_walk": (RandomWalk, 0.2, 0.1),
        "simgcl": (Noise, 0.2, 0.5),
        "xsimgcl": (NoisyLayers, 0.15, 0.2),
    }
    assert sgl(GRAPH, rate=0.3).views.rate == 0.3
    ranking = sgl_ranking(GRAPH)
    assert (type(ranking.views), ranking.objective) == (EdgeDropout, "ranking")
    assert (ranking.temperature, ranking.paper_weight) == (0.2, None)


@pytest.mark.parametrize(
    "make", [sgl, sgl_node_dropout, sgl_random_walk, sgl_ranking, simgcl, xsimgcl]
)
def test_every_setting_reaches_the_task(make: Callable[..., Contrast]) -> None:
    given = {"temperature": 0.7, "objective": "alignment", "among": "side", "anchors": "own"}
    named = inspect.signature(make).parameters
    for setting, value in given.items():
        if setting in named:
            assert value != named[setting].default or setting == "among"
            assert getattr(make(GRAPH, **{setting: value}), setting) == value, setting
    if "among" in named:
        assert make(GRAPH, among="all").among == "all"


@pytest.mark.parametrize("make", [sgl, sgl_node_dropout, sgl_random_walk, simgcl, xsimgcl])
@pytest.mark.parametrize("objective", VIEW_OBJECTIVES)
def test_any_views_go_with_any_objective(
    make: Callable[..., Contrast], objective: ViewObjective
) -> None:
    task, plain = make(GRAPH, objective=objective), make(GRAPH)
    model = LightGCN(GRAPH, dim=4)
    for each in (task, plain):
        each.start(model, torch.Generator())
    batch = task.draw(20, np.random.default_rng(0))
    encoding = Encoding.of(model)
    loss, usual = task.loss(encoding, batch), plain.loss(encoding, batch)
    assert torch.isfinite(loss).all() and loss.shape == usual.shape
    assert torch.equal(loss, usual) == (objective == "info_nce")


@pytest.mark.parametrize("anchors", ["main", "own"])
def test_anchors_are_those_of_the_main_task_or_drawn(anchors: str) -> None:
    model, rng = LightGCN(GRAPH, dim=4), np.random.default_rng(0)
    task = sgl(GRAPH, anchors=anchors)
    task.start(model, torch.Generator())
    main = to_triplets([3, 1, 3], [4, 4, 0], [2, 2, 2])
    found = task.draw_with(main, 12, rng).anchors
    if anchors == "main":
        assert found.user.tolist() == [1, 3] and found.item.tolist() == [0, 4]
    else:
        assert len(found.user) > 2


def test_an_epoch_draws_as_many_interactions_as_there_are() -> None:
    number = GRAPH["user", "rates", "item"].edge_index.shape[1]
    assert sgl(GRAPH).draws_per_epoch == number


def test_impossible_temperatures_are_refused() -> None:
    with pytest.raises(AusrecError, match=r"temperature is 0\.0"):
        Contrast("mine", GRAPH, Noise(), 0.0)
