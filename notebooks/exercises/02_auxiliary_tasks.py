"""Checks of chapter 02: hops, overlap, negatives, relations of your own."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

import ausrec
from ausrec.lab.exercise import Property, exercise, near, wants

_S = np.zeros((5, 5), dtype=bool)
_S[[0, 1, 1, 2, 3], [1, 0, 2, 3, 4]] = True


@exercise("02-two-hop", "warm-up")
def two_hop(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check S² ∖ S without oneself."""
    found = np.asarray(answer(_S)).astype(bool)
    yield wants("0 and 2 are two links apart", found[0, 2], "(S @ S) counts the walks of two.")
    yield wants(
        "nobody is related to themselves",
        not found.diagonal().any(),
        "A friend who returns the link leads back; np.fill_diagonal takes that out.",
    )
    yield wants("linked users are not", not (found & _S).any(), "& ~S leaves out what is linked.")
    yield wants("three links are too many", found.sum() == 3)


@exercise("02-jaccard", "warm-up")
def jaccard(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check |A ∩ B| / |A ∪ B|."""
    a, b = np.array([[0, 1], [1, 0]], bool), np.array([[0, 1], [0, 0]], bool)
    c = np.array([[0, 1], [0, 1]], bool)
    yield wants("equal relations give 1", near(answer(a, a), 1.0), "Divide by what A or B holds.")
    yield wants(
        "relations without a common pair give 0", near(answer(b, b.T), 0.0), "& intersects."
    )
    yield wants(
        "one pair in common of two gives 1/2",
        near(answer(a, b), 0.5),
        "& is the intersection, | the union; .sum() counts.",
    )
    yield wants(
        "one pair in common of three gives 1/3",
        near(answer(a, c), 1 / 3),
        "Divide by the pairs that are in A or in B, not by those of A.",
    )


@exercise("02-negative")
def negative(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check that negatives are unrelated, and drawn uniformly."""
    related = np.array([False, True, True, False, False, True])
    rng = np.random.default_rng(0)
    drawn = np.array([answer(0, related, rng) for _ in range(600)])
    yield wants("it is never a related user", not related[drawn].any(), "Draw from ~related.")
    yield wants(
        "it is never the user themselves",
        not (drawn == 0).any(),
        "Mark the user as related, in a copy.",
    )
    counts = np.bincount(drawn, minlength=6)[[3, 4]]
    yield wants(
        "both unrelated users come equally often",
        counts.min() > 240,
        "rng.choice(np.flatnonzero(free)) takes each with the same probability.",
    )


@exercise("02-strong-triangle")
def strong_triangle(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check: linked, with two common friends at least."""
    dozen, square = ausrec.a_dozen_users(), ausrec.a_dozen_users()
    # 0 and 2 have two common friends and are not linked; 1 and 3 are.
    square["user", "trusts", "user"].edge_index = torch.tensor([[0, 1, 2, 3, 1], [1, 2, 3, 0, 3]])
    for graph in (dozen, square):
        found = ausrec.relation_pairs(ausrec.AddRelation("answer", answer)(graph), "answer")
        matrix = found.partners(np.arange(12)).toarray().astype(bool)
        links = np.zeros((12, 12), dtype=int)
        links[tuple(graph["user", "trusts", "user"].edge_index.numpy())] = 1
        links |= links.T
        yield wants("it relates both ways", (matrix == matrix.T).all(), "Use `.symmetric()` links.")
        yield wants("related users are linked", not matrix[links == 0].any(), "`&` intersects.")
        yield wants(
            "one common friend is not enough",
            not matrix[links @ links < 2].any(),
            "links @ links counts the common friends.",
            "`(links @ links >= 2)` for `links = linked.factors[0].astype(int)`.",
        )
        expected = (links @ links >= 2) & (links > 0) & ~np.eye(12, dtype=bool)
        yield wants("two common friends are enough", (matrix == expected).all(), "Is it > or >= ?")


@exercise("02-rare", "stretch")
def rare(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check: two users who share an item that at most k users chose."""
    R = np.zeros((12, 10), dtype=int)
    graph = ausrec.a_dozen_users()
    R[tuple(graph["user", "rates", "item"].edge_index.numpy())] = 1
    for k in (3, 2):
        few = R[:, R.sum(axis=0) <= k]
        expected = (few @ few.T > 0) & ~np.eye(12, dtype=bool)
        found = ausrec.relation_pairs(ausrec.AddRelation("answer", answer(k))(graph), "answer")
        matrix = found.partners(np.arange(12)).toarray().astype(bool)
        yield wants(
            f"for k = {k} it relates users who share an item of at most {k} users",
            (matrix == expected).all(),
            "plays.sum(axis=0) is how many users chose each item.",
            "Keep these columns of plays, and multiply them with their transpose.",
        )
