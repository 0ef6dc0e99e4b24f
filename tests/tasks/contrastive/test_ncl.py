"""NCL by loops over anchors, and the life of its prototypes."""

import numpy as np
import torch
from torch.nn.functional import cosine_similarity

from ausrec.graph.adjacency import joint_adjacency
from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.contrastive import NeighbourhoodContrast
from tests.graphs import random_graph

GRAPH = random_graph()


def started(**options) -> tuple[NeighbourhoodContrast, LightGCN]:
    task, model = NeighbourhoodContrast(GRAPH, **options), LightGCN(GRAPH, dim=4)
    task.start(model, torch.Generator())
    return task, model


def term(anchor: torch.Tensor, others: torch.Tensor, positive: int) -> torch.Tensor:
    logits = torch.stack([cosine_similarity(anchor, o, dim=0) for o in others]) / 0.1
    return -logits.log_softmax(0)[positive]


def test_both_terms_by_loops() -> None:
    task, model = started(num_prototypes=3, prototype_weight=0.8)
    task.begin_epoch(21, model, np.random.default_rng(0))
    batch = task.draw(8, np.random.default_rng(1))
    found = task.loss(Encoding.of(model), batch).detach()
    base, num_users = model.table.detach(), model.num_users
    adjacency = torch.from_numpy(joint_adjacency(GRAPH).toarray()).float()
    scale = adjacency.sum(1) ** -0.5
    normalised = scale[:, None] * adjacency * scale
    context = normalised @ normalised @ base
    sides = (
        (slice(None, num_users), batch.anchors.user, batch.user),
        (slice(num_users, None), batch.anchors.item, batch.item),
    )
    place = 0
    for side, nodes, prototypes in sides:
        for node, cluster in zip(nodes.tolist(), prototypes.cluster.tolist(), strict=True):
            expected = term(context[side][node], base[side], node)
            expected = expected + 0.8 * term(base[side][node], prototypes.centres, cluster)
            expected = expected * len(found) / len(nodes)
            torch.testing.assert_close(found[place], expected)
            place += 1
    assert place == len(found)


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
