"""The cosine gate: exact cosines."""

import pytest

from ausrec.weighting import CosineGate
from tests.weighting.toy import started, toy_step, weights_of


def test_weights_are_cosines_and_those_below_zero_are_zero() -> None:
    step = toy_step(
        {
            "main": [2.0, 0.0],
            "along": [7.0, 0.0],
            "half": [3.0, 3.0],
            "across": [0.0, 5.0],
            "against": [-1.0, 1.0],
            "none": [0.0, 0.0],
        }
    )
    assert weights_of(started(CosineGate(), step), step) == {
        "along": pytest.approx(1.0),
        "half": pytest.approx(0.5**0.5),
        "across": 0.0,
        "against": 0.0,
        "none": 0.0,
    }


def test_the_scale_is_that_of_all_tasks() -> None:
    assert CosineGate(3.0).reduction.factors({"main": 1, "a": 1}) == {"main": 1, "a": 3}
