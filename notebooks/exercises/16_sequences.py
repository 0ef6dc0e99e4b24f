"""Checks of chapter 16: attention, the cloze, and what a sample of items hides."""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import torch

from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("16-may-look", "warm-up")
def may_look(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the lower triangle."""
    found = torch.as_tensor(answer(4)).bool()
    yield wants("it has a row and a column for each place", tuple(found.shape) == (4, 4))
    yield wants("each place may look at itself", bool(found.diagonal().all()))
    yield wants(
        "no place may look at a later one",
        not bool(found.triu(1).any()),
        "Row t may have True up to column t.",
        "torch.tril keeps what is on and below the diagonal.",
    )
    yield wants("each place may look at all earlier ones", int(found.sum()) == 10)


@exercise("16-attend")
def attend(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check softmax(q kᵀ / √d) v over the allowed places."""
    generator = torch.Generator().manual_seed(3)
    query, key, value = (torch.randn(4, 9, generator=generator) for _ in range(3))
    allowed = torch.ones(4, 4, dtype=torch.bool).tril()
    found = torch.as_tensor(answer(query, key, value, allowed))
    yield wants("the first place takes its own value alone", near(found[0], value[0], 1e-5))
    same = torch.as_tensor(answer(torch.zeros(4, 9), key, value, allowed))
    yield wants(
        "where all scores are equal, it is the mean of the allowed values",
        near(same[3], value.mean(0), 1e-4),
        "Set the scores of places that are not allowed to minus infinity, before the softmax.",
        "The softmax goes over the columns: dim=1.",
    )
    weights = (query @ key.T / 3).masked_fill(~allowed, -torch.inf).softmax(1)
    yield wants(
        "scores are divided by the root of the dimension",
        near(found, weights @ value, 1e-4),
        "Here the dimension is query.shape[1].",
    )


@exercise("16-cloze")
def cloze(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check what is seen and what is asked."""
    seen, asked = answer(["a", "b", "c", "d"], {1, 3})
    yield wants(
        "hidden places hold the mask, and the others their items",
        list(seen) == ["a", "mask", "c", "mask"],
        "enumerate(history) gives each place with its item.",
    )
    yield wants(
        "only hidden items are asked for",
        list(asked) == [None, "b", None, "d"],
        "Where nothing is hidden, there is nothing to guess: None.",
    )
    yield wants("nothing hidden, nothing asked", answer(["a"], set())[1] == [None])


@exercise("16-chance")
def chance(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check P(X ≤ k − 1), X hypergeometric, against all samples of a small catalogue."""
    yield wants("the first place is always a hit", near(answer(1, 600, 99, 10), 1.0))
    yield wants(
        "with all others drawn, it is the full ranking",
        near([answer(10, 40, 39, 10), answer(11, 40, 39, 10)], [1.0, 0.0]),
        "It is a hit when fewer than k of those drawn are ranked above it.",
        "place - 1 of the items - 1 others are above it.",
    )
    # Item 3 of 0 … 7, four others drawn, first two count.
    samples = list(combinations([0, 1, 2, 4, 5, 6, 7], 4))
    hits = sum(sum(other < 3 for other in sample) < 2 for sample in samples)
    yield wants(
        "it is the share of all samples in which fewer than k are above",
        near(answer(4, 8, 4, 2), hits / len(samples), 1e-6),
        "scipy.stats.hypergeom.cdf(x, M, n, N): at most x of n special ones when N of M are drawn.",
    )


@exercise("16-placeless", "stretch")
def placeless(answer: float) -> Iterator[Property]:
    """Check what is left of the hit rate of 0.94, between taste and the order that is gone."""
    yield wants("it is a rate between 0 and 1", 0 <= answer <= 1)
    yield wants(
        "it falls by a third or more",
        answer < 0.65,
        "with torch.no_grad(): placeless.body.positions.zero_(), and then measure again.",
    )
    yield wants(
        "something is left",
        answer > 0.1,
        "Take the places away only; items keep their embeddings.",
    )
