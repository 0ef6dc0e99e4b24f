"""SGL's three kinds of views on a hand-drawn graph, against NumPy with the same edges dropped."""

import numpy as np
import pytest
import torch

from ausrec.tasks import Encoding
from ausrec.tasks.objectives.contrast import Anchors, Contrast, Contrasted
from ausrec.tasks.objectives.sgl import sgl, sgl_node_dropout, sgl_random_walk, sgl_ranking
from tests.tasks import naive

USERS, ITEMS = [0, 2, 3], [1, 2, 3]
# Pairs of nodes, the items from 5 on: interactions and a social link.
FIRST, SECOND = [(0, 5), (3, 8), (0, 1)], [(1, 6), (2, 8), (3, 4)]
THIRD, FOURTH = [(0, 7), (3, 6)], [(3, 7), (4, 8)]


def loss_of(task: Contrast, views: torch.Tensor) -> np.ndarray:
    """Return the task's loss of the anchors, for given views."""
    model, _ = naive.encoder()
    anchors = Anchors(torch.tensor(USERS), torch.tensor(ITEMS))
    return task.loss(Encoding.of(model), Contrasted(anchors, views)).detach().numpy()


def started(make, **settings) -> Contrast:
    task = make(naive.drawn_graph(), **settings)
    task.start(naive.encoder()[0], torch.Generator())
    return task


def kept(task: Contrast, dropped: list[tuple[int, int]]) -> torch.Tensor:
    """Return which pairs are kept, in the order in which the views number them."""
    pairs = [tuple(pair) for pair in task.views.thinning.ends.T.tolist()]
    assert set(dropped) <= set(pairs)
    return torch.tensor([pair not in dropped for pair in pairs])


def encoded(*dropped: list[tuple[int, int]]) -> np.ndarray:
    """Return the mean of the layers, each propagated without some pairs."""
    _, base = naive.encoder()
    return sum(naive.propagated([naive.joint(pairs) for pairs in dropped], base)) / 3


@pytest.mark.parametrize("among", ["side", "all"])
def test_edge_dropout_with_known_edges(among: str) -> None:
    task, among_all = started(sgl, among=among), among == "all"
    found = loss_of(task, torch.stack([kept(task, FIRST), kept(task, SECOND)]))
    first, second = encoded(FIRST, FIRST), encoded(SECOND, SECOND)
    expected = naive.contrasted(first, second, USERS, ITEMS, 0.2, among_all=among_all)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    # The views are no copies of one another, so that a task which swapped them would be found.
    swapped = naive.contrasted(second, first, USERS, ITEMS, 0.2, among_all=among_all)
    assert np.abs(swapped - expected).max() > 1e-3


def test_node_dropout_with_known_nodes() -> None:
    task = started(sgl_node_dropout)
    nodes = torch.ones(2, 10, dtype=torch.bool)
    nodes[0, [1, 8]] = False  # a user and an item
    nodes[1, 3] = False
    found = loss_of(task, nodes)

    def without(*gone: int) -> list[tuple[int, int]]:
        return [(node, other) for node in gone for other in range(10)]

    first, second = without(1, 8), without(3)
    views = encoded(first, first), encoded(second, second)
    expected = naive.contrasted(*views, USERS, ITEMS, 0.2, among_all=True)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_random_walk_with_known_edges_in_each_layer() -> None:
    task = started(sgl_random_walk)
    walks = [[FIRST, THIRD], [SECOND, FOURTH]]
    found = loss_of(
        task, torch.stack([torch.stack([kept(task, one) for one in walk]) for walk in walks])
    )
    first, second = (encoded(*walk) for walk in walks)
    expected = naive.contrasted(first, second, USERS, ITEMS, 0.2, among_all=True)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    # Layer by layer: the same edges in other layers are another loss.
    turned = naive.contrasted(encoded(THIRD, FIRST), second, USERS, ITEMS, 0.2, among_all=True)
    assert np.abs(turned - expected).max() > 1e-3


def test_ranking_instead_of_info_nce_with_known_edges() -> None:
    task = started(sgl_ranking)
    found = loss_of(task, torch.stack([kept(task, FIRST), kept(task, SECOND)]))
    first, second = encoded(FIRST, FIRST), encoded(SECOND, SECOND)
    rows, losses = [*USERS, *(5 + item for item in ITEMS)], []
    for row in rows:
        own = naive.cosine(first[row], second[row])
        gaps = [(own - naive.cosine(first[row], second[o])) / 0.2 for o in rows if o != row]
        losses.append(sum(naive.softplus(-gap) for gap in gaps) / len(gaps))
    np.testing.assert_allclose(found, losses, rtol=1e-5)


@pytest.mark.parametrize("make", [sgl, sgl_node_dropout, sgl_random_walk, sgl_ranking])
def test_the_published_share_is_dropped(make) -> None:
    task = started(make)
    rng = np.random.default_rng(0)
    drawn = [task.draw(4, rng).views.float().mean().item() for _ in range(400)]
    assert np.mean(drawn) == pytest.approx(0.9, abs=0.01)


def test_graphs_are_drawn_once_an_epoch_or_in_each_step() -> None:
    rng = np.random.default_rng(0)
    for redraw, differ in (("epoch", False), ("step", True)):
        task = started(sgl, redraw=redraw)
        model, _ = naive.encoder()
        task.begin_epoch(1, model, rng)
        first, second = (task.draw(4, rng).views for _ in range(2))
        assert torch.equal(first, second) != differ
        task.begin_epoch(2, model, rng)
        assert not torch.equal(task.draw(4, rng).views, first)
    # A new run does not begin with the graphs of the last one.
    task = started(sgl)
    task.begin_epoch(1, model, rng)
    task.start(model, torch.Generator())
    assert not torch.equal(task.draw(4, rng).views, task.draw(4, rng).views)
