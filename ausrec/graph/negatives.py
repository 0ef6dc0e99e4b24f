"""How negatives are drawn: for each user, somebody to whom a relation does not relate them.

A negative is drawn uniformly from all unrelated columns of a row, and is checked against the
whole relation, however it is stored.
"""

import numpy as np
from numpy.typing import NDArray

from ausrec.graph.pairs import Ids, Pairs
from ausrec.graph.sampled_pairs import SampledPairs

TRIES = 16


def draw_negatives(
    pairs: Pairs, rows: Ids, generator: np.random.Generator, *, exclude_self: bool = False
) -> Ids:
    """Draw for each row one column that is not its partner, uniformly.

    Args:
        pairs: the relation.
        rows: row ids, [size].
        generator: source of randomness.
        exclude_self: never return the row's own id (rows and columns are both users).

    Returns:
        column ids, [size]. A row that is related to every column has no negative: it gets one
        drawn from all of them (`has_negative` tells which rows have one).
    """

    def wrong(rows: Ids, columns: Ids) -> NDArray[np.bool_]:
        related = pairs.contains(rows, columns)
        return related | (rows == columns) if exclude_self else related

    drawn = generator.integers(0, pairs.num_columns, len(rows))
    again = np.flatnonzero(wrong(rows, drawn))
    # Rejection is quick while a fair share of the columns is unrelated; the few rows that are
    # nearly full are then answered exactly from their complement.
    for _ in range(TRIES):
        if not len(again):
            return drawn
        drawn[again] = generator.integers(0, pairs.num_columns, len(again))
        again = again[wrong(rows[again], drawn[again])]
    full = pairs.partners(rows[again])
    for number, place in enumerate(again):
        free = np.ones(pairs.num_columns, dtype=bool)
        free[full.indices[full.indptr[number] : full.indptr[number + 1]]] = False
        if exclude_self:
            free[rows[place]] = False
        if free.any():
            drawn[place] = generator.choice(np.flatnonzero(free))
    return drawn


def has_negative(pairs: Pairs, *, exclude_self: bool = False) -> NDArray[np.bool_]:
    """Tell for each row whether `draw_negatives` can find a column, [num_rows]."""
    if isinstance(pairs, SampledPairs):
        return pairs.rows_with_negative(exclude_self=exclude_self)
    free = pairs.num_columns - pairs.counts
    if exclude_self:
        rows = np.arange(pairs.num_rows)
        free -= ~pairs.contains(rows, rows)
    found: NDArray[np.bool_] = free > 0
    return found
