"""Uncertainty: where the log variances rest, and their first step by hand."""

import math

import pytest
import torch

from ausrec.weighting import Uncertainty
from tests.weighting.toy import started, toy_step, weights_of

LOSSES = {"main": 0.5, "a": 2.0, "b": 0.1}
STEP = toy_step({name: [1.0] for name in LOSSES}, LOSSES)


def test_log_variances_rest_at_the_logarithms_of_the_losses() -> None:
    uncertainty = started(Uncertainty(0.05), STEP)
    for _ in range(600):
        weights = weights_of(uncertainty, STEP)
    wanted = torch.tensor([math.log(loss) for loss in LOSSES.values()], dtype=torch.float64)
    torch.testing.assert_close(uncertainty.log_variances, wanted, atol=1e-3, rtol=0)
    # λ_t = T exp(s_main − s_t) = 2 L_main / L_t.
    assert weights == {"a": pytest.approx(0.5, rel=2e-3), "b": pytest.approx(10.0, rel=2e-3)}


def test_all_tasks_count_alike_at_first_and_then_move_by_the_learning_rate() -> None:
    """Adam's first step is the learning rate against the sign of (1 − L exp(−s)) / 2."""
    uncertainty = started(Uncertainty(0.01), STEP)
    assert weights_of(uncertainty, STEP) == {"a": 2.0, "b": 2.0}
    expected = torch.tensor([-0.01, 0.01, -0.01], dtype=torch.float64)
    torch.testing.assert_close(uncertainty.log_variances, expected, atol=1e-8, rtol=0)


def test_the_gradient_is_that_of_the_objective() -> None:
    uncertainty = started(Uncertainty(), STEP)
    uncertainty.log_variances.copy_(torch.tensor([0.3, -0.2, 0.7]))
    s = uncertainty.log_variances.clone().requires_grad_()
    losses = torch.tensor(list(LOSSES.values()), dtype=torch.float64)
    (losses / (2 * s.exp()) + s / 2).sum().backward()
    uncertainty.weigh(STEP)
    torch.testing.assert_close(uncertainty.log_variances.grad, s.grad)
