"""How weighted losses are added up, by hand."""

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.weighting import SampleMean
from ausrec.weighting.reduction import TaskMean, mean_weights

SIZES = {"main": 4, "a": 2, "b": 5}


def total(reduction, weights, losses) -> float:
    coefficients = reduction.coefficients(weights, SIZES, torch.ones(4))
    return float(sum((coefficients[n] * losses[n]).sum() for n in SIZES))


def test_task_mean() -> None:
    losses = {"main": torch.arange(4.0), "a": torch.tensor([1.0, 3.0]), "b": torch.ones(5)}
    weights = {"a": torch.tensor([1.0, 0.5]), "b": torch.tensor(0.25)}
    expected = 6 / 4 + 5.0 / 2 * ((1 + 1.5) / 2 + 0.25)
    assert total(TaskMean(scale=5.0), weights, losses) == pytest.approx(expected)
    assert TaskMean(scale=5.0).factors(SIZES) == {"main": 1 / 4, "a": 5 / 4, "b": 1 / 2}
    assert TaskMean().factors({"main": 4, "a": 2}) == {"main": 1 / 4, "a": 1 / 2}
    assert TaskMean().factors({"main": 4}) == {"main": 1 / 4}
    assert TaskMean().l2(0.1, SIZES) == {"main": 0.1, "a": 0.1, "b": 0.1}


def test_a_scale_is_above_zero() -> None:
    with pytest.raises(AusrecError, match=r"scale is 0\.0, but must be above 0"):
        TaskMean(scale=0.0)


def test_sample_mean() -> None:
    losses = {"main": torch.arange(4.0), "a": torch.tensor([1.0, 3.0]), "b": torch.ones(5)}
    weights = {"a": torch.tensor([1.0, 0.5]), "b": torch.tensor(0.25)}
    expected = (6 + (1 + 1.5 + 5 * 0.25) / 7) / 11
    assert total(SampleMean(), weights, losses) == pytest.approx(expected)
    # All auxiliary penalties are divided by the size of the first task.
    assert SampleMean().l2(0.1, SIZES) == pytest.approx({"main": 0.025, "a": 0.05, "b": 0.05})


def test_rows_that_take_no_part_count_nothing() -> None:
    part = torch.tensor([1.0, 1.0, 0.0, 0.0])
    coefficients = TaskMean().coefficients({}, {"main": 2}, part)
    assert coefficients["main"].tolist() == [0.5, 0.5, 0, 0]


def test_mean_weights() -> None:
    weights = {"a": torch.tensor([0.0, 1.0]), "b": torch.tensor(0.25)}
    assert mean_weights(weights) == {"a": 0.5, "b": 0.25}
