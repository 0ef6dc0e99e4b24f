"""Checks of chapter 10: chances, intervals, Holm's correction, and early decisions."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.stats import t

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


@exercise("10-fooled", "warm-up")
def fooled(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check 1 − (1 − level)ⁿ."""
    yield wants("one question at 5 % fools you once in twenty", near(answer(1, 0.05), 0.05))
    yield wants(
        "four questions at 5 % fool you less often than four times 5 %",
        near(answer(4, 0.05), 1 - 0.95**4),
        "How likely is it that none of them fools you?",
        "Independent chances multiply: 0.95 · 0.95 · 0.95 · 0.95.",
    )
    yield wants(
        "however many there are, it stays below 1", answer(100, 0.05) < 1, "It is a probability."
    )


@exercise("10-interval")
def interval(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check t_{0.975, n−1} s / √n, s with n − 1."""
    found = float(answer([0.01, 0.02, 0.03, 0.04]))
    s = np.std([1, 2, 3, 4], ddof=1) / 100
    yield wants(
        "the standard deviation of a few differences divides by n − 1",
        not near(found, t.ppf(0.975, 3) * np.std([1, 2, 3, 4]) / 200, 1e-3),
        "np.std divides by n. Its `ddof=1` makes that n − 1.",
    )
    yield wants(
        "four seeds have Student's t of 3.18, not the 1.96 of many",
        near(found, t.ppf(0.975, 3) * s / 2, 1e-3),
        "scipy.stats.t.ppf(0.975, n - 1), times s, divided by the root of n.",
    )
    yield wants(
        "more seeds of the same spread give a narrower interval",
        float(answer([0.01, 0.02, 0.03, 0.04] * 4)) < found / 2,
    )


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


@exercise("10-early", "stretch")
def early(answer: Any) -> Iterator[Property]:
    """Check a history whose weights move in the first epochs and then hold."""
    weights = answer.of("weight")
    yield wants(
        "seven tasks trained for 25 epochs",
        weights.shape == (25, 7),
        "train_one(parts, ausrec.STRUCTURAL_TASKS, weighting, seed=0)[1] is the history.",
    )
    yield wants(
        "from epoch 4 on no weight changes",
        bool((weights.loc[4:].std() < 1e-6).all()),
        "An epoch has four steps, so ten steps end in epoch 3.",
        "Train with `weighting`, not with the AusRec that learns to the end.",
    )
    yield wants(
        "before that they do",
        bool((weights.loc[1] != weights.loc[4]).any()),
        "Equal or frozen weights learn nothing: learn first, then hold.",
    )
