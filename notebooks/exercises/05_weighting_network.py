"""Checks of chapter 05: what the network reads, and what its tasks share."""

from collections.abc import Callable, Iterator
from typing import Any

import torch

from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("05-parameters", "warm-up")
def parameters(answer: float) -> Iterator[Property]:
    """Check (8 · 64 + 64) + (64 + 1)."""
    yield wants(
        "it is the number of weights and biases of both layers",
        answer == 641,
        "The first layer reads the loss and seven places of the one-hot: 8 numbers.",
        "It has 8 · 64 weights and 64 biases; the last layer 64 weights and one bias.",
    )


@exercise("05-features", "warm-up")
def features(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check [cost, one-hot]."""
    costs = torch.tensor([0.5, 0.7])
    found = answer(costs, 1, 3)
    yield wants(
        "a row a sample, 1 + tasks columns",
        tuple(found.shape) == (2, 4),
        "Put a one-hot of the task next to each cost.",
    )
    yield wants("the first column is the cost", near(found[:, 0], costs), "torch.cat on dim=1.")
    yield wants(
        "of the others only the place of the task is 1",
        near(found[:, 1:], [[0, 1, 0]] * 2),
        "torch.eye(num_tasks)[task] is the one-hot of one row.",
    )


@exercise("05-shared-bias")
def shared_bias(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check Σ_t d_t λ_t (1 − λ_t)."""
    weights, slopes = torch.tensor([0.5, 0.5, 0.9]), torch.tensor([-1.0, -1.0, 1.0])
    yield wants(
        "two tasks that agree outvote one that does not: the derivative is −0.41",
        near(answer(weights, slopes), -0.41, 1e-4),
        "λ = σ(z + b), so ∂λ/∂b = λ (1 − λ) for every task.",
        "Add up over the tasks: each slope times its λ (1 − λ).",
    )
    yield wants("a weight of 1 has no say", near(answer(torch.ones(1), torch.ones(1)), 0.0))


@exercise("05-own-levels", "stretch")
def own_levels(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check λ_i = σ(s) q_i n with q a softmax of the network's scores."""
    scores = torch.tensor([0.0, 1.0, -1.0, 2.0])
    even, uneven = answer(0.0, torch.zeros(4)), answer(1.0, scores)
    yield wants("equal scores give every sample σ(s)", near(even, [0.5] * 4), "n q_i is 1 then.")
    yield wants(
        "the mean is σ(s), whatever the scores are",
        near(float(uneven.mean()), 0.7310586, 1e-5),
        "q = scores.softmax(0) adds up to 1.",
        "Multiply q by σ(s) and by the number of samples.",
    )
    yield wants("a higher score gives more weight", uneven.argmax() == 3)
