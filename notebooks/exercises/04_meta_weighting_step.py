"""Checks of chapter 04: differences, hypergradients, two virtual steps."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("04-central", "warm-up")
def central(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check (f(x + h) − f(x − h)) / 2h."""
    yield wants(
        "x² has the slope 6 at 3",
        near(answer(lambda x: x * x, 3.0, 1e-4), 6.0),
        "Go as far to the left of x as to the right.",
        "(f(x + h) − f(x − h)) / 2h",
    )
    yield wants(
        "its error is of second order: of x³ at 1 with h = 0.1 it is h² = 0.01",
        near(answer(lambda x: x**3, 1.0, 0.1), 3.01),
        "Go as far to the left as to the right.",
        "The two points are 2h apart.",
    )


@exercise("04-by-hand", "warm-up")
def by_hand(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check −(α/T) ⟨g, v⟩."""
    g, v = torch.tensor([[1.0, 2.0], [0.0, 1.0]]), torch.tensor([[3.0, 1.0], [5.0, -1.0]])
    yield wants(
        "the inner product runs over all entries",
        near(abs(answer(1.0, 1, g, v)), 4.0),
        "(g * v).sum()",
    )
    yield wants(
        "a task that agrees with v has a negative derivative",
        answer(1.0, 1, g, v) < 0,
        "More weight on it lowers the meta loss.",
    )
    yield wants("α multiplies, T divides", near(answer(0.5, 4, g, v), -0.5))


def _toy() -> tuple[Tensor, list[Callable[[Tensor], Tensor]], Callable[[Tensor], Tensor]]:
    W = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    aims = torch.tensor([[0.0, 1.0], [2.0, -3.0]], dtype=torch.float64)
    losses = [lambda W, aim=aim: (W - aim).square().sum() / 2 for aim in aims]
    return W, losses, lambda W: (W.sum() - 1).square()


@exercise("04-first-order")
def first_order(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check −(α/T) ⟨g_t, ∇L_meta(W)⟩, v taken at W."""
    W, losses, meta = _toy()
    gradients = [torch.autograd.grad(loss(W), W)[0] for loss in losses]
    (v,) = torch.autograd.grad(meta(W), W)
    for name, g in zip(["first", "second"], gradients, strict=True):
        yield wants(
            f"the derivative of the {name} task takes v at W, where no step was taken",
            near(answer(g, meta, W, 0.3, 2), -0.15 * float((g * v).sum())),
            "torch.autograd.grad(meta_loss(W), W)[0] is the meta gradient at W.",
            "The rest is as before: −α / T times the inner product.",
        )


@exercise("04-two-steps", "stretch")
def two_steps(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the derivative of the meta loss by the weights after two virtual steps."""
    W, losses, meta = _toy()

    def total(W: Tensor, weights: Tensor) -> Tensor:
        return (W**2).sum() + sum(w * loss(W) for w, loss in zip(weights, losses, strict=True))

    def after(weights: Tensor) -> Tensor:
        moved = W
        for _ in range(2):
            step = torch.autograd.grad(total(moved, weights), moved, create_graph=True)[0]
            moved = moved - 0.1 * step
        return meta(moved)

    half = torch.full((2,), 0.5, dtype=torch.float64)
    h = 1e-5 * torch.eye(2, dtype=torch.float64)
    expected = [(after(half + each) - after(half - each)).item() / 2e-5 for each in h]
    found = answer(total, meta, W, half.clone().requires_grad_(), 0.1)
    yield wants("there is one derivative a weight", np.shape(found) == (2,))
    yield wants(
        "they are what central differences of the weights measure",
        near(found, expected, 1e-4),
        "Take the first step with create_graph=True, so that it can be differentiated.",
        "Take the second gradient at the place where the first step ended.",
        "torch.autograd.grad(meta_loss(W2), weights)[0] is the answer.",
    )
