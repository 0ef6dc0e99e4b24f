"""Relations of which only the formula is kept."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ausrec.graph.formula import Formula
from ausrec.graph.pairs import Ids, Pairs, StoredPairs

BLOCK = 1024
"""Rows that are evaluated at once."""


class LazyPairs(Pairs):
    """Pairs known by their formula only.

    Counting the pairs takes one pass over all rows; after that a draw costs the rows that it
    touches. Memory: one block of rows.
    """

    def __init__(self, formula: Formula) -> None:
        """Count the partners of every row, a block at a time."""
        self.formula = formula
        self.num_rows, self.num_columns = formula.shape
        blocks = np.array_split(np.arange(self.num_rows), max(1, self.num_rows // BLOCK))
        self.counts = np.concatenate([np.diff(formula.rows(b).indptr) for b in blocks])
        self.counts = self.counts.astype(np.int64)

    def _local(self, rows: Ids) -> tuple[StoredPairs, Ids]:
        unique, local = np.unique(rows, return_inverse=True)
        return StoredPairs(self.formula.rows(unique)), local

    def select(self, rows: Ids, ranks: Ids) -> Ids:
        """Return the `ranks[k]`-th partner of `rows[k]`."""
        pairs, local = self._local(rows)
        return pairs.select(local, ranks)

    def contains(self, rows: Ids, columns: Ids) -> NDArray[np.bool_]:
        """Tell for each pair whether the formula relates it."""
        return self.formula.holds(rows, columns)

    def partners(self, rows: Ids) -> "csr_array":
        """Return the rows as a boolean sparse matrix, [len(rows), num_columns]."""
        return self.formula.rows(rows)

    def __repr__(self) -> str:
        return f"LazyPairs(num_pairs={self.num_pairs})"
