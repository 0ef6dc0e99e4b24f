"""Rows of length one, and cosines, that can be differentiated twice wherever they stand."""

import torch
from jaxtyping import Float
from torch import Tensor

_NOTHING = 1e-12


def unit_rows(rows: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
    """Return each row divided by its length; a row of zeros stays one.

    Math:    x / ‖x‖

    `torch.nn.functional.normalize` has the same values. At a row of zeros, which a node without
    edges has in a view without layer 0, its second derivative is NaN, and its first one 10¹² times
    what arrives; here both are finite.

    Args:
        rows: x.
    """
    with torch.no_grad():
        nothing = torch.linalg.vector_norm(rows, dim=1, keepdim=True) < _NOTHING
    lengths: Tensor = torch.linalg.vector_norm(rows.masked_fill(nothing, 1.0), dim=1, keepdim=True)
    return rows / lengths


def cosines(
    first: Float[Tensor, "batch dim"], second: Float[Tensor, "batch dim"]
) -> Float[Tensor, " batch"]:
    """Return the cosine of each row with the same row of the other; 0 where one has no length.

    Args:
        first: rows of one side.
        second: rows of the other.
    """
    found: Tensor = torch.linalg.vecdot(unit_rows(first), unit_rows(second))
    return found
