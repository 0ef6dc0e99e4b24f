"""Checks of chapter 11: density, links both ways, cuts, leaks, and a third table."""

from collections.abc import Callable, Iterator
from typing import Any

import ausrec
from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("11-density", "warm-up")
def density(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check edges / (users · items)."""
    yield wants(
        "10,030 plays of 500 members and 600 artists have a density of 0.033",
        near(answer(10_030, 500, 600), 10_030 / 300_000),
        "How many plays could there be?",
        "Divide by users times items.",
    )


@exercise("11-mutual", "warm-up")
def mutual(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check that every link is there in both directions, once."""
    yield wants(
        "a friendship that is listed once comes in both directions",
        sorted(answer([("Ana", "Ben")])) == [("Ana", "Ben"), ("Ben", "Ana")],
        "For each pair (a, b), there is also (b, a).",
    )
    yield wants(
        "one that is listed in both directions does not come twice",
        sorted(answer([("Ana", "Ben"), ("Ben", "Ana")])) == [("Ana", "Ben"), ("Ben", "Ana")],
        "A set holds each pair once.",
    )


@exercise("11-cut")
def cut(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the shares of artists and of records above a limit."""
    listeners = [1, 1, 2, 6, 90]
    found = answer(listeners, 6)
    yield wants("two shares, of artists and of records", len(found) == 2, "return one, other")
    yield wants(
        "one artist of five has more than 6 listeners: 6 itself is not more",
        near(found[0], 0.2),
        "Count the artists with listeners > limit.",
    )
    yield wants(
        "and this artist has 90 of the 100 records",
        near(found[1], 0.9),
        "An artist with n listeners has n records: add up, do not count.",
    )


@exercise("11-leak")
def leak(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the share of test pairs that are in the training part."""
    train, test = [(0, 1), (0, 2), (1, 1)], [(0, 2), (1, 2), (0, 2)]
    yield wants("parts without a common pair leak nothing", near(answer(train, [(5, 5)]), 0.0))
    yield wants(
        "pairs of the test part are counted once",
        near(answer(train, test), 0.5),
        "Put both parts into sets.",
        "Divide by the number of different test pairs.",
    )


@exercise("11-same-genre", "stretch")
def same_genre(answer: Any) -> Iterator[Property]:
    """Check the school's graph with genres, and the relation that the meta-path makes of it."""
    kind = ("item", "has", "genre")
    yield wants(
        "the graph has the edge type item–has–genre",
        kind in answer.edge_types,
        "`links` is a dictionary from an edge type to its table.",
        "links={('item', 'has', 'genre'): folder / 'genres.csv'} loads a third table.",
    )
    yield wants(
        "each of the 16 records has a genre, and there are two genres",
        answer[kind].edge_index.size(1) == 16 and answer["genre"].num_nodes == 2,
        "The first word of a record's name is its genre. The cell has written that table.",
    )
    path = ausrec.metapath("user", "item", "genre", "item", "user")
    pairs = ausrec.relation_pairs(ausrec.AddRelation("same_genre", path)(answer), "same_genre")
    yield wants(
        "everybody is related to the five others of the same side",
        pairs.num_pairs == 60,
        "The genre of a record is its side of the school, `jazz` or `metal`.",
    )
