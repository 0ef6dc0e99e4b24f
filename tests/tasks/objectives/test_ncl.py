import numpy as np
import torch

from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.objectives.ncl import NeighbourhoodContrast, assign, k_means
from tests.graphs import random_graph
from tests.tasks import naive

GRAPH = random_graph()


def started(**options) -> tuple[NeighbourhoodContrast, LightGCN]:
    task, model = NeighbourhoodContrast(GRAPH, **options), LightGCN(GRAPH, dim=4)
    task.start(model, torch.Generator())
    return task, model


def test_both_terms_by_loops() -> None:
    model, base = naive.encoder()
    task = NeighbourhoodContrast(naive.drawn_graph(), num_prototypes=3)
    task.start(model, torch.Generator())
    task.begin_epoch(21, model, np.random.default_rng(0))
    batch = task.draw(8, np.random.default_rng(1))
    found = task.loss(Encoding.of(model), batch).detach().numpy()
    adjacency = naive.normalised(naive.joint())
    context = adjacency @ adjacency @ base
    sides = []
    for side, nodes, prototypes in (
        (slice(0, 5), batch.anchors.user, batch.user),
        (slice(5, 10), batch.anchors.item, batch.item),
    ):
        centres, losses = prototypes.centres.numpy(), []
        for node in nodes.tolist():
            own = base[side][node]
            nearest = int(np.argmin([((own - centre) ** 2).sum() for centre in centres]))
            neighbours = naive.info_nce(context[side][node], base[side], node, 0.1)
            losses.append(neighbours + 0.8 * naive.info_nce(own, centres, nearest, 0.1))
        sides.append(losses)
    np.testing.assert_allclose(found, naive.of_both_sides(*sides), rtol=1e-5)


def test_prototypes_come_after_the_warm_up_and_go_with_a_new_run() -> None:
    task, model = started(warm_up=2)
    rng = np.random.default_rng(0)
    for epoch, number in ((1, 0), (2, 0), (3, 3)):
        task.begin_epoch(epoch, model, rng)
        assert len(task.draw(5, rng).user.centres) == number
    assert not task.draw(5, rng).user.centres.requires_grad
    nearest = torch.cdist(model.table[: model.num_users], task.found[0].centres).argmin(1)
    batch = task.draw(5, rng)
    assert torch.equal(batch.user.cluster, nearest[batch.anchors.user])
    task.start(model, torch.Generator())
    assert not task.found


def test_plain_clusters_are_found() -> None:
    generator = torch.Generator().manual_seed(0)
    middles = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    points = middles.repeat(20, 1) + 0.1 * torch.randn(60, 2, generator=generator)
    best = min(
        (k_means(points, 3, np.random.default_rng(seed)) for seed in range(5)),
        key=lambda found: float((points - found[0][found[1]]).norm()),
    )
    centres, cluster = best
    assert (torch.cdist(middles, centres).min(1).values < 0.2).all()
    assert len({tuple(cluster[kind::3].tolist()) for kind in range(3)}) == 3


def test_each_point_has_its_nearest_centre_and_each_centre_the_mean_of_its_points() -> None:
    points = torch.randn(50, 3, generator=torch.Generator().manual_seed(1))
    centres, cluster = k_means(points, 6, np.random.default_rng(0), iterations=100)
    assert torch.equal(cluster, torch.cdist(points, centres).argmin(1))
    for number in range(6):
        torch.testing.assert_close(centres[number], points[cluster == number].mean(0))


def test_a_centre_without_points_stays() -> None:
    points = torch.tensor([[1.0], [1.0], [1.0]])
    centres, cluster = k_means(points, 2, np.random.default_rng(0))
    assert centres.tolist() == [[1.0], [1.0]]
    assert cluster.tolist() == [0, 0, 0]


def test_the_generator_decides() -> None:
    points = torch.randn(30, 2, generator=torch.Generator().manual_seed(2))
    first, again = (k_means(points, 4, np.random.default_rng(3)) for _ in range(2))
    assert torch.equal(first[0], again[0])
    assert torch.equal(assign(points, first[0]), first[1])
