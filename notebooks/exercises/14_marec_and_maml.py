"""Checks of chapter 14: a series in a flat place, and steps towards an initialisation."""

from collections.abc import Callable, Iterator
from typing import Any

import torch

from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("14-reptile", "warm-up")
def reptile(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check W + rate (U(W) − W)."""
    start, adapted = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 2.0])
    yield wants("a rate of 0 leaves the start", near(answer(start, adapted, 0.0), start))
    yield wants(
        "a rate of 0.5 goes half of the way",
        near(answer(start, adapted, 0.5), [2.0, 2.0]),
        "Go from the start towards the adapted parameters.",
    )


def _loss(W: torch.Tensor) -> torch.Tensor:
    return (W**4).sum() / 4


@exercise("14-factor")
def factor(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check Σ_{j ≤ K} (1 − α h)^j."""
    yield wants(
        "without products it is the first term alone",
        near(answer(1.0, 0.3, 0), 1.0),
        "For K = 0 the sum has the term j = 0 only.",
    )
    yield wants(
        "where there is no curvature, three products make the first term four times as long",
        near(answer(1.0, 0.0, 3), 4.0),
        "Every term is 1 when h is 0, and there are K + 1 terms.",
        "A closed form would divide by h here: add up the terms instead.",
    )
    yield wants(
        "a curvature of 0.5 gives 1 + ½ + ¼ + ⅛",
        near(answer(1.0, 0.5, 3), 1.875),
        "Each term is (1 − α h) times the one before.",
    )


@exercise("14-first-order")
def first_order(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check ∇L(U(W)) with U one step."""
    W = torch.tensor([1.0, -2.0], dtype=torch.float64)
    yield wants(
        "it is the gradient at the place where one step ends",
        near(answer(_loss, W, 0.1), (W - 0.1 * W**3) ** 3),
        "Take one step first, and detach what you get.",
        "Then torch.autograd.grad of the loss there.",
    )


@exercise("14-maml", "stretch")
def maml(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the gradient of L(W − α∇L(W)) by W, second derivative included."""
    W = torch.tensor([1.0, -2.0], dtype=torch.float64)
    expected = (W - 0.1 * W**3) ** 3 * (1 - 0.3 * W**2)
    yield wants(
        "it differs from the first-order gradient by the factor 1 − α ℓ''",
        near(answer(_loss, W, 0.1), expected),
        "create_graph=True keeps the step differentiable.",
        "Differentiate by W itself, not by the adapted parameters.",
    )
