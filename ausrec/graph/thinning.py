"""Thinned-out graphs: without some edges or nodes, and normalised again."""

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.graph.propagation import NormalizedAdjacency, View


class Thinning:
    """Leaves edges of a graph away, an interaction in both of its directions at once.

    Math: A' = A ⊙ M,  Â' = D'^-1/2 A' D'^-1/2 with D' = diag(A' 1).

    Attributes:
        num_pairs: number of pairs of nodes with an edge between them, one way or both.
        ends: the nodes of each pair, [2, pairs].
    """

    def __init__(self, adjacency: NormalizedAdjacency) -> None:
        """Number the pairs of neighbours of a graph."""
        self.adjacency = adjacency
        self.rows, self.columns = adjacency.edge_index
        size = adjacency.num_nodes
        low = torch.minimum(self.rows, self.columns)
        high = torch.maximum(self.rows, self.columns)
        keys, self.pair_of_edge = torch.unique(low * size + high, return_inverse=True)
        self.ends: Int[Tensor, "2 pairs"] = torch.stack([keys // size, keys % size])
        self.num_pairs = len(keys)

    def pairs(
        self, rows: Int[Tensor, " some"], columns: Int[Tensor, " some"]
    ) -> Int[Tensor, " some"]:
        """Return the numbers of given pairs of neighbours.

        Raises:
            AusrecError: when two of them are not neighbours.
        """
        size = self.adjacency.num_nodes
        keys = self.ends[0] * size + self.ends[1]
        asked = torch.minimum(rows, columns) * size + torch.maximum(rows, columns)
        places = torch.searchsorted(keys, asked).clamp(max=len(keys) - 1)
        if bool((keys[places] != asked).any()):
            raise AusrecError(
                "a pair that is to be hidden is no edge of the encoder's graph: build the task "
                "and the encoder from the same training graph"
            )
        return places

    def of_nodes(self, kept: Bool[Tensor, "*sets nodes"]) -> Bool[Tensor, "*sets pairs"]:
        """Return which pairs remain when only some nodes are kept."""
        return kept[..., self.ends[0]] & kept[..., self.ends[1]]

    def edges_of(self, base: View | None) -> Bool[Tensor, " edges"]:
        """Return which of the graph's edges a view has; None for the whole graph.

        An edge to a node that has edges towards it only is 0 in every view, as Â normalises it so.
        It counts as there, since nothing tells whether it was left away.
        """
        if base is None:
            return torch.ones_like(self.pair_of_edge, dtype=torch.bool)
        return (base.values != 0) | (self.adjacency.values == 0)

    def view(self, kept: Bool[Tensor, " pairs"], base: View | None = None) -> View:
        """Return the graph of the kept pairs, normalised again.

        Args:
            kept: which pairs remain.
            base: the graph of the step; edges that it lacks stay away.
        """
        adjacency = self.adjacency
        weights = adjacency.weights * (kept[self.pair_of_edge] & self.edges_of(base))
        sums = weights.new_zeros(adjacency.num_nodes).index_add_(0, self.rows, weights)
        scale = torch.where(sums > 0, sums, torch.inf).rsqrt()
        return adjacency.reweighted(weights * scale[self.rows] * scale[self.columns])
