"""Forking: the greedy search for the branches' shares, on ForkMerge's branches."""

import pytest
import torch

from ausrec.weighting import ForkMerge
from tests.weighting.toy import started, toy_step

STEP = toy_step({"main": [1.0], "a": [1.0], "b": [1.0], "c": [1.0], "d": [1.0]})


def test_the_merge_is_greedy_and_its_shares_are_of_the_mean_so_far() -> None:
    """The metric is that of a parabola whose top lies at known shares."""
    fork = started(ForkMerge(most=None), STEP)
    values = torch.tensor([0.9, 0.1, 0.8, 0.0, 0.0, 0.0])
    wanted = torch.tensor([1.0, 0.0, 0.6, 0.0, 0.0, 0.0]) / 1.6
    seen = []

    def judge(mixture: list[float]) -> float:
        seen.append(mixture)
        assert sum(mixture) == pytest.approx(1)
        if max(mixture) == 1:
            return float(values[mixture.index(1)])
        return 1 - float((torch.tensor(mixture) - wanted).square().sum())

    alone = fork.merge(judge)
    assert alone == pytest.approx(values.tolist())
    assert fork.mixture == pytest.approx(wanted.tolist())
    assert len(seen) == 6 + 5 * 5
    # λ_t = Σ_b λ_b T/|S_b|: a is in "all", where it counts 1, and in its own branch, where it
    # counts T = 4.
    merged = {name: float(weight) for name, weight in fork.merged_weights().items()}
    rest = dict.fromkeys("bcd", pytest.approx(1 / 1.6))
    assert merged == {"a": pytest.approx((1 + 4 * 0.6) / 1.6), **rest}


def test_a_branch_that_does_not_help_is_left_out() -> None:
    fork = started(ForkMerge(), STEP)
    fork.merge(lambda mixture: mixture[1])
    assert fork.mixture == [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    assert {float(weight) for weight in fork.merged_weights().values()} == {0.0}
