"""AutoCF's parts against loops: affinity, mask, attention, and the loss put together."""

import math

import numpy as np
import torch
from torch.nn.functional import cosine_similarity

from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.reconstructive import MaskedSubgraphs
from tests.graphs import both, make_graph, random_graph

# A chain u0–i0–u1–i1–u2–i2 (nodes 0, 3, 1, 4, 2, 5).
CHAIN = make_graph(3, 3, [(0, 0), (1, 0), (1, 1), (2, 1), (2, 2)], [])


def started(graph, **options) -> tuple[MaskedSubgraphs, LightGCN, dict[str, torch.Tensor]]:
    task, model = MaskedSubgraphs(graph, **options), LightGCN(graph, dim=4, layers=2)
    return task, model, task.start(model, torch.Generator().manual_seed(0))


def test_affinity_by_the_formula_for_a_dense_matrix() -> None:
    graph = make_graph(4, 3, [(0, 0), (1, 0), (1, 1), (2, 2), (3, 1)], both([(0, 1), (2, 3)]))
    task, model, _ = started(graph)
    size, base = 7, model.table.detach()
    dense = torch.zeros(size, size)
    dense[task.thinning.rows, task.thinning.columns] = 1
    degree = dense.sum(1, keepdim=True)
    first = dense @ base - base
    second = dense @ first - first - degree * base
    mean = (first + second) / (degree + (dense @ degree - degree - degree) + 1e-8)
    expected = cosine_similarity(mean, base, dim=1)
    torch.testing.assert_close(task.affinity(Encoding.of(model)).detach(), expected)


def test_edges_around_a_centre_are_masked_hop_by_hop() -> None:
    for depth, left, nodes in (
        (1, [[1, 3], [1, 4], [2, 4], [2, 5]], [0]),
        (2, [[1, 4], [2, 4], [2, 5]], [0, 3]),
        (3, [[2, 4], [2, 5]], [0, 1, 3]),
    ):
        task, _, _ = started(CHAIN, depth=depth)
        masked, kept = task.mask(torch.tensor([0]))
        assert sorted(task.thinning.ends[:, kept].T.tolist()) == left
        assert masked.nonzero().squeeze(1).tolist() == nodes


def test_the_decoder_sees_what_is_left_itself_and_drawn_pairs() -> None:
    task, _, _ = started(CHAIN, depth=1, extra=0.3)
    batch = task.draw(4, np.random.default_rng(0))
    masked, kept = task.mask(torch.tensor([0]))
    edges = set(map(tuple, task.decoder_edges(masked, kept, None, batch).T.tolist()))
    loops = {(n, n) for n in range(6)}
    left = {
        (a, b)
        for low, high in [(1, 3), (1, 4), (2, 4), (2, 5)]
        for a, b in ((low, high), (high, low))
    }
    assert loops | left <= edges
    allowed = {0, *batch.extra.tolist()}
    assert all({a, b} <= allowed for a, b in edges - loops - left)


def test_attention_by_loops() -> None:
    task, _, own = started(CHAIN, heads=2)
    x = torch.randn(6, 4, generator=torch.Generator().manual_seed(1))
    rows, columns = torch.tensor([0, 0, 1, 5, 5, 5]), torch.tensor([1, 2, 1, 0, 3, 5])
    found = task.attend(x, rows, columns, own)
    for node in range(6):
        for head in (slice(0, 2), slice(2, 4)):
            near = columns[rows == node]
            query = (x[node] @ own["query"])[head]
            weights = [math.exp(query @ (x[v] @ own["key"])[head]) for v in near]
            values = [(x[v] @ own["value"])[head] for v in near]
            mixed = [w / sum(weights) * v for w, v in zip(weights, values, strict=True)]
            expected = torch.stack(mixed).sum(0) if mixed else torch.zeros(2)
            torch.testing.assert_close(found[node, head], expected)


def test_the_loss_put_together() -> None:
    graph = random_graph()
    task, model, own = started(graph, depth=1)
    batch, encoding = task.draw(5, np.random.default_rng(0)), Encoding.of(model, own)
    scores = task.affinity(encoding).sigmoid().log() + batch.gumbel
    masked, kept = task.mask(scores.argmax()[None])
    layers = model.layers(model.table, task.thinning.view(kept))
    edges = task.decoder_edges(masked, kept, None, batch)
    table = sum(layers) + task.attend(layers[-1], edges[0], edges[1], own)
    user, item = table[:30], table[30:]
    for place, loss in enumerate(task.loss(encoding, batch)):
        u, i = user[batch.user[place]], item[batch.item[place]]
        spread = (item @ u).exp().sum().log() + (user @ u).exp().sum().log()
        expected = spread + (item @ i).exp().sum().log() - u @ i - scores.mean()
        torch.testing.assert_close(loss, expected)
