"""The normalised joint adjacency, and the one operator that propagates embeddings over it.

Math: A = [[S, R], [Rᵀ, 0]],  Â = D^-1/2 A D^-1/2 with D = diag(A 1)  (AusRec's joint graph),
      P = (Â⁰ + Â¹ + … + Âᴸ) / (L + 1)  (LightGCN, He et al. 2020, Eq. 8),

so that the final embeddings are P E: linear in E. D holds row sums on both sides, so Â is not
symmetric where S is directed, as in the published code.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from scipy.sparse import csr_array
from torch import Tensor, nn
from torch_geometric.data import HeteroData

from ausrec.graph.constant_product import linear, sparse_csr


def joint_adjacency(graph: HeteroData, *, social: bool = True) -> "csr_array":
    """Return A = [[S, R], [Rᵀ, 0]] (S = 0 without `social`), [users + items] squared."""
    num_users, num_items = graph["user"].num_nodes, graph["item"].num_nodes
    users, items = graph["user", "rates", "item"].edge_index.cpu().numpy()
    rows, columns = [users, items + num_users], [items + num_users, users]
    if social and ("user", "trusts", "user") in graph.edge_types:
        sources, targets = graph["user", "trusts", "user"].edge_index.cpu().numpy()
        rows.append(sources)
        columns.append(targets)
    row, column = np.concatenate(rows), np.concatenate(columns)
    size = num_users + num_items
    return csr_array((np.ones(len(row), np.float32), (row, column)), shape=(size, size))


@dataclass(frozen=True)
class View:
    """How a step sees the graph: one weighting of its edges, and noise on what they carry.

    Attributes:
        values: one weight an edge, in the order of the rows of Â.
        transposed: the same weights in the order of the rows of Âᵀ.
        noise: how far the entries of each propagated layer are moved away from zero; None for
            not at all. A product with Â knows nothing of it; an encoder's layers do.
        seed: of the dropout of encoders that have some; None for no dropout.
    """

    values: Float[Tensor, " edges"]
    transposed: Float[Tensor, " edges"]
    noise: Float[Tensor, "layers nodes dim"] | None = None
    seed: int | None = None


class NormalizedAdjacency(nn.Module):
    """Â of a graph, ready to be multiplied with from either side.

    A node without an edge needs no product: its propagated embedding is E / (L + 1). Where
    there are many such nodes, Â is kept over the others only.
    """

    active: Int[Tensor, " active"]
    starts: Int[Tensor, " active_plus_one"]
    columns: Int[Tensor, " edges"]
    starts_transposed: Int[Tensor, " active_plus_one"]
    columns_transposed: Int[Tensor, " edges"]
    to_transposed: Int[Tensor, " edges"]
    keys: Int[Tensor, " edges"]
    values: Float[Tensor, " edges"]
    values_transposed: Float[Tensor, " edges"]
    weights: Float[Tensor, " edges"]

    def __init__(self, adjacency: "csr_array", exponents: tuple[float, float] = (0.5, 0.5)) -> None:
        """Normalise a square sparse matrix of edge weights, [nodes, nodes].

        Args:
            adjacency: A.
            exponents: α of the rows and β of the columns in D^-α A D^-β.
        """
        super().__init__()
        self.exponents = exponents
        matrix = csr_array(adjacency)
        matrix.sum_duplicates()
        self.num_nodes = matrix.shape[0]
        sums = matrix.sum(axis=1)
        raw = matrix.copy()
        rows, columns = (
            np.power(sums, -exponent, out=np.zeros_like(sums), where=sums > 0)
            for exponent in exponents
        )
        matrix.data = (
            matrix.data * np.repeat(rows, np.diff(matrix.indptr)) * columns[matrix.indices]
        )

        touched = np.diff(matrix.indptr) > 0
        touched[matrix.indices] = True
        # A few idle rows cost less than picking the others out and putting them back.
        if touched.mean() > 0.9:
            touched[:] = True
        active = np.flatnonzero(touched)
        compact = matrix[active][:, active]
        compact.sort_indices()
        # The transpose of the edges' numbers says where each edge is in the transpose.
        unscaled = raw[active][:, active]
        unscaled.sort_indices()
        numbers = csr_array(
            (np.arange(1, compact.nnz + 1), compact.indices, compact.indptr), shape=compact.shape
        )
        transposed = csr_array(numbers.T)
        transposed.sort_indices()

        def keep(name: str, array: NDArray[Any], dtype: torch.dtype) -> None:
            self.register_buffer(name, torch.as_tensor(array).to(dtype), persistent=False)

        keep("active", active, torch.int64)
        keep("starts", compact.indptr, torch.int32)
        keep("columns", compact.indices, torch.int32)
        keep("starts_transposed", transposed.indptr, torch.int32)
        keep("columns_transposed", transposed.indices, torch.int32)
        keep("to_transposed", transposed.data - 1, torch.int32)
        ends = active[np.repeat(np.arange(len(active)), np.diff(compact.indptr))]
        keep("keys", ends * self.num_nodes + active[compact.indices], torch.int64)
        dtype = torch.float64 if compact.dtype == np.float64 else torch.float32
        keep("values", compact.data, dtype)
        keep("weights", unscaled.data, dtype)
        keep("values_transposed", compact.data[transposed.data - 1], dtype)

    @property
    def num_edges(self) -> int:
        """The number of directed edges of A."""
        return len(self.values)

    @property
    def edge_index(self) -> Int[Tensor, "2 edges"]:
        """The edges (row, column) of Â in the order of `values`, as node ids."""
        return torch.stack([self.keys // self.num_nodes, self.keys % self.num_nodes])

    def full(self) -> View:
        """Return the view that keeps every edge."""
        return View(self.values, self.values_transposed)

    def reweighted(self, values: Float[Tensor, " edges"]) -> View:
        """Return the view with given edge weights, in the order of `values`."""
        return View(values, values.index_select(0, self.to_transposed))

    def dropped(self, keep: float, generator: torch.Generator) -> View:
        """Return a view that keeps each edge with probability `keep`, rescaled by 1 / keep.

        Both directions of an interaction are drawn independently, as in the published code.
        """
        noise = torch.rand(self.num_edges, generator=generator, device=generator.device)
        kept = (noise < keep).to(self.values.device)
        return self.reweighted(self.values * kept / keep)

    def without(
        self, view: View, rows: Int[Tensor, " hidden"], columns: Int[Tensor, " hidden"]
    ) -> View:
        """Return a view in which the given edges, in both directions, carry nothing.

        Args:
            view: the weights to start from.
            rows: node ids of one end of each edge; pairs that are not edges are ignored.
            columns: node ids of the other end.
        """
        gone = torch.cat([rows * self.num_nodes + columns, columns * self.num_nodes + rows])
        places = torch.searchsorted(self.keys, gone).clamp(max=self.num_edges - 1)
        values = view.values.clone()
        values[places[self.keys[places] == gone]] = 0
        return self.reweighted(values)

    def matrix(self, view: View, dtype: torch.dtype, *, transposed: bool = False) -> Tensor:
        """Return Â (or Âᵀ) over the active nodes, as a CSR tensor."""
        size = (len(self.active), len(self.active))
        if transposed:
            parts = self.starts_transposed, self.columns_transposed, view.transposed.to(dtype)
        else:
            parts = self.starts, self.columns, view.values.to(dtype)
        return sparse_csr(*parts, size)

    def propagate(self, x: Tensor, num_layers: int, view: View | None = None) -> Tensor:
        """Return P x, the mean of Â⁰x … Âᴸx, [nodes, dim]; differentiable in x.

        Args:
            x: [nodes, dim].
            num_layers: L.
            view: the edges' weights; None for the whole graph.
        """
        edges = view or self.full()
        return linear(
            x,
            lambda t: self._mean(t, num_layers, edges, False),
            lambda t: self._mean(t, num_layers, edges, True),
        )

    def product(self, x: Tensor, view: View | None = None) -> Tensor:
        """Return Â x, [nodes, dim]; differentiable in x.

        Args:
            x: [nodes, dim].
            view: the edges' weights; None for the whole graph.
        """
        edges = view or self.full()
        everywhere = len(self.active) == self.num_nodes
        product = linear(
            x if everywhere else x.index_select(0, self.active),
            lambda t: self.matrix(edges, t.dtype) @ t.contiguous(),
            lambda t: self.matrix(edges, t.dtype, transposed=True) @ t.contiguous(),
        )
        return product if everywhere else torch.zeros_like(x).index_copy(0, self.active, product)

    def _mean(self, x: Tensor, num_layers: int, view: View, transposed: bool) -> Tensor:
        everywhere = len(self.active) == self.num_nodes
        base = x.contiguous() if everywhere else x.index_select(0, self.active)
        matrix = self.matrix(view, x.dtype, transposed=transposed)
        total = _mean_of_powers(base, num_layers, matrix)
        if everywhere:
            return total
        return (x / (num_layers + 1)).index_copy_(0, self.active, total)


def _mean_of_powers(base: Tensor, num_layers: int, matrix: Tensor) -> Tensor:
    if num_layers == 0:
        return base
    # (1 + Â²(1 + Â²(…))) (1 + Â): a product that is added to a table copies the table, which costs
    # a third of a product. Here only every other one does, and the last writes over it.
    share = 1 / (num_layers + 1)
    start = torch.addmm(base, matrix, base, beta=share, alpha=share)
    total, twice = start, torch.empty_like(start)
    for left in reversed(range((num_layers - 1) // 2)):
        twice.addmm_(matrix, total, beta=0)
        total = torch.addmm(start, matrix, twice) if left else start.addmm_(matrix, twice)
    return total if num_layers % 2 else torch.addmm(base, matrix, total, beta=share)
