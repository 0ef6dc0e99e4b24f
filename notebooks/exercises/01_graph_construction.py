"""Checks of chapter 01: degrees, returned links, normalisation."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

import ausrec
from ausrec.lab.exercise import Property, exercise, near, wants


@exercise("01-degrees", "warm-up")
def degrees(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the number of edges that leave each node."""
    edges = torch.tensor([[0, 0, 2], [1, 2, 0]])
    yield wants(
        "one number for each node, also for nodes without an edge",
        len(answer(edges, 4)) == 4,
        "torch.bincount counts how often each number occurs; see its `minlength`.",
    )
    yield wants(
        "node 0 begins two edges, node 2 one",
        near(answer(edges, 4), [2, 0, 1, 0]),
        "Row 0 of an edge_index holds the sources.",
    )


@exercise("01-returned", "core")
def returned(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check the share of links that are returned."""
    yield wants("links all returned give 1", near(answer(np.array([[0, 1], [1, 0]])), 1.0))
    yield wants(
        "one of two links not returned gives 0, of three 2/3",
        near(answer(np.array([[0, 1], [1, 2]])), 0.0)
        and near(answer(np.array([[0, 1, 1], [1, 0, 2]])), 2 / 3),
        "Put all pairs (u, v) into a set, and ask for each whether (v, u) is in it.",
    )


@exercise("01-normalise", "core")
def normalise(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check Â = D^-1/2 A D^-1/2."""
    A = ausrec.joint_adjacency(ausrec.a_dozen_users()).toarray()
    d = A.sum(axis=1)
    yield wants(
        "the shape stays, and empty entries stay empty",
        np.shape(answer(A)) == A.shape and not np.any(np.asarray(answer(A))[A == 0]),
    )
    yield wants(
        "entry (v, w) is A_vw / √(d_v d_w)",
        near(answer(A), A / np.sqrt(np.outer(d, d))),
        "d = A.sum(axis=1) are the degrees.",
        "np.outer(d, d) holds the products d_v d_w.",
    )
    alone = np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, 0]])
    yield wants(
        "a node without edges gives a row of zeros, and no nan",
        near(answer(alone), alone),
        "Do not divide by a degree of 0: np.maximum(d, 1) changes nothing else.",
    )


@exercise("01-link-back", "stretch")
def link_back(answer: float) -> Iterator[Property]:
    """Check how many entries of Â change when Lou also trusts Kim's return."""
    graph = ausrec.a_dozen_users()
    A = ausrec.joint_adjacency(graph).toarray()
    lou, kim = (graph["user"].name.index(name) for name in ("Lou", "Kim"))
    new = A.copy()
    new[lou, kim] = 1
    changed = int((_normalised(new) != _normalised(A)).sum())
    yield wants(
        f"the number of entries that change ({'more' if answer < changed else 'fewer'} than that)",
        answer == changed,
        "Whose degree changes? Only rows and columns of that person can change.",
        "Compare the two normalised matrices with np.isclose, and count.",
    )


def _normalised(A: np.ndarray) -> Any:
    d = A.sum(axis=1)
    return A / np.sqrt(np.outer(d, d))
