"""Matrix factorisation, the plainest encoder."""

from typing import ClassVar

from torch_geometric.data import HeteroData

from ausrec.graph.propagation import View
from ausrec.models.encoder import Embeddings, LinearEncoder, normal_table


class MF(LinearEncoder):
    """Give every user and item an embedding of its own, without a graph (Koren et al. 2009).

    Math:    score(u, i) = ⟨e_u, e_i⟩
    """

    title: ClassVar[str] = "MF"

    def __init__(
        self, graph: HeteroData, dim: int = 64, *, init_std: float = 0.1, seed: int = 0
    ) -> None:
        """Build the tables for a graph's users and items.

        Args:
            graph: the training graph; only its numbers of users and items are used.
            dim: embedding dimension.
            init_std: standard deviation of the initial embeddings.
            seed: seed of the initial embeddings.
        """
        super().__init__()
        self.num_users, num_items = graph["user"].num_nodes, graph["item"].num_nodes
        self.table = normal_table(self.num_users + num_items, dim, init_std, seed)

    def forward(self, view: View | None = None) -> Embeddings:
        """Return the tables; there is no graph to view."""
        return Embeddings(self.table, self.table, self.num_users)
