"""LightGCN on the joint interaction and social graph."""

from typing import ClassVar

import torch
from jaxtyping import Int
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import SettingError, check_not_negative
from ausrec.graph.propagation import NormalizedAdjacency, View, joint_adjacency
from ausrec.models.encoder import Embeddings, GraphEncoder, normal_table


class LightGCN(GraphEncoder):
    """Propagate embeddings over the graph without weights or activations (He et al. 2020).

    Math:    E' = (E + Â E + … + Âᴸ E) / (L + 1)      (LightGCN, Eq. 8, on AusRec's joint graph)
    Differs from the published code: one drawing of edge dropout serves a whole training step.

    Four settings make LightGCN++ of it (Lee et al. 2024), which recommends unit layers, exponents
    of 0.6 and −0.1, and 0.2 of layer 0:

    Math:    E⁽ˡ⁺¹⁾ = D^-α A D^-β normalise(E⁽ˡ⁾),   E' = γ E + (1 − γ) (E⁽¹⁾ + … + E⁽ᴸ⁾) / L
    """

    title: ClassVar[str] = "LightGCN"

    def __init__(
        self,
        graph: HeteroData,
        dim: int = 64,
        layers: int = 3,
        *,
        social: bool = True,
        keep_edges: float = 1.0,
        layer_zero: bool = True,
        zero_weight: float | None = None,
        unit_layers: bool = False,
        row_exponent: float = 0.5,
        column_exponent: float = 0.5,
        init_std: float = 0.1,
        seed: int = 0,
    ) -> None:
        """Build the encoder of a training graph.

        Args:
            graph: the training graph; only its training interactions and social links are used.
            dim: embedding dimension (192 in the published code).
            layers: number of propagation layers L.
            social: let embeddings flow over social links too (the joint graph). Without, the
                social links speak through the auxiliary tasks only.
            keep_edges: probability of an edge to survive edge dropout (0.6 in the published
                code); 1 switches dropout off.
            layer_zero: let layer 0 count in the mean. SimGCL and XSimGCL leave it out.
            zero_weight: γ, the weight of layer 0, and of the mean of the others 1 − γ; null for
                one mean of all.
            unit_layers: propagate each layer with every row at length 1.
            row_exponent: α, the power of the degree of the node that receives.
            column_exponent: β, the power of the degree of its neighbour.
            init_std: standard deviation of the initial embeddings.
            seed: seed of the initial embeddings.

        Raises:
            SettingError: on a number that cannot be.
        """
        super().__init__()
        if not 0 < keep_edges <= 1:
            raise SettingError("keep_edges", f"is {keep_edges}, but must be above 0, and 1 at most")
        check_not_negative(layers=layers)
        if layers == 0 and (not layer_zero or zero_weight is not None):
            raise SettingError("layers", "is 0, but without layer 0 one layer is needed: set 1")
        if zero_weight is not None and not (layer_zero and 0 <= zero_weight < 1):
            raise SettingError(
                "zero_weight",
                f"is {zero_weight}, but must be a share from 0 to below 1, with layer_zero true",
            )
        self.num_users, num_items = graph["user"].num_nodes, graph["item"].num_nodes
        self.num_layers, self.keep_edges, self.layer_zero = layers, keep_edges, layer_zero
        self.zero_weight, self.unit_layers = zero_weight, unit_layers
        exponents = row_exponent, column_exponent
        self.adjacency = NormalizedAdjacency(joint_adjacency(graph, social=social), exponents)
        self.table = normal_table(self.num_users + num_items, dim, init_std, seed)

    def forward(self, view: View | None = None) -> Embeddings:
        """Encode all users and items over the given view of the graph."""
        return Embeddings(self.propagate(self.table, view), self.table, self.num_users)

    def view(
        self, generator: torch.Generator, hidden: Int[Tensor, "2 hidden"] | None = None
    ) -> View | None:
        """Draw the edges that survive dropout in this step, less the hidden interactions."""
        if self.keep_edges == 1 and hidden is None:
            return None
        view = self.adjacency.full()
        if self.keep_edges < 1:
            view = self.adjacency.dropped(self.keep_edges, generator)
        if hidden is not None:
            view = self.adjacency.without(view, hidden[0], hidden[1] + self.num_users)
        return view
