"""NCL by loops over anchors, and the life of its prototypes."""

import numpy as np
import torch

from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.objectives import NeighbourhoodContrast
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
