"""Relations as formulas over adjacency matrices.

A relation between users is a boolean expression over the graph's adjacency matrices, written as
in the paper: social triangles are `(S @ S) & S`, friends of friends `S @ S - S`. A `Formula` is
such an expression. It is evaluated row by row (`rows`), pair by pair (`holds`), or for all rows at
once as a bit matrix (`bits`).
"""

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property, reduce
from itertools import pairwise
from operator import matmul
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array

from ausrec.errors import AusrecError
from ausrec.graph.dense_pairs import Bits, or_product, to_bits
from ausrec.graph.pairs import Ids

PAIRS = 16_384
"""Pairs whose walks are counted at once."""


class Formula(ABC):
    """A boolean matrix expression, [rows, columns].

    Attributes:
        walk: leads to every pair of the formula, and possibly to others; None where there is no
            such walk, or something cheaper.
    """

    shape: tuple[int, int]
    walk: "Walk | None" = None

    @abstractmethod
    def rows(self, rows: Ids) -> "csr_array":
        """Evaluate some rows as a boolean sparse matrix, [len(rows), columns]."""

    @abstractmethod
    def bits(self) -> Bits:
        """Evaluate all rows as a bit matrix, [rows, columns / 64]."""

    @abstractmethod
    def holds(
        self, rows: Ids, columns: Ids, reached: NDArray[np.bool_] | None = None
    ) -> NDArray[np.bool_]:
        """Tell for each pair (rows[k], columns[k]) whether it is related.

        Args:
            rows: the pairs' rows.
            columns: the pairs' columns.
            reached: whether `walk` leads from row to column, where that is known.
        """

    def __and__(self, other: "Formula") -> "Formula":
        """Keep the pairs that are in both."""
        walks = [side for side in (self, other) if isinstance(side, Walk)]
        walks.sort(key=lambda walk: len(walk.factors))
        if [len(walk.factors) for walk in walks] == [1, 2]:
            return ClosedWalk(*walks)
        return Combination(self, other, csr_array.multiply, operator.iand)

    def __or__(self, other: "Formula") -> "Formula":
        """Keep the pairs that are in either."""
        either = Combination(self, other, operator.add, operator.ior)
        either.walk = None
        return either

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
        self.walk = self

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

    def holds(
        self, rows: Ids, columns: Ids, reached: NDArray[np.bool_] | None = None
    ) -> NDArray[np.bool_]:
        """Tell for each pair whether a walk leads from row to column."""
        return self.count(rows, columns) > 0 if reached is None else reached

    def count(self, rows: Ids, columns: Ids) -> Ids:
        """Count for each pair the walks that lead from row to column.

        Math: (A₁ ⋯ A_m)[u, :] · (A_{m+1} ⋯ A_k)[:, v], for the pairs (u, v) alone
        """
        found = np.empty(len(rows), dtype=np.int64)
        for start in range(0, len(rows), PAIRS):
            part = slice(start, start + PAIRS)
            left, right = (
                reduce(matmul, factors[1:], factors[0][ends[part]])
                for factors, ends in zip(self._halves, (rows, columns), strict=True)
            )
            found[part] = left.multiply(right).sum(axis=1)
        return found

    @cached_property
    def _halves(self) -> "tuple[list[csr_array], list[csr_array]]":
        """The factors of the first half, and those of the second walked back, as numbers."""
        middle = -(-len(self.factors) // 2)
        back = [csr_array(factor.T) for factor in reversed(self.factors[middle:])]
        if not back:
            back = [csr_array(eye_array(self.shape[1], format="csr"))]
        first, second = (
            [factor.astype(np.int32) for factor in half] for half in (self.factors[:middle], back)
        )
        return first, second

    @property
    def num_walks(self) -> int:
        """The number of all walks."""
        ways = np.ones(self.shape[1], dtype=np.int64)
        for factor in reversed(self.factors):
            ways = factor.astype(np.int64) @ ways
        return int(ways.sum())


class Combination(Formula):
    """The pairs that two formulas leave when their matrices are combined entry by entry."""

    def __init__(
        self,
        left: Formula,
        right: Formula,
        of_rows: Callable[["csr_array", "csr_array"], "csr_array"],
        of_bits: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]],
    ) -> None:
        """Keep both formulas.

        Args:
            left: the first.
            right: the second; it relates the same node types.
            of_rows: combines boolean sparse matrices.
            of_bits: combines bit matrices or booleans, the first of which it may overwrite.
        """
        if left.shape != right.shape:
            raise AusrecError(
                f"cannot combine relations of shapes {left.shape} and {right.shape}: both must "
                "relate the same node types"
            )
        self.left, self.right, self.shape = left, right, left.shape
        self.walk = left.walk
        self.of_rows, self.of_bits = of_rows, of_bits

    def rows(self, rows: Ids) -> "csr_array":
        """Evaluate some rows."""
        return _canonical(self.of_rows(self.left.rows(rows), self.right.rows(rows)))

    def bits(self) -> Bits:
        """Evaluate all rows."""
        return self.of_bits(self.left.bits(), self.right.bits())

    def holds(
        self, rows: Ids, columns: Ids, reached: NDArray[np.bool_] | None = None
    ) -> NDArray[np.bool_]:
        """Tell for each pair whether it is related."""
        left = self.left.holds(rows, columns, reached).copy()
        return self.of_bits(left, self.right.holds(rows, columns))


class ClosedWalk(Combination):
    """A walk of two steps whose ends an adjacency matrix joins: a triangle.

    Only the pairs of the adjacency matrix need be tried, not all walks.
    """

    def __init__(self, mask: Walk, walk: Walk) -> None:
        """Keep the adjacency matrix and the walk of two steps."""
        super().__init__(walk, mask, csr_array.multiply, operator.iand)
        self.walk = None
        self.mask, (self.first, second) = mask, walk.factors
        self.second_transposed = csr_array(second.T)

    def rows(self, rows: Ids) -> "csr_array":
        """Evaluate some rows."""
        pairs = self.mask.rows(rows).tocoo()
        middle = self.first[rows[pairs.row]].multiply(self.second_transposed[pairs.col])
        return _keep(pairs, np.diff(csr_array(middle).indptr) > 0)


def _and_not(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    left &= np.bitwise_not(right)
    return left


class Others(Formula):
    """The pairs (u, v) of a formula with u ≠ v.

    Attributes:
        formula: all pairs, those with u = v included.
    """

    def __init__(self, formula: Formula) -> None:
        """Keep a formula whose rows and columns are the same nodes."""
        self.formula, self.shape, self.walk = formula, formula.shape, formula.walk

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

    def holds(
        self, rows: Ids, columns: Ids, reached: NDArray[np.bool_] | None = None
    ) -> NDArray[np.bool_]:
        """Tell for each pair whether it is related, and not of a user with the same user."""
        apart: NDArray[np.bool_] = rows != columns
        return self.formula.holds(rows, columns, reached) & apart


def _keep(pairs: Any, kept: NDArray[np.bool_]) -> "csr_array":
    ones = np.ones(int(kept.sum()), dtype=bool)
    return _canonical(csr_array((ones, (pairs.row[kept], pairs.col[kept])), shape=pairs.shape))


def _canonical(matrix: "csr_array") -> "csr_array":
    result = csr_array(matrix, dtype=bool)
    result.eliminate_zeros()
    result.sort_indices()
    return result
