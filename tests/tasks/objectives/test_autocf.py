"""AutoCF's parts against loops: affinity, mask, attention, and the loss put together."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import cosine_similarity

from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.objectives.autocf import MaskedSubgraphs
from tests.graphs import both, make_graph
from tests.tasks import naive

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


def test_affinity_does_not_see_what_is_hidden_from_the_step() -> None:
    pairs = [(0, 0), (1, 0), (1, 1), (2, 2), (3, 1)]
    task, model, _ = started(make_graph(4, 3, pairs, both([(0, 1)])))
    full = model.adjacency.full()
    view = model.adjacency.without(full, torch.tensor([1]), torch.tensor([5]))
    smaller, other, _ = started(make_graph(4, 3, [p for p in pairs if p != (1, 1)], both([(0, 1)])))
    other.table.data = model.table.detach()
    hidden = Encoding(model(view), model, view)
    expected = smaller.affinity(Encoding.of(other))
    torch.testing.assert_close(task.affinity(hidden), expected)
    assert not torch.allclose(task.affinity(Encoding.of(model)), expected)


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


def test_attention_is_bounded_and_undivided_where_heads_do_not_divide_the_dimension() -> None:
    task, _, own = started(CHAIN, heads=3)
    own = own | {"query": 100 * torch.eye(4), "key": torch.eye(4)}
    x = torch.eye(6, 4)
    rows, columns = torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 1, 5])
    value = x @ own["value"]
    found = task.attend(x, rows, columns, own)
    # ⟨q, k⟩ is 100 for a node itself, which is cut to 10, and 0 for others.
    share = math.exp(10) / (math.exp(10) + 1)
    torch.testing.assert_close(
        found[0], share * value[0] + (1 - share) * value[1], rtol=1e-6, atol=0
    )
    torch.testing.assert_close(
        found[1], share * value[1] + (1 - share) * value[5], rtol=1e-6, atol=0
    )
    opposite = task.attend(x, rows, columns, own | {"key": -torch.eye(4)})
    torch.testing.assert_close(opposite[0], (1 - share) * value[0] + share * value[1])
    assert not found[2:].any()


def told(base: np.ndarray) -> np.ndarray:
    """Return ln σ of how well the nodes within two hops tell of each node, as published."""
    near = naive.joint()
    number = near.sum(1)
    # Walks of two steps that do not come back, less the neighbours.
    walks = near @ near @ base - number[:, None] * base - near @ base
    means = walks / (near @ number - number + 1e-8)[:, None]
    return np.array(
        [np.log(naive.sigmoid(naive.cosine(m, e))) for m, e in zip(means, base, strict=True)]
    )


def cut(centre: int, depth: int) -> tuple[set[int], set[tuple[int, int]]]:
    """Return the nodes less than `depth` hops from a centre, and the links that touch them."""
    links = {(int(a), int(b)) for a, b in zip(*np.nonzero(naive.joint()), strict=True)}
    around = {centre}
    for _ in range(depth - 1):
        around |= {b for a, b in links if a in around} | {a for a, b in links if b in around}
    gone = {(a, b) for a, b in links if a in around or b in around}
    return around, gone | {(b, a) for a, b in gone}


@pytest.mark.parametrize("depth", [1, 2])
def test_the_whole_loss_by_loops(depth: int) -> None:
    model, base = naive.encoder()
    task = MaskedSubgraphs(naive.drawn_graph(), depth=depth, heads=2)
    own = naive.float64(task.start(model, torch.Generator().manual_seed(0)))
    batch = task.draw(6, np.random.default_rng(0))
    # Node 9 is the one item that nobody but user 4 has: around it, some of the graph is left.
    batch = batch._replace(gumbel=batch.gumbel + 20 * (torch.arange(10) == 9))
    found = task.loss(Encoding.of(model, own), batch).detach().numpy()

    scores = told(base) + batch.gumbel.numpy()
    assert scores.argmax() == 9
    around, gone = cut(9, depth)
    left = naive.joint(gone)
    assert 0 < left.sum() < naive.joint().sum()
    layers = naive.propagated([left, left], base)
    # The decoder: what is left, every node itself, and random pairs of masked and extra nodes.
    edges = {(int(a), int(b)) for a, b in zip(*np.nonzero(left), strict=True)}
    edges |= {(node, node) for node in range(10)}
    some = sorted(around | set(batch.extra.tolist()))
    number = len({tuple(sorted(pair)) for pair in gone})
    for first, second in batch.ends[:, :number].T.tolist():
        a, b = some[int(first * len(some))], some[int(second * len(some))]
        edges |= {(a, b), (b, a)}
    query, key, value = (layers[-1] @ own[name].numpy() for name in ("query", "key", "value"))
    table = sum(layers)
    for node in range(10):
        near = [b for a, b in edges if a == node]
        for head in (slice(0, 2), slice(2, 4)):
            logits = [query[node, head] @ key[other, head] for other in near]
            powers = [math.exp(min(10, max(-10, logit))) for logit in logits]
            for power, other in zip(powers, near, strict=True):
                table[node, head] += power / sum(powers) * value[other, head]
    users, items = table[:5], table[5:]
    expected = []
    for u, i in zip(batch.user.tolist(), batch.item.tolist(), strict=True):
        spread = np.log(np.exp(items @ users[u]).sum()) + np.log(np.exp(users @ users[u]).sum())
        spread += np.log(np.exp(items @ items[i]).sum())
        expected.append(spread - users[u] @ items[i] - scores.mean())
    np.testing.assert_allclose(found, expected, rtol=1e-5)
