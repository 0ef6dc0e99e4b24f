"""Dynamic weight average, by hand for a main task and another."""

import math

import pytest

from ausrec.errors import AusrecError
from ausrec.weighting import DWA
from tests.weighting.toy import started, toy_step, weights_of


def step(main: float, task: float):
    return toy_step({"main": [1.0], "a": [1.0]}, {"main": main, "a": task})


def test_weights_follow_the_pace_of_the_epochs_before() -> None:
    dwa = started(DWA(temperature=0.5), step(1, 1))
    # Epoch 1: means 2 and 4, from two steps. Epoch 2: 1 and 4. No pace is known until then.
    for losses in ((1.0, 3.0), (3.0, 5.0)):
        assert weights_of(dwa, step(*losses)) == {"a": 1.0}
    dwa.end_epoch()
    assert weights_of(dwa, step(1.0, 4.0)) == {"a": 1.0}
    dwa.end_epoch()
    # r = 1/2 and 1, so w_a / w_main = exp((1 − 1/2) / 0.5) = e, with one auxiliary task.
    assert weights_of(dwa, step(7.0, 7.0)) == {"a": pytest.approx(math.e)}
    assert weights_of(dwa, step(9.0, 1.0)) == {"a": pytest.approx(math.e)}
    dwa.end_epoch()
    # Epoch 3 had means 8 and 4: r = 8 and 1.
    assert weights_of(dwa, step(1.0, 1.0)) == {"a": pytest.approx(math.exp((1 - 8) / 0.5))}


def test_the_weights_of_all_tasks_add_up_to_their_number() -> None:
    dwa = started(DWA(), step(1, 1))
    for losses in ((2.0, 4.0), (1.0, 4.0)):
        dwa.weigh(step(*losses))
        dwa.end_epoch()
    joint = dwa.joint(step(1.0, 1.0))
    assert float(joint.sum()) == pytest.approx(2.0)
    assert float(joint[1] / joint[0]) == pytest.approx(math.exp(0.25))


def test_an_epoch_without_a_step_says_nothing() -> None:
    dwa = started(DWA(), step(1, 1))
    dwa.end_epoch()
    assert dwa.last == []


def test_a_temperature_of_zero_is_refused() -> None:
    with pytest.raises(AusrecError, match="temperature is 0"):
        DWA(temperature=0.0)
