"""The sampled softmax loss against a loop, and what sets it apart from BPR."""

import math

import pytest
import torch

from ausrec.tasks.losses import bpr_loss, softmax_loss


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
