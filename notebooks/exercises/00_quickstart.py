"""Checks of chapter 00: the total loss, the ranking, and tastes nobody trained on."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import torch

import ausrec
from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("00-total-loss", "warm-up")
def total_loss(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check L = ℓ_main + Σ_t λ_t ℓ_t."""
    losses, weights = {"a": 0.5, "b": 0.25}, {"a": 1.0, "b": 0.0}
    yield wants(
        "with weights of 0 only the main loss is left",
        near(answer(0.7, losses, {"a": 0.0, "b": 0.0}), 0.7),
        "Begin with the main loss, and add what each task contributes.",
    )
    yield wants(
        "a task of loss 0.5 and weight 1 adds 0.5",
        near(answer(0.7, losses, weights), 1.2),
        "Each task contributes its weight times its loss.",
        "sum(weights[t] * losses[t] for t in losses)",
    )
    yield wants(
        "a task of weight 0.4 adds 0.4 times its loss",
        near(answer(0.0, losses, {"a": 0.0, "b": 0.4}), 0.1),
        "The sum runs over all tasks, with the weight of the same task.",
    )


@exercise("00-recall", "warm-up")
def recall(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the recall of a list."""
    yield wants(
        "two of four held-out artists in the list give 0.5",
        near(answer([5, 1, 9, 2], {1, 2, 7, 8}), 0.5),
        "Count the artists that are in both.",
        "Divide by the number of held-out artists, not by the length of the list.",
    )
    yield wants("a list without hits gives 0", near(answer([5, 6], {1}), 0.0))
    yield wants(
        "a longer list does not lower recall",
        near(answer([1, 5, 6, 7, 8, 9], {1}), 1.0),
        "The length of the list does not matter. Precision divides by it.",
    )


@exercise("00-ndcg")
def ndcg_by_hand(answer: float) -> Iterator[Property]:
    """Check (1/log₂2 + 1/log₂4) / (1/log₂2 + 1/log₂3)."""
    yield wants(
        "a number between 0 and 1",
        0 < answer < 1,
        "Divide the gain of this list by the gain of the best list possible.",
    )
    yield wants(
        "the hits at ranks 1 and 3 count 1 and 1/2, the best list 1 and 0.63",
        abs(answer - 1.5 / 1.6309297) < 5e-3,
        "A hit at rank r counts 1 / log₂(r + 1).",
        "The best list has its two hits at ranks 1 and 2.",
    )


@cache
def _club() -> tuple[Any, Any, Any]:
    graph = ausrec.ListeningClub()[0]
    return ausrec.split_interactions(graph, seed=0).test, graph["user"].taste, graph


@exercise("00-share", "stretch")
def share(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the share of recommended artists that are of a user's two favourite genres."""
    test, taste, graph = _club()
    genre = graph["item", "has", "genre"].edge_index[1]

    def by_taste(users: torch.Tensor) -> torch.Tensor:
        return taste[users][:, genre]

    def against_taste(users: torch.Tensor) -> torch.Tensor:
        return -by_taste(users)

    yield wants(
        "artists of the favourite genre alone give 1",
        near(answer(by_taste, 3), 1.0),
        "`taste[user].topk(2).indices` are the two genres, `genre[items]` those of the artists.",
        "`torch.isin(genre[items], favourites).float().mean()` is the share.",
    )
    yield wants(
        "artists of the least liked genre give 0",
        near(answer(against_taste, 3), 0.0),
        "Look at the genres of the items, not at their number.",
    )
    other = torch.sin(torch.arange(600.0))

    def anyhow(users: torch.Tensor) -> torch.Tensor:
        return other.expand(len(users), -1)

    items = ausrec.recommend(anyhow, test, 7)["item"].tolist()
    expected = torch.isin(genre[items], taste[7].topk(2).indices).float().mean()
    yield wants(
        "it also holds for another user and other scores",
        near(answer(anyhow, 7), expected),
        "Use the user and the scores that you are given.",
    )
