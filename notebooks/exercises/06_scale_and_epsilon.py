"""Checks of chapter 06: Adam, and derivatives without a scale."""

from collections.abc import Callable, Iterator
from typing import Any

import torch

from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("06-adam", "warm-up")
def adam(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check rate · g / (|g| + ε) of a first step."""
    yield wants("a large gradient moves by the rate", near(answer(3.0, 0.01, 1e-8), 0.01, 1e-4))
    yield wants(
        "a gradient as small as ε moves by half of it",
        near(answer(1e-8, 0.01, 1e-8), 0.005),
        "Adam's first step is rate · g / (√(g²) + ε).",
    )
    yield wants("the sign is that of the gradient", answer(-3.0, 0.01, 1e-8) < 0, "√(g²) is |g|.")


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
