"""Checks of chapter 03: layers, the gradient of BPR, a metric."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

import ausrec
from ausrec.lab.exercise import Property, exercise, near, wants


def _dozen() -> tuple[ausrec.NormalizedAdjacency, np.ndarray, Tensor]:
    A = ausrec.joint_adjacency(ausrec.a_dozen_users()).astype(np.float64)
    degree = A.sum(axis=1)
    dense = A.toarray() / np.sqrt(np.outer(degree, degree))
    table = torch.randn(22, 3, generator=torch.Generator().manual_seed(7)).double()
    return ausrec.NormalizedAdjacency(A), dense, table


@exercise("03-layer", "warm-up")
def layer(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check Â E."""
    A = np.array([[0.0, 1, 1], [1, 0, 0], [1, 0, 0]])
    E = np.array([[1.0, 0], [0, 1], [2, 2]])
    found = np.asarray(answer(A, E))
    yield wants("it has the shape of the table", found.shape == E.shape, "A matrix times E.")
    yield wants(
        "the only neighbour of node 1 arrives divided by √(1 · 2)",
        near(found[1], E[0] / 2**0.5),
        "degree = A.sum(axis=1); divide A by the root of np.outer(degree, degree).",
    )
    yield wants("node 0 adds up both neighbours", near(found[0], (E[1] + E[2]) / 2**0.5))


@exercise("03-last-layer", "stretch")
def last_layer(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check Âᴸ E out of means of layers."""
    adjacency, dense, E = _dozen()
    for layers in (1, 3):
        expected = np.linalg.matrix_power(dense, layers) @ E.numpy()
        yield wants(
            f"for L = {layers} it is the last layer alone",
            near(answer(adjacency, E, layers), expected),
            "`adjacency.propagate(E, L)` times L + 1 is the sum of layers 0 to L.",
            "Take away the sum of layers 0 to L − 1.",
        )


@exercise("03-bpr-gradient")
def bpr_gradient(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check ∂ℓ/∂e_p = −σ(s_n − s_p) e_u."""
    user, pos, neg = torch.randn(3, 4, generator=torch.Generator().manual_seed(1)).double()
    found = torch.as_tensor(answer(user, pos, neg))
    pos.requires_grad_()
    loss = torch.nn.functional.softplus(user @ neg - user @ pos)
    (expected,) = torch.autograd.grad(loss, pos)
    yield wants(
        "it is a vector along the user's",
        found.shape == user.shape and near(abs(found @ user) / found.norm(), user.norm()),
        "s_p = ⟨e_u, e_p⟩, so ∂s_p/∂e_p = e_u.",
    )
    yield wants(
        "a step against it moves the positive towards the user",
        found @ user < 0,
        "ℓ falls when s_p grows: mind the sign.",
    )
    yield wants(
        "its length is σ(s_n − s_p) times that of the user's",
        near(found, expected),
        "The derivative of softplus is the logistic function, torch.sigmoid.",
    )


@exercise("03-ndcg")
def ndcg(answer: Callable[..., Any]) -> Iterator[Property]:
    """Check NDCG of one list."""
    yield wants("all hits on top give 1", near(answer([1, 1, 0, 0], 2), 1.0))
    yield wants(
        "one held-out item at rank 3 gives 1 / log₂(4) = 0.5",
        near(answer([0, 0, 1, 0], 1), 0.5),
        "A hit at rank r counts 1 / log₂(r + 1), r from 1.",
    )
    yield wants(
        "more held-out items than places are divided by the places",
        near(answer([1, 1], 9), 1.0),
        "The best list has min(len(hits), held_out) hits at its top.",
    )
