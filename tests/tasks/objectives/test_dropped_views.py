"""Data-based views against dense propagation over what is left."""

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.graph.propagation import joint_adjacency
from ausrec.models import LightGCN
from ausrec.tasks import Encoding
from ausrec.tasks.objectives import EdgeDropout, NodeDropout, RandomWalk
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
