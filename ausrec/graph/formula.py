"""Relations as formulas over adjacency matrices.

A relation between users is a boolean expression over the graph's adjacency matrices, written as
in the paper: social triangles are `(S @ S) & S`, friends of friends `S @ S - S`. A `Formula` is
such an expression. It is evaluated either row by row (`rows`), or for all rows at once as a bit
matrix (`bits`).
"""

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ausrec.errors import AusrecError
from ausrec.graph.bits import Bits, or_product, to_bits
from ausrec.graph.pairs import Ids


class Formula(ABC):
    """A boolean matrix expression, [rows, columns]."""

    shape: tuple[int, int]

    @abstractmethod
    def rows(self, rows: Ids) -> "csr_array":
        """Evaluate some rows as a boolean sparse matrix, [len(rows), columns]."""

    @abstractmethod
    def bits(self) -> Bits:
        """Evaluate all rows as a bit matrix, [rows, columns / 64]."""

    def __and__(self, other: "Formula") -> "Formula":
        """Keep the pairs that are in both."""
        walks = [side for side in (self, other) if isinstance(side, Walk)]
        walks.sort(key=lambda walk: len(walk.factors))
        if [len(walk.factors) for walk in walks] == [1, 2]:
            return ClosedWalk(*walks)
        return Combination(self, other, csr_array.multiply, operator.iand)

    def __or__(self, other: "Formula") -> "Formula":
        """Keep the pairs that are in either."""
        return Combination(self, other, operator.add, operator.ior)

    def __sub__(self, other: "Formula") -> "Formula":
        """Keep the pairs that are not in the other."""
        # a > b on booleans is "a and not b"
        return Combination(self, other, operator.gt, _and_not)

    def without_self(self) -> "Formula":
        """Leave the pairs (u, u) out."""
        return Others(self)


class Walk(Formula):
    """A boolean product of adjacency matrices: who is reached by a walk over these edges.

    `Walk(S)` is an adjacency matrix itself, `Walk(S) @ Walk(R)` walks over both.
    """

    def __init__(self, *factors: "csr_array") -> None:
        """Keep the patterns of sparse matrices whose inner dimensions agree."""
        for left, right in pairwise(factors):
            if left.shape[1] != right.shape[0]:
                raise AusrecError(
                    f"a walk cannot step from a matrix {left.shape} to one {right.shape}: the "
                    "first must end at the node type at which the second starts"
                )
        self.factors = tuple(csr_array(factor, dtype=bool) for factor in factors)
        self.shape = (factors[0].shape[0], factors[-1].shape[1])

    def __matmul__(self, other: "Walk") -> "Walk":
        """Continue the walk."""
        return Walk(*self.factors, *other.factors)

    @property
    def T(self) -> "Walk":
        """The walk in the opposite direction."""
        return Walk(*(csr_array(factor.T) for factor in reversed(self.factors)))

    def symmetric(self) -> "Walk":
        """Return the adjacency matrix with every edge in both directions (one factor only)."""
        (factor,) = self.factors
        return Walk(csr_array(factor + factor.T))

    def rows(self, rows: Ids) -> "csr_array":
        """Evaluate some rows, from the left: their number stays small all along."""
        reached = self.factors[0][rows]
        for factor in self.factors[1:]:
            reached = csr_array(reached @ factor)
        reached.sort_indices()
        return reached

    def bits(self) -> Bits:
        """Evaluate all rows, from the right: each product is an OR of rows of bits."""
        reached = to_bits(self.factors[-1])
        for factor in reversed(self.factors[:-1]):
            reached = or_product(factor, reached)
        return reached


class Combination(Formula):
    """The pairs that two formulas leave when their matrices are combined entry by entry."""

    def __init__(
        self,
        left: Formula,
        right: Formula,
        of_rows: Callable[["csr_array", "csr_array"], "csr_array"],
        of_bits: Callable[[Bits, Bits], Bits],
    ) -> None:
        """Keep both formulas.

        Args:
            left: the first.
            right: the second; it relates the same node types.
            of_rows: combines boolean sparse matrices.
            of_bits: combines bit matrices, the first of which it may overwrite.
        """
        if left.shape != right.shape:
            raise AusrecError(
                f"cannot combine relations of shapes {left.shape} and {right.shape}: both must "
                "relate the same node types"
            )
        self.left, self.right, self.shape = left, right, left.shape
        self.of_rows, self.of_bits = of_rows, of_bits

    def rows(self, rows: Ids) -> "csr_array":
        """Evaluate some rows."""
        return _canonical(self.of_rows(self.left.rows(rows), self.right.rows(rows)))

    def bits(self) -> Bits:
        """Evaluate all rows."""
        return self.of_bits(self.left.bits(), self.right.bits())


class ClosedWalk(Combination):
    """A walk of two steps whose ends an adjacency matrix joins: a triangle.

    Only the pairs of the adjacency matrix need be tried, not all walks.
    """

    def __init__(self, mask: Walk, walk: Walk) -> None:
        """Keep the adjacency matrix and the walk of two steps."""
        super().__init__(walk, mask, csr_array.multiply, operator.iand)
        self.mask, (self.first, second) = mask, walk.factors
        self.second_transposed = csr_array(second.T)

    def rows(self, rows: Ids) -> "csr_array":
        """Evaluate some rows."""
        pairs = self.mask.rows(rows).tocoo()
        middle = self.first[rows[pairs.row]].multiply(self.second_transposed[pairs.col])
        return _keep(pairs, np.diff(csr_array(middle).indptr) > 0)


def _and_not(left: Bits, right: Bits) -> Bits:
    left &= np.bitwise_not(right)
    return left


class Others(Formula):
    """The pairs (u, v) of a formula with u ≠ v.

    Attributes:
        formula: all pairs, those with u = v included.
    """

    def __init__(self, formula: Formula) -> None:
        """Keep a formula whose rows and columns are the same nodes."""
        self.formula, self.shape = formula, formula.shape

    def rows(self, rows: Ids) -> "csr_array":
        """Evaluate some rows."""
        pairs = self.formula.rows(rows).tocoo()
        return _keep(pairs, rows[pairs.row] != pairs.col)

    def bits(self) -> Bits:
        """Evaluate all rows."""
        bits = self.formula.bits()
        users = np.arange(len(bits))
        bits[users, users // 64] &= ~(np.uint64(1) << (users % 64).astype(np.uint64))
        return bits


def _keep(pairs: Any, kept: NDArray[np.bool_]) -> "csr_array":
    ones = np.ones(int(kept.sum()), dtype=bool)
    return _canonical(csr_array((ones, (pairs.row[kept], pairs.col[kept])), shape=pairs.shape))


def _canonical(matrix: "csr_array") -> "csr_array":
    result = csr_array(matrix, dtype=bool)
    result.eliminate_zeros()
    result.sort_indices()
    return result
