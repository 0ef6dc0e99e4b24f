"""Checks of chapter 12: Neumann series, their limit, and the implicit gradient."""

from collections.abc import Callable, Iterator
from typing import Any

import torch

from ausrec.lab.exercise import Property, exercise, near, wants

_H = torch.tensor([[0.6, 0.2], [0.2, 0.4]], dtype=torch.float64)
_G = torch.tensor([1.0, -2.0], dtype=torch.float64)


@exercise("12-missing", "warm-up")
def missing(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check (1 − αλ)^(K + 1)."""
    yield wants(
        "without a product a direction of curvature 0.15 misses 0.85 at rate 1",
        near(answer(1.0, 0.15, 0), 0.85),
        "One factor 1 − αλ a term, and K products make K + 1 terms.",
    )
    yield wants("after three products it misses 0.522", near(answer(1.0, 0.15, 3), 0.85**4))
    yield wants("the rate counts", near(answer(0.5, 1.0, 1), 0.25))


@exercise("12-neumann")
def neumann(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check α Σ_j (I − αH)^j g."""

    def times(u: torch.Tensor) -> torch.Tensor:
        return _H @ u

    yield wants("without products it is α g", near(answer(times, _G, 0, 0.5), 0.5 * _G))
    two = 0.5 * (_G + (_G - 0.5 * _H @ _G))
    yield wants(
        "one product adds α (I − αH) g",
        near(answer(times, _G, 1, 0.5), two),
        "Keep the last term, and make the next one: term − α H term.",
        "Add up the terms, and multiply by α at the end.",
    )
    yield wants(
        "many products lead to H⁻¹ g",
        near(answer(times, _G, 300, 0.5), torch.linalg.solve(_H, _G), 1e-5),
    )


@exercise("12-limit", "stretch")
def limit(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check 2 / λ_max."""
    yield wants(
        "above it the series grows, below it converges",
        near(answer(_H), 2 / float(torch.linalg.eigvalsh(_H).max())),
        "The series converges when every |1 − αλ| is below 1.",
        "torch.linalg.eigvalsh(H) are the curvatures; the largest decides.",
    )


@exercise("12-implicit")
def implicit(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check −⟨g_t, H⁻¹ g⟩."""
    task = torch.tensor([0.5, 1.0], dtype=torch.float64)
    expected = -float(task @ torch.linalg.solve(_H, _G))
    yield wants(
        "it is −⟨g_t, v⟩ with H v = g",
        near(answer(task, _H, _G), expected),
        "torch.linalg.solve(H, g) is v.",
        "Mind the sign.",
    )
