"""Sets of related pairs: draw them uniformly, and ask whether a pair belongs.

A relation may hold 20 thousand pairs (social triangles on LastFM) or 123 million (the meta-path
UUIU on Douban Book). Four classes store them differently and answer the same questions, so
that a sampler never needs to know which one it has:

* `StoredPairs`: an edge list, for small relations;
* `ausrec.graph.dense_pairs.BitPairs`: one bit for each possible pair, for dense relations;
* `ausrec.graph.lazy_pairs.LazyPairs`: only the formula; rows are computed when a user is drawn;
* `ausrec.graph.sampled_pairs.SampledPairs`: only the formula; pairs are drawn by walking.
"""

from abc import ABC, abstractmethod
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_array
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError

Ids = NDArray[np.int64]
Uniform = Literal["pairs", "users"]


class Pairs(ABC):
    """A set of pairs (row, column), for example (user, related user) or (user, item).

    Attributes:
        num_rows: rows are ids in [0, num_rows).
        num_columns: columns are ids in [0, num_columns).
        counts: number of partners of each row, [num_rows].
    """

    num_rows: int
    num_columns: int
    counts: Ids

    @abstractmethod
    def select(self, rows: Ids, ranks: Ids) -> Ids:
        """Return the `ranks[k]`-th partner (from 0, in ascending order) of `rows[k]`."""

    @abstractmethod
    def contains(self, rows: Ids, columns: Ids) -> NDArray[np.bool_]:
        """Tell for each pair (rows[k], columns[k]) whether it is in the set."""

    @abstractmethod
    def partners(self, rows: Ids) -> "csr_array":
        """Return the rows as a boolean sparse matrix, [len(rows), num_columns]."""

    @property
    def num_pairs(self) -> int:
        """The number of pairs in the set."""
        return int(self.counts.sum())

    def edge_index(self) -> torch.Tensor:
        """Return all pairs as an `edge_index`, [2, num_pairs], sorted by row, then column."""
        matrix = self.partners(np.arange(self.num_rows)).tocoo()
        return torch.from_numpy(np.stack([matrix.row, matrix.col]).astype(np.int64))

    def draw(
        self,
        size: int,
        generator: np.random.Generator,
        uniform: Uniform = "pairs",
        among: NDArray[np.bool_] | None = None,
    ) -> tuple[Ids, Ids]:
        """Draw pairs with replacement.

        Args:
            size: the number of pairs.
            generator: source of randomness.
            uniform: `"pairs"`: every pair is equally likely. `"users"`: every row with a
                partner is equally likely, then each of its partners (as the published code
                draws its samples).
            among: rows that may be drawn, [num_rows]; None for all.

        Returns:
            rows and columns, [size] each.

        Raises:
            AusrecError: when there is no pair to draw.
        """
        counts = self.counts if among is None else np.where(among, self.counts, 0)
        if not counts.any():
            raise AusrecError(
                "cannot draw from a relation without pairs: leave this task out, or check that "
                "the training graph has the edges that it is made of"
            )
        if uniform == "pairs":
            ends = np.cumsum(counts)
            places = generator.integers(0, ends[-1], size)
            rows = np.searchsorted(ends, places, side="right")
            ranks = places - (ends[rows] - counts[rows])
        else:
            rows = generator.choice(np.flatnonzero(counts), size)
            ranks = generator.integers(0, counts[rows])
        return rows, self.select(rows, ranks)


class StoredPairs(Pairs):
    """Pairs kept as a compressed sparse row structure."""

    def __init__(self, matrix: "csr_array") -> None:
        """Keep the pattern of a sparse matrix, [num_rows, num_columns]."""
        pattern = csr_array(matrix)
        pattern.sum_duplicates()
        pattern.data = np.ones(pattern.nnz, dtype=bool)
        self.matrix = pattern
        self.num_rows, self.num_columns = pattern.shape
        self.starts = pattern.indptr.astype(np.int64)
        self.columns = pattern.indices.astype(np.int64)
        self.counts = np.diff(self.starts)
        self._keys = np.repeat(np.arange(self.num_rows), self.counts) * self.num_columns
        self._keys += self.columns

    @classmethod
    def from_edge_index(
        cls, edge_index: torch.Tensor, num_rows: int, num_columns: int
    ) -> "StoredPairs":
        """Build from an `edge_index`, [2, num_edges]; repeated edges count once."""
        rows, columns = edge_index.cpu().numpy()
        ones = np.ones(len(rows), dtype=bool)
        return cls(csr_array((ones, (rows, columns)), shape=(num_rows, num_columns)))

    @classmethod
    def of_interactions(cls, graph: HeteroData) -> "StoredPairs":
        """Read the training interactions of a graph, users by items.

        Raises:
            AusrecError: when there are none.
        """
        sizes = graph["user"].num_nodes, graph["item"].num_nodes
        pairs = cls.from_edge_index(graph["user", "rates", "item"].edge_index, *sizes)
        if pairs.num_pairs == 0:
            raise AusrecError("the training graph has no interactions: there is nothing to learn")
        return pairs

    def select(self, rows: Ids, ranks: Ids) -> Ids:
        """Return the `ranks[k]`-th partner of `rows[k]`."""
        chosen: Ids = self.columns[self.starts[rows] + ranks]
        return chosen

    def contains(self, rows: Ids, columns: Ids) -> NDArray[np.bool_]:
        """Tell for each pair whether it is in the set, by binary search."""
        keys = rows * self.num_columns + columns
        places = np.searchsorted(self._keys, keys)
        found = np.zeros(len(keys), dtype=bool)
        inside = places < len(self._keys)
        found[inside] = self._keys[places[inside]] == keys[inside]
        return found

    def partners(self, rows: Ids) -> "csr_array":
        """Return the rows as a boolean sparse matrix, [len(rows), num_columns]."""
        return self.matrix[rows]

    def __repr__(self) -> str:
        return f"StoredPairs(num_pairs={self.num_pairs})"
