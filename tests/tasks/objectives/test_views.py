"""Views: dropped edges and nodes, and noise."""

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.graph.propagation import joint_adjacency
from ausrec.models import MF, LightGCN
from ausrec.models.encoder import perturb
from ausrec.tasks import Encoding
from ausrec.tasks.objectives.views import (
    EdgeDropout,
    NodeDropout,
    Noise,
    NoisyLayers,
    RandomWalk,
)
from tests.graphs import random_graph

GRAPH = random_graph(12, 9, 1, rates=0.3)
MODEL = LightGCN(GRAPH, dim=3, layers=2)
ADJACENCY = torch.from_numpy(joint_adjacency(GRAPH).toarray()).float()


def step(kept_pairs: torch.Tensor, ends: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Propagate once over a dense graph without the dropped pairs."""
    left = ADJACENCY.clone()
    for (low, high), keep in zip(ends.T.tolist(), kept_pairs.tolist(), strict=True):
        if not keep:
            left[low, high] = left[high, low] = 0
    sums = left.sum(1)
    scale = torch.where(sums > 0, sums, torch.inf) ** -0.5
    return (scale[:, None] * left * scale) @ x


def mean_of_layers(graphs: list[torch.Tensor], ends: torch.Tensor) -> torch.Tensor:
    layers = [MODEL.table.detach()]
    for kept in graphs:
        layers.append(step(kept, ends, layers[-1]))
    return torch.stack(layers).mean(0)


@pytest.mark.parametrize("kind", [EdgeDropout, NodeDropout, RandomWalk])
def test_both_encodings_are_those_of_the_drawn_graphs(kind) -> None:
    views = kind(0.4)
    views.start(MODEL)
    drawn = views.draw(np.random.default_rng(0))
    ends = views.thinning.ends
    for found, kept in zip(views.pair(Encoding.of(MODEL), drawn), drawn, strict=True):
        if kind is NodeDropout:
            graphs = [torch.tensor([bool(kept[a] and kept[b]) for a, b in ends.T.tolist()])] * 2
        else:
            graphs = list(kept) if kind is RandomWalk else [kept] * 2
        torch.testing.assert_close(found, mean_of_layers(graphs, ends))


@pytest.mark.parametrize("kind", [EdgeDropout, NodeDropout, RandomWalk])
def test_the_asked_share_is_dropped_independently(kind) -> None:
    views = kind(0.3)
    views.start(MODEL)
    rng = np.random.default_rng(0)
    drawn = torch.stack([views.draw(rng) for _ in range(200)]).float()
    assert drawn.mean().item() == pytest.approx(0.7, abs=0.01)
    both = (drawn[:, 0] * drawn[:, 1]).mean().item()
    assert both == pytest.approx(0.49, abs=0.02)


def test_impossible_shares_are_refused() -> None:
    with pytest.raises(AusrecError, match="rate is 1"):
        EdgeDropout(1.0)


GRAPH = random_graph()


def test_noise_by_hand() -> None:
    noise = Noise(0.5).scaled(torch.tensor([[[0.3, 0.4]]]), torch.float32)
    found = perturb(torch.tensor([[1.0, -2.0]]), noise[0])
    torch.testing.assert_close(found, torch.tensor([[1 + 0.5 * 0.6, -2 - 0.5 * 0.8]]))


def passes(model: LightGCN, uniform: torch.Tensor, size: float) -> list[torch.Tensor]:
    """Propagate and disturb, layer by layer, node by node."""
    layers, layer = [], model.table.detach()
    for noise in uniform:
        layer = model.adjacency.product(layer).clone()
        for node in range(len(layer)):
            unit = noise[node] / noise[node].norm()
            layer[node] += size * layer[node].sign() * unit
        layers.append(layer)
    return layers


def test_two_passes_without_layer_zero() -> None:
    model, views = LightGCN(GRAPH, dim=3, layers=2), Noise(0.1)
    views.start(model)
    drawn = views.draw(np.random.default_rng(0))
    for found, uniform in zip(views.pair(Encoding.of(model), drawn), drawn, strict=True):
        torch.testing.assert_close(found, torch.stack(passes(model, uniform, 0.1)).mean(0))


def test_one_pass_and_one_of_its_layers() -> None:
    model, views = LightGCN(GRAPH, dim=3, layers=3), NoisyLayers(0.2, layer=2)
    views.start(model)
    drawn = views.draw(np.random.default_rng(0))
    mean, layer = views.pair(Encoding.of(model), drawn)
    expected = passes(model, drawn[0], 0.2)
    torch.testing.assert_close(mean, torch.stack(expected).mean(0))
    torch.testing.assert_close(layer, expected[1])


@pytest.mark.parametrize(
    "settings", [{}, {"layer_zero": False}, {"zero_weight": 0.3}, {"unit_layers": True}]
)
def test_a_shared_pass_is_that_of_the_step(settings: dict) -> None:
    model = LightGCN(GRAPH, dim=3, layers=3, keep_edges=0.7, **settings)
    alone, shared = (NoisyLayers(0.2, layer=2, shared=each) for each in (False, True))
    for views in (alone, shared):
        views.start(model)
    drawn = shared.draw(np.random.default_rng(0))
    view = model.view(torch.Generator().manual_seed(0))
    noisy = shared.step_view(model, view, drawn)
    assert alone.step_view(model, view, drawn) is view
    torch.testing.assert_close(noisy.values, view.values)
    expected = alone.pair(Encoding(model(view), model, view), drawn)
    found = shared.pair(Encoding(model(noisy), model, noisy), drawn)
    for ours, other in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, other)
    # What the step's tasks read is noisy, too; without a step the pass is the task's own.
    assert not torch.allclose(model(noisy).final, model(view).final)
    for ours, other in zip(shared.pair(Encoding.of(model), drawn), expected, strict=True):
        assert ours.shape == other.shape


def test_without_a_graph_the_tables_are_disturbed() -> None:
    model, views = MF(GRAPH, dim=3), Noise(0.1)
    views.start(model)
    drawn = views.draw(np.random.default_rng(0))
    first, second = views.pair(Encoding.of(model), drawn)
    distance = (first - model.table).norm(dim=1)
    torch.testing.assert_close(distance, torch.full_like(distance, 0.1))
    assert not torch.equal(first, second)


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(AusrecError, match=r"noise is 0\.0"):
        Noise(0.0)
    with pytest.raises(AusrecError, match="layer is 0"):
        NoisyLayers(layer=0)
    with pytest.raises(AusrecError, match="layer is 3, but the encoder has 2 layers"):
        NoisyLayers(layer=3).start(LightGCN(GRAPH, layers=2))
    with pytest.raises(AusrecError, match="2 layers or more are needed"):
        NoisyLayers().start(LightGCN(GRAPH, layers=1))
    with pytest.raises(AusrecError, match="1 layers or more are needed"):
        Noise().start(LightGCN(GRAPH, layers=0))
