"""Checks of chapter 07: early stopping, old gradients, known plays, flattery, sampled ranking."""

from collections.abc import Callable, Iterator
from typing import Any

import torch

from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("07-patience", "warm-up")
def patience(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check which epoch is kept, and after which training stops."""
    values = [0.1, 0.3, 0.2, 0.25, 0.28, 0.4]
    yield wants(
        "with a patience of 9 the best epoch is the sixth, and all six are trained",
        tuple(answer(values, 9)) == (6, 6),
        "Epochs are counted from 1.",
    )
    yield wants(
        "with a patience of 3 it stops after epoch 5 and keeps epoch 2",
        tuple(answer(values, 3)) == (2, 5),
        "Go through the values, and remember the best one and its epoch.",
        "Stop as soon as the epoch is `patience` ahead of the best one.",
    )


@exercise("07-zero-grad", "warm-up")
def zero_grad(answer: float) -> Iterator[Property]:
    """Check −0.1 (1 + 2 + 3)."""
    yield wants("descent goes down", answer < 0, "A step takes rate times gradient away.")
    yield wants(
        "the gradients of earlier steps are still there",
        near(answer, -0.6),
        "`backward` adds to the gradient that is there: 1 in the first step, then 2, then 3.",
        "−0.1 · (1 + 2 + 3)",
    )


@exercise("07-masked")
def masked(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check recall@k of one member, with the known items left out of the ranking."""
    scores = torch.tensor([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    before = scores.clone()
    yield wants(
        "without known items, one of two held-out items in the first three gives 0.5",
        near(float(answer(scores, [], [1, 5], 3)), 0.5),
        "scores.topk(k).indices are the k best items.",
        "Divide the hits by the number of held-out items.",
    )
    yield wants(
        "known items give up their places: item 4 is the third best without 0 and 1",
        near(float(answer(scores, [0, 1], [4], 3)), 1.0),
        "Set the scores of known items to -torch.inf first.",
    )
    yield wants(
        "five held-out items in a list of two: divide by five",
        near(float(answer(scores, [], [0, 1, 2, 3, 4], 2)), 0.4),
        "Recall divides by all held-out items, not by k.",
    )
    yield wants(
        "the scores that you were given are unchanged",
        torch.equal(scores, before),
        "scores.clone() makes a copy that you may change.",
    )


@exercise("07-flattery")
def flattery(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check max(test) − test at the best validation."""
    yield wants(
        "the honest score is the test score where validation is best",
        near(answer([0.1, 0.3, 0.2], [0.5, 0.2, 0.4]), 0.3),
        "The epoch is max(range(len(val)), key=val.__getitem__).",
        "The flattering score is max(test).",
    )
    yield wants("it is 0 where both choose the same", near(answer([0.1, 0.3], [0.2, 0.5]), 0.0))


@exercise("07-candidates", "stretch")
def candidates(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check a table of 0 for candidates and −∞ for all other items."""
    user, item = torch.tensor([0, 0, 2]), torch.tensor([7, 3, 1])
    table = answer(user, item, 3, 50, 10, torch.Generator().manual_seed(0))
    zeros = table == 0
    yield wants(
        "it has a row a user and a column an item",
        tuple(table.shape) == (3, 50),
        "torch.full((num_users, num_items), -torch.inf)",
    )
    yield wants(
        "every entry is 0 or −∞",
        bool((zeros | torch.isneginf(table)).all()),
        "torch.full((num_users, num_items), -torch.inf)",
    )
    yield wants("held-out items are candidates", zeros[user, item], "table[user, item] = 0.0")
    counts = zeros.sum(dim=1)
    yield wants(
        "each user has `size` random candidates and the held-out ones",
        bool(((counts >= 10) & (counts <= 12)).all()),
        "torch.rand(...).argsort(dim=1)[:, :size] draws without repetition.",
        "table.scatter_(1, drawn, 0.0)",
    )
    others = [each for each in range(50) if each not in item]
    yield wants(
        "users have different random candidates",
        bool((zeros[0, others] != zeros[1, others]).any()),
        "Draw a row of random numbers for each user.",
    )
