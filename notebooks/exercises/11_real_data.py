"""Checks of chapter 11: density, and the share that a split has in common."""

from collections.abc import Callable, Iterator
from typing import Any

from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("11-density", "warm-up")
def density(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check edges / (users · items)."""
    yield wants(
        "10,030 plays of 500 members and 600 artists have a density of 0.033",
        near(answer(10_030, 500, 600), 10_030 / 300_000),
        "How many plays could there be?",
        "Divide by users times items.",
    )


@exercise("11-leak")
def leak(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the share of test pairs that are in the training part."""
    train, test = [(0, 1), (0, 2), (1, 1)], [(0, 2), (1, 2), (0, 2)]
    yield wants("parts without a common pair leak nothing", near(answer(train, [(5, 5)]), 0.0))
    yield wants(
        "pairs of the test part are counted once",
        near(answer(train, test), 0.5),
        "Put both parts into sets.",
        "Divide by the number of different test pairs.",
    )
