"""What the objectives are made of, written out in NumPy by loops, with nothing of the package.

The hand-drawn graph has a triangle of friends (0, 1, 2), friends with and without common items,
strangers who share more than two items (0 and 3, 1 and 3), and a link that goes one way only.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch_geometric.data import HeteroData

from ausrec.models import LightGCN
from tests.graphs import make_graph

Array = NDArray[np.float64]
NUM_USERS, NUM_ITEMS = 5, 5
RATES = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 1), (2, 3)]
RATES += [(3, 0), (3, 1), (3, 2), (3, 3), (4, 3), (4, 4)]
TRUSTS = [(0, 1), (1, 0), (1, 2), (2, 0), (3, 4), (4, 3), (4, 2)]


def drawn_graph() -> HeteroData:
    """Return the hand-drawn graph."""
    return make_graph(NUM_USERS, NUM_ITEMS, RATES, TRUSTS)


def encoder(layers: int = 2, dim: int = 4) -> tuple[LightGCN, Array]:
    """Return an encoder of the hand-drawn graph in float64, and its layer 0."""
    model = LightGCN(drawn_graph(), dim=dim, layers=layers, init_std=1.0, seed=3).double()
    return model, model.table.detach().numpy()


def float64(own: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return a task's parameters in float64, moved so that none of them is zero."""
    generator = torch.Generator().manual_seed(7)
    return {
        name: (value + 0.3 * torch.randn(value.shape, generator=generator)).double()
        for name, value in own.items()
    }


def joint(dropped: Iterable[tuple[int, int]] = (), *, social: bool = True) -> Array:
    """Return [[S, R], [Rᵀ, 0]] of the hand-drawn graph without the dropped pairs of nodes."""
    size = NUM_USERS + NUM_ITEMS
    matrix = np.zeros((size, size))
    for user, item in RATES:
        matrix[user, NUM_USERS + item] = matrix[NUM_USERS + item, user] = 1
    for source, target in TRUSTS if social else []:
        matrix[source, target] = 1
    for one, other in dropped:
        matrix[one, other] = matrix[other, one] = 0
    return matrix


def friends() -> Array:
    """Return the social links, whichever way they go."""
    matrix = np.zeros((NUM_USERS, NUM_USERS))
    for source, target in TRUSTS:
        matrix[source, target] = matrix[target, source] = 1
    return matrix


def shared() -> Array:
    """Return how many items each two different users share."""
    items = [{item for user, item in RATES if user == each} for each in range(NUM_USERS)]
    return np.array(
        [[len(a & b) if a is not b else 0 for b in items] for a in items], dtype=np.float64
    )


def common_friends() -> Array:
    """Return how many friends each two friends have in common."""
    links = friends()
    return np.array(
        [
            [links[a, b] * sum(links[a, c] * links[c, b] for c in range(NUM_USERS)) for b in rows]
            for a, rows in ((a, range(NUM_USERS)) for a in range(NUM_USERS))
        ]
    )


def normalised(matrix: Array) -> Array:
    """Divide each entry by the square roots of both nodes' row sums."""
    sums, result = matrix.sum(1), np.zeros_like(matrix)
    for row, column in zip(*np.nonzero(matrix), strict=True):
        # A row may be empty where its column is not: then nothing comes from there.
        if sums[row] > 0 and sums[column] > 0:
            result[row, column] = matrix[row, column] / math.sqrt(sums[row] * sums[column])
    return result


def propagated(matrices: Sequence[Array], base: Array) -> list[Array]:
    """Return layer 0 and each further one, every layer over its own matrix."""
    layers = [base]
    for matrix in matrices:
        layers.append(normalised(matrix) @ layers[-1])
    return layers


def cosine(one: Array, other: Array) -> float:
    """Return the cosine of two vectors."""
    return float(one @ other) / math.sqrt(float(one @ one) * float(other @ other))


def info_nce(anchor: Array, others: Iterable[Array], positive: int, temperature: float) -> float:
    """Return −ln of the positive's share."""
    powers = [math.exp(cosine(anchor, other) / temperature) for other in others]
    return -math.log(powers[positive] / sum(powers))


def of_both_sides(users: Sequence[float], items: Sequence[float]) -> Array:
    """Return the losses of users and items, scaled to a mean that is the sum of both means."""
    total = len(users) + len(items)
    scaled = [loss * total / len(users) for loss in users]
    return np.array(scaled + [loss * total / len(items) for loss in items])


def contrasted(
    first: Array,
    second: Array,
    users: Sequence[int],
    items: Sequence[int],
    temperature: float,
    *,
    among_all: bool = False,
) -> Array:
    """Return InfoNCE of two tables of all nodes, among the anchors of each side or among all."""
    if among_all:
        rows = [*users, *(NUM_USERS + item for item in items)]
        others = [second[row] for row in rows]
        found = [info_nce(first[row], others, n, temperature) for n, row in enumerate(rows)]
        return np.array(found)
    sides = []
    for rows in (list(users), [NUM_USERS + item for item in items]):
        others = [second[row] for row in rows]
        sides.append([info_nce(first[row], others, n, temperature) for n, row in enumerate(rows)])
    return of_both_sides(*sides)


def sigmoid(x: float) -> float:
    """Return 1 / (1 + e^−x)."""
    return 1 / (1 + math.exp(-x))


def softplus(x: float) -> float:
    """Return ln(1 + eˣ)."""
    return math.log(1 + math.exp(x))


def leaky(x: Array, slope: float) -> Array:
    """Return x, its entries below zero times the slope."""
    return np.where(x > 0, x, slope * x)
