import math

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.evaluation import geometry
from ausrec.evaluation.geometry import alignment, uniformity


def test_alignment_by_hand() -> None:
    first = torch.tensor([[3.0, 0.0], [0.0, 2.0], [1.0, 0.0]])
    second = torch.tensor([[1.0, 0.0], [5.0, 0.0], [-4.0, 0.0]])
    # Together, at a right angle, opposite: 0, 2 and 4.
    assert alignment(first, second) == pytest.approx(2.0)


def test_uniformity_by_hand() -> None:
    corners = torch.tensor([[2.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    expected = math.log((2 * math.exp(-2 * 2) + math.exp(-2 * 4)) / 3)
    assert uniformity(corners) == pytest.approx(expected)


def test_a_collapse_is_perfectly_aligned_and_not_uniform() -> None:
    collapsed = torch.rand(7, 1) * torch.tensor([[0.3, -0.4, 1.2]])
    assert alignment(collapsed[:3], collapsed[3:6]) == pytest.approx(0, abs=1e-12)
    assert uniformity(collapsed) == pytest.approx(0, abs=1e-12)
    spread = torch.randn(500, 16, generator=torch.Generator().manual_seed(0))
    assert uniformity(spread) < -3


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    points = torch.randn(23, 4, generator=torch.Generator().manual_seed(1))
    unit = points.double() / points.double().norm(dim=1, keepdim=True)
    pairs = [(unit[i] - unit[j]).square().sum() for i in range(23) for j in range(23) if i != j]
    expected = float((-2 * torch.stack(pairs)).exp().mean().log())
    assert uniformity(points) == pytest.approx(expected)
    monkeypatch.setattr(geometry, "ROWS", 5)
    assert uniformity(points) == pytest.approx(expected)


def test_nothing_to_compare_is_said() -> None:
    with pytest.raises(AusrecError, match="there are none"):
        alignment(torch.zeros(0, 3), torch.zeros(0, 3))
    with pytest.raises(AusrecError, match="there are 1"):
        uniformity(torch.ones(1, 3))
