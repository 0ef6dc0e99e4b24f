"""Unit rows: the usual values, and derivatives that are finite at a row of zeros."""

import pytest
import torch
from torch.nn.functional import cosine_similarity, normalize

from ausrec.tasks.losses import cosines, unit_rows

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
