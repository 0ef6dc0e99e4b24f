"""Checks of chapter 17: losses, weights and gains of tasks over sequences."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("17-attribute-loss", "warm-up")
def attribute_loss(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check Σ softplus(s) − y s."""
    zero = torch.zeros(3)
    yield wants("three scores of 0 cost three coins", near(answer(zero, zero), 3 * np.log(2), 1e-5))
    sure = torch.tensor([40.0, -40.0])
    yield wants(
        "to be sure and right costs nothing",
        abs(float(answer(sure, torch.tensor([1.0, 0.0])))) < 1e-6,
        "softplus(s) is the loss of the answer no. Of the answer yes it is softplus(-s).",
        "softplus(-s) = softplus(s) - s.",
    )
    scores, has = torch.tensor([0.3, -1.2, 2.0]), torch.tensor([1.0, 0.0, 0.0])
    expected = binary_cross_entropy_with_logits(scores, has, reduction="sum")
    yield wants(
        "it is the cross-entropy of each question", near(answer(scores, has), expected, 1e-5)
    )


@exercise("17-as-mean")
def as_mean(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check w · terms / positions."""
    yield wants("over all positions a weight stays as it is", near(answer(0.5, 40, 40), 0.5))
    yield wants(
        "a weight of 1 for a fifth of the items is 0.2",
        near(answer(1.0, 10, 50), 0.2),
        "A sum is the number of its terms times their mean.",
        "Divide both losses by the number of positions.",
    )
    yield wants("one term a sequence counts little in a long one", near(answer(0.5, 1, 25), 0.02))


@exercise("17-segment")
def hide_segment(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check both copies."""
    without, segment = answer(["a", "b", "c", "d", "e"], 1, 2)
    yield wants(
        "the segment is masked in the first",
        list(without) == ["a", "mask", "mask", "d", "e"],
        "Places first, first + 1, …, first + length - 1 are the segment.",
    )
    yield wants(
        "all but the segment is masked in the second",
        list(segment) == ["mask", "b", "c", "mask", "mask"],
        "It keeps the items of the segment in their places.",
    )
    yield wants("a segment may be all", answer(["a", "b"], 0, 2)[0] == ["mask", "mask"])


@exercise("17-tail-gain")
def tail_gain(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the mean gain of the rare."""
    before, after = np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 1.0, 0.0, 0.0])
    plays = np.array([2, 3, 9, 20])
    yield wants(
        "with all of them it is the gain of all", near(answer(before, after, plays, 20), 0.0)
    )
    yield wants(
        "only those with few plays count",
        near(answer(before, after, plays, 3), 0.5),
        "popularity <= most says who counts.",
        "Take the mean of after - before over these.",
    )
    yield wants("the bound counts, too", near(answer(before, after, plays, 2), 1.0))


@exercise("17-letters", "stretch")
def letters(answer: tuple[dict[str, dict[str, float]], str]) -> Iterator[Property]:
    """Check that three weights were compared, and that the validation part chose."""
    table, choice = answer
    yield wants(
        "there is a row for each of three weights",
        len(table) == 3,
        "Train with 0.3, 1 and 3, each with the seeds 0, 1 and 2, and take means.",
    )
    yield wants(
        "each row has both parts",
        all({"validation", "test"} <= {*row} for row in table.values()),
        "A row is {'validation': ..., 'test': ...}.",
    )
    best = max(table, key=lambda name: table[name]["validation"])
    yield wants(
        "the choice is the best on the validation part",
        choice == best,
        "The test part is read once, after the choice.",
    )
