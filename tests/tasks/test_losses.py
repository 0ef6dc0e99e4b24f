"""The losses by hand, and against naive formulas."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, normalize

from ausrec.errors import AusrecError
from ausrec.graph.pairs import StoredPairs
from ausrec.models.encoder import unit_rows
from ausrec.tasks.losses import (
    VIEW_OBJECTIVES,
    align_views,
    both_sides,
    bpr_loss,
    cosines,
    info_nce,
    rank_views,
    softmax_loss,
)
from ausrec.tasks.objectives.contrast import draw_anchors
from tests.graphs import make_graph


def table(rows: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(rows, 4, generator=generator, dtype=torch.float64)


def cosine(left: torch.Tensor, right: torch.Tensor) -> float:
    return float(left @ right / (left.norm() * right.norm()))


def test_it_is_what_a_loop_finds() -> None:
    user, pos, neg = table(3, 0), table(3, 1), table(5, 2)
    found = softmax_loss(user, pos, neg, 0.2)
    for row in range(3):
        of_pos = math.exp(cosine(user[row], pos[row]) / 0.2)
        of_neg = sum(math.exp(cosine(user[row], other) / 0.2) for other in neg)
        assert float(found[row]) == pytest.approx(-math.log(of_pos / (of_pos + of_neg)), rel=1e-12)


def test_one_negative_as_near_as_the_positive_costs_the_logarithm_of_two() -> None:
    user = torch.tensor([[1.0, 0.0]])
    pos, neg = torch.tensor([[1.0, 1.0]]), torch.tensor([[3.0, -3.0]])
    torch.testing.assert_close(softmax_loss(user, pos, neg, 0.1), torch.tensor([math.log(2)]))


def test_lengths_do_not_count_as_they_do_for_bpr() -> None:
    user, pos = table(4, 3), table(4, 4)
    neg = pos + 0.1 * table(4, 5) - 0.5 * user
    longer = 3 * user, 3 * pos, 3 * neg
    assert bool((bpr_loss(*longer) < bpr_loss(user, pos, neg)).all())
    torch.testing.assert_close(softmax_loss(*longer, 0.15), softmax_loss(user, pos, neg, 0.15))


ROWS = torch.tensor([[3.0, 4.0], [0.0, 0.0], [-1e-3, 0.0]], dtype=torch.float64)


def test_each_row_gets_length_one_and_nothing_stays_nothing() -> None:
    expected = [[0.6, 0.8], [0.0, 0.0], [-1.0, 0.0]]
    torch.testing.assert_close(unit_rows(ROWS), torch.tensor(expected, dtype=torch.float64))
    drawn = torch.randn(50, 7, generator=torch.Generator().manual_seed(0))
    assert torch.equal(unit_rows(drawn), normalize(drawn, dim=1))
    other = drawn.flip(0)
    torch.testing.assert_close(cosines(drawn, other), cosine_similarity(drawn, other))
    assert cosines(ROWS, ROWS).tolist() == pytest.approx([1, 0, 1])


def test_it_can_be_differentiated_twice_at_a_row_of_zeros() -> None:
    rows = ROWS.clone().requires_grad_()
    towards = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]], dtype=torch.float64)
    (gradient,) = torch.autograd.grad(
        (unit_rows(rows) * towards).sum().square(), rows, create_graph=True
    )
    (second,) = torch.autograd.grad(gradient.square().sum(), rows)
    assert torch.isfinite(gradient).all() and torch.isfinite(second).all()
    assert float(gradient.detach()[1].abs().max()) < 1e3
    # Away from it, both derivatives are those of x / |x|.
    apart = ROWS[[0, 2]].clone().requires_grad_()
    assert torch.autograd.gradgradcheck(unit_rows, (apart * 100,))


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
    pairs = StoredPairs.of_interactions(make_graph(4, 5, [(0, 1), (2, 1), (2, 3)], []))
    anchors = draw_anchors(pairs, 60, np.random.default_rng(0))
    assert anchors.user.tolist() == [0, 2] and anchors.item.tolist() == [1, 3]
    with pytest.raises(AusrecError, match="no interactions"):
        StoredPairs.of_interactions(make_graph(2, 2, [], []))


def test_anchors_are_the_ends_of_as_many_interactions_each_as_likely_as_another() -> None:
    """A user with nine interactions is an anchor nine times as often as one with a single one."""
    rates = [(0, item) for item in range(9)] + [(1, 9)]
    pairs, rng = StoredPairs.of_interactions(make_graph(2, 10, rates, [])), np.random.default_rng(0)
    drawn = [draw_anchors(pairs, 1, rng) for _ in range(500)]
    assert all(len(anchors.user) == len(anchors.item) == 1 for anchors in drawn)
    assert 30 < sum(int(anchors.user) for anchors in drawn) < 75
