"""The main losses of sequences against their definitions, number by number."""

import math

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from ausrec.errors import AusrecError
from ausrec.tasks.sequential.sequence_losses import (
    BinaryCrossEntropy,
    CrossEntropy,
    GeneralisedBinaryCrossEntropy,
    SequenceSampledSoftmax,
)

GENERATOR = torch.Generator().manual_seed(0)
FIRST = torch.zeros(4, dtype=torch.int64)
POS = torch.randn(4, generator=GENERATOR, dtype=torch.float64)
OTHERS = torch.randn(4, 3, generator=GENERATOR, dtype=torch.float64)
SCORES = torch.cat([POS[:, None], OTHERS], 1)


def test_cross_entropy_is_that_over_all_items() -> None:
    expected = SCORES.logsumexp(1) - POS
    torch.testing.assert_close(CrossEntropy()(SCORES.flip(1), FIRST + 3, 4), expected)
    torch.testing.assert_close(SequenceSampledSoftmax()(SCORES, FIRST, 100), expected)


def test_binary_cross_entropy_is_that_of_a_right_and_a_wrong_item() -> None:
    found = BinaryCrossEntropy()(SCORES[:, :2], FIRST, 9)
    ones = torch.ones_like(POS)
    expected = binary_cross_entropy_with_logits(POS, ones, reduction="none")
    expected += binary_cross_entropy_with_logits(OTHERS[:, 0], 0 * ones, reduction="none")
    torch.testing.assert_close(found, expected)
    without = GeneralisedBinaryCrossEntropy(negatives=1, calibration=0.0)(SCORES[:, :2], FIRST, 9)
    torch.testing.assert_close(without, expected)


def test_gbce_raises_the_probability_of_the_right_item_to_its_power() -> None:
    loss = GeneralisedBinaryCrossEntropy(negatives=3, calibration=0.75)
    share = 3 / 30
    power = share * (0.75 * (1 - 1 / share) + 1 / share)
    for place, found in enumerate(loss(SCORES, FIRST, 31).tolist()):
        right = 1 / (1 + math.exp(-POS[place]))
        wrong = [1 / (1 + math.exp(-score)) for score in OTHERS[place].tolist()]
        expected = -power * math.log(right) - sum(math.log(1 - each) for each in wrong)
        assert found == pytest.approx(expected)
    assert GeneralisedBinaryCrossEntropy(3, 1.0)(SCORES, FIRST, 31)[0] == pytest.approx(
        float(share * torch.nn.functional.softplus(-POS[0]))
        + float(torch.nn.functional.softplus(OTHERS[0]).sum())
    )


def test_each_says_how_many_negatives_it_wants() -> None:
    losses = CrossEntropy(), BinaryCrossEntropy(), SequenceSampledSoftmax(7)
    assert [loss.negatives for loss in losses] == [None, 0, 7]
    assert GeneralisedBinaryCrossEntropy(5).negatives == 5


def test_numbers_that_cannot_be_are_refused() -> None:
    with pytest.raises(AusrecError, match="negatives is 0"):
        SequenceSampledSoftmax(0)
    with pytest.raises(AusrecError, match=r"calibration is 2\.0"):
        GeneralisedBinaryCrossEntropy(calibration=2.0)
