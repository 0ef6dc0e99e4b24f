"""Relations that are too large to count: their pairs are drawn by walking."""

import numpy as np
from numpy.typing import NDArray

from ausrec.errors import AusrecError
from ausrec.graph.formula import Formula, Walk
from ausrec.graph.lazy_pairs import LazyPairs
from ausrec.graph.pairs import Ids, Uniform

TRIED = 4096
"""Walks that tell how many are accepted."""

TRIES = 16
ROUNDS = 1000


class SampledPairs(LazyPairs):
    """Pairs drawn by rejection, uniformly over all pairs, though nobody has counted them.

    Math:    a walk is drawn uniformly from all walks, so that it ends in (u, v) with probability
             c(u, v) / Σ c, where c counts the walks from u to v; it is accepted with probability
             1 / c(u, v) where the formula relates u and v. So all related pairs are equally likely.

    Attributes:
        counts: the walks from each row: at least as many as it has partners.
        rate: the share of walks that is accepted, estimated from a few thousand of them.
    """

    def __init__(self, formula: Formula, walk: Walk) -> None:
        """Prepare the walk.

        Args:
            formula: the relation.
            walk: leads to every pair of it, and possibly to others.
        """
        self.formula, self.steps = formula, walk
        self.num_rows, self.num_columns = formula.shape
        # From the last step back: the walks that go on from each node.
        ways = [np.ones(self.num_columns, dtype=np.int64)]
        for factor in reversed(walk.factors):
            ways.insert(0, factor.astype(np.int64) @ ways[0])
        self.counts = ways[0]
        # Each step goes along an edge with as many chances as there are walks behind it.
        chances = [after[f.indices] for f, after in zip(walk.factors, ways[1:], strict=True)]
        self._ends = [np.concatenate([[0], np.cumsum(each)]) for each in chances]
        self._row_ends = np.cumsum(self.counts)
        self.rate = 0.0
        if self.counts.any():
            accepted = self._walk(TRIED, np.random.default_rng(0))[2]
            self.rate = float(accepted.mean())

    @property
    def num_pairs(self) -> int:
        """The number of pairs, estimated from the share of walks that is accepted."""
        return round(int(self.counts.sum()) * self.rate)

    def draw(
        self,
        size: int,
        generator: np.random.Generator,
        uniform: Uniform = "pairs",
        among: NDArray[np.bool_] | None = None,
    ) -> tuple[Ids, Ids]:
        """Draw pairs with replacement; see `Pairs.draw`."""
        if uniform == "users":
            return self._draw_of_users(size, generator, among)
        parts: list[tuple[Ids, Ids]] = []
        missing = size
        for _ in range(ROUNDS):
            if missing <= 0:
                rows, columns = (np.concatenate(each)[:size] for each in zip(*parts, strict=True))
                return rows, columns
            candidates = int(1.1 * missing / max(self.rate, 1 / TRIED)) + 16
            rows, columns, accepted = self._walk(candidates, generator)
            accepted = accepted if among is None else accepted & among[rows]
            parts.append((rows[accepted], columns[accepted]))
            missing -= int(accepted.sum())
        raise AusrecError("hardly a walk leads to a pair of this relation: leave this task out")

    def _draw_of_users(
        self, size: int, generator: np.random.Generator, among: NDArray[np.bool_] | None
    ) -> tuple[Ids, Ids]:
        possible = np.flatnonzero(self.counts if among is None else np.where(among, self.counts, 0))
        rows, columns = np.full(size, -1), np.full(size, -1)
        for _ in range(ROUNDS):
            missing = np.flatnonzero(columns < 0)
            if not len(missing) or not len(possible):
                break
            rows[missing] = generator.choice(possible, len(missing))
            found, local = self._local(rows[missing])
            there = found.counts[local] > 0
            local, missing = local[there], missing[there]
            ranks = generator.integers(0, found.counts[local])
            columns[missing] = found.select(local, ranks)
        if (columns < 0).any():
            raise AusrecError("cannot draw from a relation without pairs: leave this task out")
        return rows, columns

    def _walk(
        self, size: int, generator: np.random.Generator
    ) -> tuple[Ids, Ids, NDArray[np.bool_]]:
        """Return where walks begin and end, and which are accepted."""
        places = generator.integers(0, self._row_ends[-1], size)
        rows = here = np.searchsorted(self._row_ends, places, side="right")
        for factor, ends in zip(self.steps.factors, self._ends, strict=True):
            low, high = ends[factor.indptr[here]], ends[factor.indptr[here + 1]]
            edges = np.searchsorted(ends, generator.integers(low, high), side="right") - 1
            here = factor.indices[edges].astype(np.int64)
        accepted = generator.random(size) * self.steps.count(rows, here) < 1
        accepted &= self.formula.holds(rows, here, np.ones(size, dtype=bool))
        return rows, here, accepted

    def rows_with_negative(self, *, exclude_self: bool) -> NDArray[np.bool_]:
        """Tell for which rows one of a few random columns is no partner, [num_rows]."""
        generator = np.random.default_rng(0)
        found = np.zeros(self.num_rows, dtype=bool)
        for _ in range(TRIES):
            rows = np.flatnonzero(~found)
            columns = generator.integers(0, self.num_columns, len(rows))
            related = self.contains(rows, columns)
            found[rows] = ~related & ((rows != columns) | (not exclude_self))
        return found

    def __repr__(self) -> str:
        return f"SampledPairs(num_pairs≈{self.num_pairs:.2g})"
