"""Relations as formulas over adjacency matrices.

A relation between users is a boolean expression over the graph's adjacency matrices, written as
in the paper: social triangles are `(S @ S) & S`, friends of friends `S @ S - S`. A `Formula` is
such an expression. It is evaluated either row by row (`rows`), or for all rows at once as a bit
matrix (`bits`).
"""

from abc import ABC, abstractmethod
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from ausrec.errors import AusrecError
from ausrec.graph.bits import Bits, bytes_needed, or_product, to_bits
from ausrec.graph.pairs import Ids


class Formula(ABC):
    """A boolean matrix expression, [rows, columns]."""

    shape: tuple[int, int]

    @property
    @abstractmethod
    def walks(self) -> float:
        """How many walks `rows` follows to evaluate all rows."""

    @property
    @abstractmethod
    def bytes_read(self) -> float:
        """How many bytes `bits` reads."""

    @abstractmethod
    def rows(self, rows: Ids) -> "csr_array":
        """Evaluate some rows as a boolean sparse matrix, [len(rows), columns]."""

    @abstractmethod
    def bits(self) -> Bits:
        """Evaluate all rows as a bit matrix, [rows, columns / 64]."""

    def __and__(self, other: "Formula") -> "Formula":
        """Keep the pairs that are in both."""
        return Intersection(self, other)

    def __or__(self, other: "Formula") -> "Formula":
        """Keep the pairs that are in either."""
        return Union(self, other)

    def __sub__(self, other: "Formula") -> "Formula":
        """Keep the pairs that are not in the other."""
        return Difference(self, other)

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

    @property
    def walks(self) -> float:
        """The number of walks over the edges, repeated ones included."""
        walks = np.ones(self.factors[-1].shape[1])
        for factor in reversed(self.factors):
            walks = factor.astype(np.float64) @ walks
        return float(walks.sum())

    @property
    def bytes_read(self) -> float:
        """One row of bits for each edge of each factor but the last, and the result."""
        edges = sum(int(factor.nnz) for factor in self.factors[:-1])
        return float(bytes_needed(edges + self.shape[0], self.shape[1]))

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


class _Pairwise(Formula):
    def __init__(self, left: Formula, right: Formula) -> None:
        if left.shape != right.shape:
            raise AusrecError(
                f"cannot combine relations of shapes {left.shape} and {right.shape}: both must "
                "relate the same node types"
            )
        self.left, self.right, self.shape = left, right, left.shape

    @property
    def walks(self) -> float:
        """The walks of both formulas."""
        return self.left.walks + self.right.walks

    @property
    def bytes_read(self) -> float:
        """The bytes of both formulas."""
        return self.left.bytes_read + self.right.bytes_read


class Intersection(_Pairwise):
    """Pairs that both formulas relate."""

    def __init__(self, left: Formula, right: Formula) -> None:
        """Look whether one side is an adjacency matrix, and the other a walk of two steps."""
        super().__init__(left, right)
        walks = [side for side in (left, right) if isinstance(side, Walk)]
        walks.sort(key=lambda walk: len(walk.factors))
        # Then only the pairs of the adjacency matrix need be tried, not all walks.
        self.closes = [len(walk.factors) for walk in walks] == [1, 2]
        if self.closes:
            self.mask, (self.first, second) = walks[0], walks[1].factors
            self.second_transposed = csr_array(second.T)

    @property
    def walks(self) -> float:
        """The walks of both formulas; a closed walk is tried once for each pair it may close."""
        if not self.closes:
            return super().walks
        ends = np.diff(self.first.indptr).astype(np.float64)
        return float((self.mask.factors[0].astype(np.float64).T @ ends).sum())

    def rows(self, rows: Ids) -> "csr_array":
        """Evaluate some rows."""
        if self.closes:
            pairs = self.mask.rows(rows).tocoo()
            middle = self.first[rows[pairs.row]].multiply(self.second_transposed[pairs.col])
            found = np.diff(csr_array(middle).indptr) > 0
            kept = pairs.row[found], pairs.col[found]
            ones = np.ones(len(kept[0]), dtype=bool)
            return _canonical(csr_array((ones, kept), shape=pairs.shape))
        return _canonical(self.left.rows(rows).multiply(self.right.rows(rows)))

    def bits(self) -> Bits:
        """Evaluate all rows."""
        bits = self.left.bits()
        bits &= self.right.bits()
        return bits


class Union(_Pairwise):
    """Pairs that at least one formula relates."""

    def rows(self, rows: Ids) -> "csr_array":
        """Evaluate some rows."""
        return _canonical(self.left.rows(rows) + self.right.rows(rows))

    def bits(self) -> Bits:
        """Evaluate all rows."""
        bits = self.left.bits()
        bits |= self.right.bits()
        return bits


class Difference(_Pairwise):
    """Pairs that the first formula relates and the second does not."""

    def rows(self, rows: Ids) -> "csr_array":
        """Evaluate some rows."""
        left, right = self.left.rows(rows), self.right.rows(rows)
        # a > b on booleans is "a and not b"
        return _canonical(left > right)

    def bits(self) -> Bits:
        """Evaluate all rows."""
        bits = self.left.bits()
        bits &= np.bitwise_not(self.right.bits())
        return bits


class Others(Formula):
    """The pairs (u, v) of a formula with u ≠ v."""

    def __init__(self, formula: Formula) -> None:
        """Keep a formula whose rows and columns are the same nodes."""
        self.formula, self.shape = formula, formula.shape

    @property
    def walks(self) -> float:
        """The walks of the formula."""
        return self.formula.walks

    @property
    def bytes_read(self) -> float:
        """The bytes of the formula."""
        return self.formula.bytes_read

    def rows(self, rows: Ids) -> "csr_array":
        """Evaluate some rows."""
        entries = self.formula.rows(rows).tocoo()
        others = rows[entries.row] != entries.col
        kept = entries.row[others], entries.col[others]
        ones = np.ones(len(kept[0]), dtype=bool)
        return _canonical(csr_array((ones, kept), shape=entries.shape))

    def bits(self) -> Bits:
        """Evaluate all rows."""
        bits = self.formula.bits()
        users = np.arange(len(bits))
        bits[users, users // 64] &= ~(np.uint64(1) << (users % 64).astype(np.uint64))
        return bits


def _canonical(matrix: "csr_array") -> "csr_array":
    result = csr_array(matrix, dtype=bool)
    result.eliminate_zeros()
    result.sort_indices()
    return result
