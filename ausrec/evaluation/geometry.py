"""How embeddings lie on the unit sphere: alignment and uniformity (Wang and Isola 2020).

Both look at directions alone. Good embeddings have both low; where all directions collapse
into one, alignment is 0, its best, and uniformity is 0, its worst.
"""

import math

from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize

from ausrec.errors import AusrecError

# Rows compared with all others at once; bounds the memory, not the result.
ROWS = 1024


def alignment(first: Float[Tensor, "pairs dim"], second: Float[Tensor, "pairs dim"]) -> float:
    """Return how far the two members of a pair lie apart, from 0 (together) to 4 (opposite).

    Math:    mean_i ‖x_i/‖x_i‖ − y_i/‖y_i‖‖²

    Args:
        first: x, one member of each pair.
        second: y, the other.

    Raises:
        AusrecError: when there are no pairs.
    """
    if len(first) == 0:
        raise AusrecError("alignment is a mean over pairs, and there are none: give one or more")
    apart = normalize(first.double(), dim=1) - normalize(second.double(), dim=1)
    return float(apart.square().sum(1).mean())


def uniformity(points: Float[Tensor, "points dim"]) -> float:
    """Return how evenly points cover the sphere, from 0 (all in one place) downwards.

    Math:    log mean_{i ≠ j} exp(−2 ‖x_i/‖x_i‖ − x_j/‖x_j‖‖²)

    Args:
        points: x.

    Raises:
        AusrecError: on fewer than two points.
    """
    number = len(points)
    if number < 2:
        raise AusrecError(f"uniformity compares points, and there are {number}: give two or more")
    sphere = normalize(points.detach().double(), dim=1)
    total = 0.0
    for begin in range(0, number, ROWS):
        rows = sphere[begin : begin + ROWS]
        # On the sphere ‖x − y‖² = 2 − 2 ⟨x, y⟩.
        nearness = (4 * (rows @ sphere.T - 1)).exp()
        nearness.diagonal(begin).zero_()  # a point and itself are no pair
        total += float(nearness.sum())
    return math.log(total / (number * (number - 1)))
