"""Checks of chapter 10: the least p, Holm's correction, and a verdict."""

from collections.abc import Callable, Iterator
from typing import Any

from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("10-least-p", "warm-up")
def least_p(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check 2 / 2^n."""
    yield wants(
        "four seeds cannot go below 0.125",
        near(answer(4), 0.125),
        "All signs alike is one of 2^n patterns.",
        "Two-sided: all above and all below count.",
    )
    yield wants("six seeds can go below 0.05", near(answer(6), 2 / 64))


@exercise("10-holm")
def holm(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check Holm's corrected p values, in the order in which they were given."""
    yield wants("a single p stays", near(answer([0.03]), [0.03]))
    yield wants(
        "the smallest of three is multiplied by 3, the next by 2, the largest by 1",
        near(answer([0.01, 0.02, 0.04]), [0.03, 0.04, 0.04]),
        "Sort first, and remember where each p came from.",
        "Multiply the k-th smallest (from 0) by n − k.",
    )
    yield wants(
        "the order of the questions is kept",
        near(answer([0.04, 0.01]), [0.04, 0.02]),
        "Write each result to the place of its p.",
    )
    yield wants(
        "a corrected p is never below a smaller one's, and never above 1",
        near(answer([0.02, 0.021, 0.9]), [0.06, 0.06, 0.9]) and near(answer([0.7, 0.8]), [1, 1]),
        "Take the largest so far, then the smaller of it and 1.",
    )
