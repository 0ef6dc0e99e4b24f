"""HCCF written out plainly."""

import numpy as np
import torch

from ausrec.tasks import Encoding
from ausrec.tasks.losses import info_nce
from ausrec.tasks.objectives.hccf import HypergraphContrast, hypergraph_layer
from tests.tasks import naive


def test_a_hypergraph_layer_by_hand() -> None:
    # One hyperedge that joins both nodes: it holds 3, of which they get 1 and 2 times 3.
    incidence, embeddings = torch.tensor([[1.0], [2.0]]), torch.tensor([[-1.0], [2.0]])
    found = hypergraph_layer(incidence, embeddings, 0.5)
    assert found.tolist() == [[3.0], [6.0]]
    # Of −3, the slope leaves −1.5 in the hyperedge, and half of what comes back.
    found = hypergraph_layer(incidence, -embeddings, 0.5)
    assert found.tolist() == [[-0.75], [-1.5]]


def test_the_loss_is_the_sum_over_layers_by_loops() -> None:
    graph, (model, base) = naive.drawn_graph(), naive.encoder()
    task = HypergraphContrast(graph, num_hyperedges=24)
    own = naive.float64(task.start(model, torch.Generator().manual_seed(0)))
    batch = task.draw(9, np.random.default_rng(0))
    assert 0 < int(batch.kept.sum()) < batch.kept.numel()
    found = task.loss(Encoding.of(model, own), batch).detach().numpy()

    kept, adjacency = batch.kept.numpy(), naive.normalised(naive.joint())
    weights = [own[f"{side}_hyperedges"].numpy() for side in ("user", "item")]
    sides = [slice(0, 5), slice(5, 10)]
    losses = [np.zeros(len(nodes)) for nodes in batch.anchors]
    layer = base
    for _ in range(2):
        local, hyper = adjacency @ layer, np.zeros_like(base)
        for side, weight, loss, nodes in zip(sides, weights, losses, batch.anchors, strict=True):
            incidence = np.where(kept[side], base[side] @ weight / 0.5, 0)
            gathered = naive.leaky(incidence.T @ layer[side], 0.5)
            hyper[side] = naive.leaky(incidence @ gathered, 0.5)
            for place, node in enumerate(nodes.tolist()):
                loss[place] += naive.info_nce(local[side][node], hyper[side], node, 0.1)
        layer = local + hyper
    np.testing.assert_allclose(found, naive.of_both_sides(*map(list, losses)), rtol=1e-5)


def test_the_layers_of_the_graph_are_targets_that_do_not_move() -> None:
    """The gradient is that of the hypergraph's layers alone: of W first of all, and of E."""
    model, _ = naive.encoder(layers=1)
    task = HypergraphContrast(naive.drawn_graph(), num_hyperedges=24, keep=1.0)
    own = naive.float64(task.start(model, torch.Generator().manual_seed(0)))
    batch = task.draw(9, np.random.default_rng(0))
    user = batch.anchors.user
    (found,) = torch.autograd.grad(task.loss(Encoding.of(model, own), batch).sum(), model.table)
    table = model.table.detach().clone().requires_grad_()
    target = torch.from_numpy(naive.normalised(naive.joint()) @ table.detach().numpy())
    expected = torch.zeros((), dtype=torch.float64)
    total = sum(len(nodes) for nodes in batch.anchors)
    for side, name, nodes in (
        (slice(0, 5), "user", user),
        (slice(5, 10), "item", batch.anchors[1]),
    ):
        part = table[side]
        hyper = hypergraph_layer(part @ own[f"{name}_hyperedges"], part, 0.5)
        loss = info_nce(target[side][nodes], hyper, 0.1, nodes)
        expected = expected + loss.mean() * total
    (gradient,) = torch.autograd.grad(expected, table)
    torch.testing.assert_close(found, gradient, rtol=1e-5, atol=1e-8)
