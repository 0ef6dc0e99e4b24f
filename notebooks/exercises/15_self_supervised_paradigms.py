"""Checks of chapter 15: InfoNCE, alignment and uniformity."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.nn.functional import normalize

from ausrec.lab.exercise import Property, exercise, near, wants


def _rows() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    return torch.randn(6, 3, generator=generator), torch.randn(6, 3, generator=generator)


@exercise("15-alignment", "warm-up")
def alignment(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check mean ‖ũ − ĩ‖²."""
    one, _ = _rows()
    yield wants("rows of the same direction give 0", near(answer(one, 3 * one), 0.0))
    yield wants(
        "opposite rows give 4",
        near(answer(one, -one), 4.0, 1e-5),
        "Bring every row to length 1 first: torch.nn.functional.normalize(x, dim=1).",
        "Then the mean of the squared distances of the pairs.",
    )


@exercise("15-uniformity")
def uniformity(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check ln mean exp(−2‖x̃ − ỹ‖²) over pairs of different rows."""
    one, _ = _rows()
    yield wants("all rows in one place give 0", near(answer(torch.ones(4, 2)), 0.0))
    distances = torch.pdist(normalize(one, dim=1)).square()
    yield wants(
        "rows of all kinds give the logarithm of a mean over pairs",
        near(answer(one), (-2 * distances).exp().mean().log(), 1e-5),
        "torch.pdist gives the distance of each pair of different rows, once.",
        "(-2 * distance ** 2).exp().mean().log()",
    )


@exercise("15-info-nce")
def info_nce(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check −ln softmax of the own cosine."""
    one, other = _rows()
    cosines = normalize(one, dim=1) @ normalize(other, dim=1).T
    yield wants("a loss a row", tuple(answer(one, other, 0.2).shape) == (6,))
    yield wants(
        "it is the cross-entropy of finding oneself among all",
        near(answer(one, other, 0.2), -(cosines / 0.2).log_softmax(dim=1).diagonal(), 1e-4),
        "The cosines of all pairs are one matrix product of rows of length 1.",
        "Divide by the temperature, take log_softmax of each row, and keep the diagonal.",
    )
