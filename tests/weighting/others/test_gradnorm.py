"""GradNorm: gradients come to one size, and slow tasks pull harder."""

import pytest
import torch

from ausrec.weighting import GradNorm
from tests.weighting.toy import started, toy_step, weights_of

GRADIENTS = {"main": [1.0, 0.0], "a": [0.0, 4.0], "b": [0.5, 0.0]}
NORMS = torch.tensor([1.0, 4.0, 0.5], dtype=torch.float64)


def run(gradnorm: GradNorm, steps, times: int) -> torch.Tensor:
    """Return the tasks' pulls w ‖g‖, averaged over the last steps, as Adam swings about."""
    pulls = []
    for number in range(times):
        gradnorm.weigh(steps[min(number, len(steps) - 1)])
        pulls.append(gradnorm.weights * NORMS)
    return torch.stack(pulls[-200:]).mean(0)


def test_tasks_at_the_same_pace_come_to_pull_alike() -> None:
    step = toy_step(GRADIENTS)
    gradnorm = started(GradNorm(learning_rate=0.005), step)
    pulls = run(gradnorm, [step], 2000)
    # w ∝ 1/‖g‖ and Σ w = 3: 1, 1/4 and 2 in shares of 3.25.
    torch.testing.assert_close(pulls, torch.full_like(pulls, 3 / 3.25), rtol=0.02, atol=0)
    found = weights_of(gradnorm, step)
    assert found == {"a": pytest.approx(2 * 0.25, rel=0.05), "b": pytest.approx(2 * 2, rel=0.05)}


def test_a_task_that_learns_slowly_pulls_harder() -> None:
    """Relative losses 1/2, 1 and 1/2: r = 3/4, 3/2 and 3/4, to the power of α = 1."""
    first = toy_step(GRADIENTS)
    later = toy_step(GRADIENTS, {"main": 0.5, "a": 1.0, "b": 0.5})
    pulls = run(started(GradNorm(1.0, learning_rate=0.005), first), [first, later], 3000)
    assert float(pulls[1] / pulls[0]) == pytest.approx(2, rel=0.05)
    assert float(pulls[2] / pulls[0]) == pytest.approx(1, rel=0.05)


def test_the_first_step_by_hand() -> None:
    """Pulls 1, 4 and 1/2 about a mean of 11/6: only that of `a` must fall."""
    gradnorm = started(GradNorm(learning_rate=0.1), toy_step(GRADIENTS))
    assert weights_of(gradnorm, toy_step(GRADIENTS)) == {"a": 2.0, "b": 2.0}
    moved = torch.tensor([1.1, 0.9, 1.1], dtype=torch.float64)
    torch.testing.assert_close(gradnorm.weights, 3 * moved / moved.sum(), atol=1e-7, rtol=0)


def test_no_weight_falls_to_zero() -> None:
    step = toy_step({"main": [1.0], "a": [1e6]})
    gradnorm = started(GradNorm(learning_rate=0.5), step)
    for _ in range(20):
        assert weights_of(gradnorm, step)["a"] > 0
