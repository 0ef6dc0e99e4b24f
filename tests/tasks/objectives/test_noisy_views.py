"""Noisy layers against loops, with the noise as drawn."""

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.models import MF, LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.objectives import Noise, NoisyLayers
from ausrec.tasks.objectives.views import perturb
from tests.graphs import random_graph

GRAPH = random_graph()


def test_noise_by_hand() -> None:
    found = perturb(torch.tensor([[1.0, -2.0]]), torch.tensor([[0.3, 0.4]]), 0.5)
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
