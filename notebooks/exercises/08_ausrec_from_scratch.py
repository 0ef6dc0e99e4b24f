"""Checks of chapter 08: the paper's network, meta rows, an encoder without edges."""

from collections.abc import Callable, Iterator
from typing import Any

import torch

from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("08-meta-rows", "warm-up")
def meta_rows(answer: float) -> Iterator[Property]:
    """Check 2048 − round(0.7 · 2048)."""
    yield wants(
        "it is the 30 % of 2048 that are left after rounding the other 70 %",
        answer == 614,
        "take_step computes num_meta in its first line.",
        "2048 - round(0.7 * 2048)",
    )


@exercise("08-shared")
def shared(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check λ = σ(w₂ᵀ relu(W₁ [c, one-hot] + b₁) + b₂)."""
    generator = torch.Generator().manual_seed(3)
    first, second = torch.nn.Linear(3, 4), torch.nn.Linear(4, 1)
    costs = {"a": torch.tensor([0.2, 0.9]), "b": torch.tensor([0.4])}
    costs = {name: cost.to(first.weight.dtype) for name, cost in costs.items()}
    with torch.no_grad():
        for each in (*first.parameters(), *second.parameters()):
            each.normal_(generator=generator)
        rows = [[0.2, 1.0, 0.0], [0.9, 1.0, 0.0], [0.4, 0.0, 1.0]]
        inputs = torch.tensor(rows, dtype=first.weight.dtype)
        expected = second(first(inputs).relu()).sigmoid()[:, 0]
        found = {name: each.detach() for name, each in answer(first, second, costs).items()}
        yield wants("a weight a sample", [len(found["a"]), len(found["b"])] == [2, 1])
        yield wants(
            "the first task's weights are the sigmoid of the network's output",
            near(found["a"], expected[:2], 1e-5),
            "Join the cost and the one-hot as `__call__` does above.",
            "There is no softmax and no level: second(hidden)[:, 0].sigmoid().",
        )
        yield wants(
            "the second task has the second place of the one-hot",
            near(found["b"], expected[2:], 1e-5),
            "`torch.eye(len(costs))[place]`, with the place of the task among the costs.",
        )


@exercise("08-alone")
def alone(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check E / (L + 1)."""
    table = torch.tensor([[2.0, 4.0], [6.0, 8.0]])
    yield wants("without layers it is the table itself", near(answer(table, 0), table))
    yield wants(
        "with three layers a quarter of it is left",
        near(answer(table, 3), table / 4),
        "All layers but layer 0 are zero, and the mean is over L + 1 layers.",
    )
