"""Checks of chapter 08: the paper's network, levels, meta rows, propagation there and back."""

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


@exercise("08-levels")
def levels(answer: float) -> Iterator[Property]:
    """Check σ(0.03 Σ_n (1 − 2/√n)) for n from 1 to 80."""
    yield wants(
        "a weight between ½ and 1",
        0.5 < answer < 1,
        "The level begins at 0 and rises. The weight is the sigmoid of the level.",
    )
    yield wants(
        "80 steps raise the level, each by 0.03 less the doubt",
        abs(answer - 0.8039) < 2e-3,
        "All h of the task are alike and positive: then the derivatives add up to −1.",
        "`learn` divides by the slope of the sigmoid, and adds the doubt: 0.03 · (1 − 2/√n).",
    )


@exercise("08-backward", "stretch")
def backward(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the gradient by the table, Pᵀ times that by the final embeddings."""
    generator = torch.Generator().manual_seed(2)
    weights = torch.randn(4, 3, generator=generator, dtype=torch.float64)
    both_ways = torch.eye(4, dtype=torch.float64)[[1, 0, 3, 2]] / 2
    one_way = torch.zeros(4, 4, dtype=torch.float64)
    one_way[0, 1], one_way[1, 2], one_way[2, 3] = 0.5, 0.7, 0.9

    def right(graph: torch.Tensor, layers: int) -> bool:
        table = torch.zeros(4, 3, dtype=torch.float64, requires_grad=True)
        layer, total = table, table
        for _ in range(layers):
            layer = graph @ layer
            total = total + layer
        (expected,) = torch.autograd.grad((total / (layers + 1) * weights).sum(), table)
        return near(torch.as_tensor(answer(graph, weights, layers)).detach(), expected)

    yield wants("without layers it is what came in", right(both_ways, 0), "P is the identity then.")
    yield wants(
        "on a graph whose links are all returned it is one more propagation",
        right(both_ways, 3),
        "The final embeddings are P E, and P is a mean of powers of the graph.",
        "`propagate` multiplies by P.",
    )
    yield wants(
        "with one-way links the gradient goes back along them",
        right(one_way, 3),
        "The derivative of ⟨G, P E⟩ by E is Pᵀ G. What does a transposed power consist of?",
    )
