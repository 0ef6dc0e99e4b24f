"""HCCF written out plainly."""

import numpy as np
import torch

from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.contrastive import HypergraphContrast, info_nce
from ausrec.tasks.contrastive.hccf import hypergraph_layer
from tests.graphs import random_graph

GRAPH = random_graph()


def test_a_hypergraph_layer_by_hand() -> None:
    # One hyperedge that joins both nodes: it holds 3, of which they get 1 and 2 times 3.
    incidence, embeddings = torch.tensor([[1.0], [2.0]]), torch.tensor([[-1.0], [2.0]])
    found = hypergraph_layer(incidence, embeddings, 0.5)
    assert found.tolist() == [[3.0], [6.0]]
    # Of −3, the slope leaves −1.5 in the hyperedge, and half of what comes back.
    found = hypergraph_layer(incidence, -embeddings, 0.5)
    assert found.tolist() == [[-0.75], [-1.5]]


def test_the_loss_is_the_sum_over_layers() -> None:
    task, model = HypergraphContrast(GRAPH, num_hyperedges=6), LightGCN(GRAPH, dim=4, layers=2)
    own = task.start(model, torch.Generator().manual_seed(0))
    batch = task.draw(9, np.random.default_rng(0))
    found = task.loss(Encoding.of(model, own), batch).detach()

    table, num_users = model.table.detach(), model.num_users
    parts = [table[:num_users], table[num_users:]]
    kept = batch.kept.float().split([num_users, len(table) - num_users])
    weights = [own["user_hyperedges"], own["item_hyperedges"]]
    incidences = [p @ w * k / task.keep for p, w, k in zip(parts, weights, kept, strict=True)]
    expected = [torch.zeros(len(nodes)) for nodes in batch.anchors]
    for _ in range(2):
        local = model.adjacency.product(torch.cat(parts)).split([len(p) for p in parts])
        hyper = [hypergraph_layer(h, p, 0.5) for h, p in zip(incidences, parts, strict=True)]
        for side, nodes in enumerate(batch.anchors):
            expected[side] += info_nce(local[side][nodes], hyper[side], 0.1, nodes)
        parts = [a + b for a, b in zip(local, hyper, strict=True)]
    for loss, part in zip(expected, found.split([len(e) for e in expected]), strict=True):
        torch.testing.assert_close(part, loss * len(found) / len(loss))
