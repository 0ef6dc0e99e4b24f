"""Checks of chapter 06: Adam's ε, and derivatives without a scale."""

from collections.abc import Callable, Iterator
from typing import Any

import torch

from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("06-adam", "warm-up")
def adam(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check rate · g / (|g| + ε) of a first step."""
    yield wants(
        "a large gradient moves by the rate",
        near(answer(3.0, 0.01, 1e-8), 0.01, 1e-4),
        "Put m = g and s = g² into Adam's formula above.",
    )
    yield wants(
        "a gradient as small as ε moves by half of it",
        near(answer(1e-8, 0.01, 1e-8), 0.005),
        "Adam's first step is rate · g / (√(g²) + ε).",
    )
    yield wants("the sign is that of the gradient", answer(-3.0, 0.01, 1e-8) < 0, "√(g²) is |g|.")


@exercise("06-rate", "warm-up")
def rate(answer: float) -> Iterator[Property]:
    """Check 0.001 · 1e-6 / 4.44e-8."""
    yield wants(
        "a larger derivative needs a larger virtual rate than 0.001",
        answer > 1e-3,
        "The table has the norm for two rates. Which one is larger?",
    )
    yield wants(
        "the norm is proportional to the rate",
        near(answer, 1e-3 * 1e-6 / 4.44e-8, 0.02),
        "Divide the norm that you want by the norm that you have.",
        "The rate has to grow by the same factor, from 0.001.",
    )


@exercise("06-epsilon")
def epsilon(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check ε = g (1/share − 1)."""
    yield wants(
        "half of the step is left where ε is the gradient",
        near(answer(1e-8, 0.5) / 1e-8, 1.0),
        "Solve share = g / (g + ε) for ε.",
    )
    yield wants(
        "for nine tenths of the step ε must be a ninth of the gradient",
        near(answer(9e-10, 0.9) / 1e-10, 1.0),
        "Multiply by the denominator first: share · (g + ε) = g.",
        "ε = g / share − g.",
    )
    yield wants(
        "only ε = 0 leaves the whole step",
        abs(answer(1e-10, 1.0)) < 1e-20,
        "A share of 1 means g = g + ε.",
    )


@exercise("06-scale-free")
def scale_free(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check −h_i / (n r), r² a running mean of (mean h)²."""
    h = torch.tensor([0.2, 0.4])
    found, square = answer(h, None)
    yield wants(
        "the first time r is the mean's own size, and the pulls add up to −1",
        near(float(found.sum()), -1.0, 1e-5),
        "r = abs(h.mean()) when there is nothing before.",
        "Divide −h by n · r.",
    )
    yield wants(
        "α and the size of gradients cancel",
        near(answer(1e-6 * h, None)[0], found, 1e-5),
    )
    later = answer(h, 4 * square)[1]
    yield wants(
        "r² is 0.9 of what it was and 0.1 of what it is",
        near(float(later), 3.7 * 0.09, 1e-5),
        "Return the new r² as the second value: 0.9 * before + 0.1 * h.mean() ** 2.",
    )


@exercise("06-turns", "stretch")
def turns(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the sum over steps of mean h / r, r² a running mean of (mean h)²."""
    yield wants(
        "a task that agrees ten times by the same amount has pulled by 10",
        near(answer([0.3] * 10), 10.0),
        "Go through the steps, keep r², and add up mean / √(r²).",
        "In the first step r² is the square of the mean itself.",
    )
    yield wants(
        "a task that agrees and disagrees by turns has pulled by 0",
        abs(answer([0.3, -0.3] * 5)) < 1e-9,
        "Keep the sign of the mean: only r is a size.",
    )
    yield wants(
        "a thousandth of all means pulls as much",
        near(answer([0.1, 0.2, -0.3]), answer([1e-4, 2e-4, -3e-4])),
        "Divide by √(r²), which has the scale of the means, and not by r².",
    )
    yield wants(
        "a mean ten times larger than before pulls by 3.03, not by 1 or 10",
        near(answer([0.1, 1.0]), 1 + 1 / 0.109**0.5),
        "Update r² first, 0.9 of what it was and 0.1 of the new square, then divide.",
    )
