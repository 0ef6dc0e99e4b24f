"""ForkMerge: its branches, which go on, and the greedy search for their shares."""

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.weighting import ForkMerge, Shuffled
from tests.weighting.toy import started, toy_step, weights_of

STEP = toy_step({"main": [1.0], "a": [1.0], "b": [1.0], "c": [1.0], "d": [1.0]})


def test_branches_are_all_tasks_none_and_each() -> None:
    branches = started(ForkMerge(), STEP).branches
    assert [branch.name for branch in branches] == ["all", "main", "a", "b", "c", "d"]
    assert [branch.tasks for branch in branches[:3]] == [("a", "b", "c", "d"), (), ("a",)]
    alone = started(ForkMerge(), toy_step({"main": [1.0], "a": [1.0]}))
    assert [branch.name for branch in alone.branches] == ["all", "main"]


def test_every_branch_gives_its_tasks_the_same_weight_together() -> None:
    fork = started(ForkMerge(weight=0.5), STEP)
    assert weights_of(fork, STEP) == dict.fromkeys("abcd", 0.5)
    fork.turn(fork.branches[1])
    assert weights_of(fork, STEP) == dict.fromkeys("abcd", 0.0)
    fork.turn(fork.branches[2])
    # A step of the branch's own task alone, as it trains.
    assert weights_of(fork, toy_step({"main": [1.0], "a": [1.0]})) == {"a": 0.5}


def test_the_best_tasks_go_on_after_the_first_round() -> None:
    fork = started(ForkMerge(every=2, most=2), STEP)
    alone = [0.9, 0.8, 0.1, 0.4, 0.2, 0.3]
    fork.end_epoch()
    assert not fork.is_due
    fork.end_epoch()
    assert fork.is_due
    fork.alone = alone
    fork.renew()
    assert fork.remaining == ["b", "d"]
    assert [branch.name for branch in fork.branches] == ["all", "main", "b", "d"]
    assert weights_of(fork, STEP)["b"] == 1.0  # the branch of the turn is as it was
    fork.turn(fork.branches[0])
    assert weights_of(fork, STEP) == {"a": 0.0, "b": 2.0, "c": 0.0, "d": 2.0}
    fork.num_epochs = 4
    fork.alone = [0.9, 0.8, 0.1, 0.4]
    fork.renew()
    assert fork.remaining == ["b", "d"]


@pytest.mark.parametrize(
    ("settings", "says"),
    [({"every": 0}, "every is 0"), ({"weight": 0.0}, "weight is 0.0"), ({"most": 0}, "most is 0")],
)
def test_numbers_that_cannot_be_are_refused(settings: dict, says: str) -> None:
    with pytest.raises(AusrecError, match=f"^{says}"):
        ForkMerge(**settings)


def test_controls_around_it_are_refused() -> None:
    with pytest.raises(AusrecError, match="trains branches"):
        Shuffled(ForkMerge())


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

    fork.choose(judge)
    assert fork.alone == pytest.approx(values.tolist())
    assert fork.mixture == pytest.approx(wanted.tolist())
    assert len(seen) == 6 + 5 * 5
    # λ_t = Σ_b λ_b T/|S_b|: a is in "all", where it counts 1, and in its own branch, where it
    # counts T = 4.
    merged = {name: float(weight) for name, weight in fork.merged_weights().items()}
    rest = dict.fromkeys("bcd", pytest.approx(1 / 1.6))
    assert merged == {"a": pytest.approx((1 + 4 * 0.6) / 1.6), **rest}


def test_a_branch_that_does_not_help_is_left_out() -> None:
    fork = started(ForkMerge(), STEP)
    fork.choose(lambda mixture: mixture[1])
    assert fork.mixture == [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    assert {float(weight) for weight in fork.merged_weights().values()} == {0.0}
