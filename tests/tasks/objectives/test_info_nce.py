"""InfoNCE by hand and by loops."""

import math

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.tasks.losses import both_sides, info_nce
from ausrec.tasks.objectives.contrast import AnchorSampler
from tests.graphs import make_graph


def test_by_hand() -> None:
    anchors = torch.tensor([[2.0, 0.0], [0.0, 3.0]])
    others = torch.tensor([[5.0, 0.0], [1.0, 0.0]])
    # Cosines: first anchor 1 and 1, second 0 and 0.
    torch.testing.assert_close(info_nce(anchors, others, 0.5), torch.full((2,), math.log(2)))
    other = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    expected = math.log(1 + math.exp(-2))
    torch.testing.assert_close(info_nce(anchors, other, 0.5), torch.full((2,), expected))
    swapped = info_nce(anchors, other, 0.5, torch.tensor([1, 0]))
    torch.testing.assert_close(swapped, torch.full((2,), expected + 2))


def test_by_loops() -> None:
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(n, 4, generator=generator, dtype=torch.float64) for n in (3, 6))
    positive = torch.tensor([5, 0, 5])
    found = info_nce(a, b, 0.2, positive)
    for i in range(3):
        scores = [float(a[i] @ c / (a[i].norm() * c.norm())) / 0.2 for c in b]
        expected = -math.log(math.exp(scores[positive[i]]) / sum(map(math.exp, scores)))
        assert found[i].item() == pytest.approx(expected)


def test_the_mean_over_both_sides_is_the_sum_of_their_means() -> None:
    users, items = torch.tensor([1.0, 3.0]), torch.tensor([5.0, 6.0, 10.0])
    assert both_sides(users, items).mean().item() == pytest.approx(2 + 7)


def test_anchors_are_distinct_ends_of_interactions() -> None:
    sampler = AnchorSampler(make_graph(4, 5, [(0, 1), (2, 1), (2, 3)], []))
    anchors = sampler.draw(60, np.random.default_rng(0))
    assert anchors.user.tolist() == [0, 2] and anchors.item.tolist() == [1, 3]
    with pytest.raises(AusrecError, match="nothing to compare"):
        AnchorSampler(make_graph(2, 2, [], []))
