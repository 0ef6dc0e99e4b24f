"""Objectives on two views, by hand, by loops, and against InfoNCE."""

import math

import pytest
import torch
from torch import Tensor

from ausrec.tasks.losses import VIEW_OBJECTIVES, align_views, info_nce, rank_views


def views(number: int = 5) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    shape = (2, number, 4)
    first, second = torch.randn(shape, generator=generator, dtype=torch.float64)
    return first, second


def test_ranking_by_loops() -> None:
    first, second = views()
    cosine = torch.cosine_similarity(first[:, None], second[None], dim=2)
    found = rank_views(first, second, 0.3)
    for i in range(5):
        gaps = [float(cosine[i, i] - cosine[i, j]) / 0.3 for j in range(5) if j != i]
        expected = sum(math.log(1 + math.exp(-gap)) for gap in gaps) / 4
        assert found[i].item() == pytest.approx(expected)


def test_with_one_negative_ranking_is_info_nce() -> None:
    first, second = views(2)
    torch.testing.assert_close(rank_views(first, second, 0.2), info_nce(first, second, 0.2))


def test_alignment_by_hand() -> None:
    first = torch.tensor([[2.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    second = torch.tensor([[5.0, 0.0], [1.0, 0.0], [-1.0, -1.0]])
    expected = torch.tensor([0.0, 2.0, 4.0])
    torch.testing.assert_close(align_views(first, second, 0.5), expected)


def test_alignment_alone_does_not_tell_nodes_apart() -> None:
    same = torch.ones(4, 3)
    assert align_views(same, same, 0.2).abs().max() < 1e-6
    for name in ("info_nce", "ranking"):
        assert VIEW_OBJECTIVES[name](same, same, 0.2).min() > 0.5, name


@pytest.mark.parametrize("name", VIEW_OBJECTIVES)
def test_lengths_do_not_count_and_one_node_has_nothing_to_be_told_from(name: str) -> None:
    first, second = views()
    loss = VIEW_OBJECTIVES[name]
    torch.testing.assert_close(loss(3 * first, second, 0.2), loss(first, second, 0.2))
    assert float(loss(first[:1], first[:1], 0.2)) == pytest.approx(0, abs=1e-9)
