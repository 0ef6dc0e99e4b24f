"""Best of several weightings: its branches, and what each of them brings along."""

import pytest

from ausrec.errors import AusrecError
from ausrec.weighting import BestOf
from tests.weighting.toy import started, toy_step, weights_of

STEP = toy_step({"main": [1.0], "a": [1.0], "b": [1.0]})


def test_there_is_a_branch_for_each_weighting_and_none_is_the_last() -> None:
    best = started(BestOf("none+equal(weight=0.5)+uncertainty"), STEP)
    assert [branch.name for branch in best.branches] == ["equal(weight=0.5)", "uncertainty", "none"]
    assert [branch.tasks for branch in best.branches] == [("a", "b"), ("a", "b"), ()]


def test_a_branch_has_the_weights_the_reduction_and_the_meta_rows_of_its_weighting() -> None:
    best = started(BestOf("equal(weight=0.5)+ausrec(scale=7, meta_share=0.4)+none"), STEP)
    fixed, learned, none = best.branches
    assert weights_of(best, STEP) == {"a": 0.5, "b": 0.5}
    assert best.meta is None and best.reduction.scale == 1
    best.turn(learned)
    assert best.meta is not None and best.meta.meta_share == 0.4
    assert best.reduction.scale == 7
    best.turn(none)
    assert best.meta is None
    best.turn(fixed)
    assert best.reduction.scale == 1


def test_the_model_is_that_of_the_branch_which_validates_best() -> None:
    best = started(BestOf("equal(weight=0.5)+equal+none"), STEP)
    for branch in best.branches[:2]:
        best.turn(branch)
        best.weigh(STEP)
    best.end_epoch()
    assert not best.is_due
    for place, weight in enumerate((0.5, 1.0, 0.0)):
        best.choose(lambda mixture, place=place: mixture[place])
        assert best.mixture.index(1.0) == place
        assert {float(each) for each in best.merged_weights().values()} == {weight}


@pytest.mark.parametrize(
    ("among", "says"),
    [
        ("equal", "among is equal, but must be two"),
        ("equal+none+equal", "among is .*, but must be two"),
        ("equal+equl", "among 'equl' is unknown; did you mean 'equal'"),
        ("equal+forkmerge", "among holds forkmerge, which does not train in one go"),
        ("equal+pretraining(pretrain_epochs=3)", "among holds pretraining.*in one go"),
    ],
)
def test_what_cannot_be_is_refused(among: str, says: str) -> None:
    with pytest.raises(AusrecError, match=f"^{says}"):
        BestOf(among)
