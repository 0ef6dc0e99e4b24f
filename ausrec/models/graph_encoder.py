"""What encoders that propagate over a graph offer beside their final embeddings."""

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.graph.propagation import NormalizedAdjacency, View
from ausrec.models.encoder import LinearEncoder


class GraphEncoder(LinearEncoder):
    """Base class of linear encoders over a normalised adjacency Â.

    Objectives that compare several encodings of the same parameters (views, layers) propagate
    layer 0 themselves, by the methods below.

    Attributes:
        adjacency: Â.
        num_layers: number of propagation layers L.
        layer_zero: whether the mean of the layers begins with layer 0, or with layer 1.
    """

    adjacency: NormalizedAdjacency
    num_layers: int
    layer_zero: bool = True

    def layers(
        self, table: Float[Tensor, "nodes dim"], view: View | None = None
    ) -> list[Float[Tensor, "nodes dim"]]:
        """Return the embeddings of all layers, [E, Â E, …, Âᴸ E].

        Args:
            table: layer 0.
            view: the graph of the step; None for the whole graph.
        """
        layers = [table]
        for _ in range(self.num_layers):
            layers.append(self.adjacency.product(layers[-1], view))
        return layers

    def combine(self, layers: list[Float[Tensor, "nodes dim"]]) -> Float[Tensor, "nodes dim"]:
        """Return the final embeddings that given layers make.

        Args:
            layers: layers 0 to L.
        """
        return torch.stack(layers if self.layer_zero else layers[1:]).mean(0)

    def propagate(
        self, table: Float[Tensor, "nodes dim"], view: View | None = None
    ) -> Float[Tensor, "nodes dim"]:
        """Return `combine(layers(table, view))`, in one operation.

        Math:    P E = mean of Â⁰E … ÂᴸE, or without layer 0 the mean of Â¹E … ÂᴸE
        """
        if self.layer_zero:
            return self.adjacency.propagate(table, self.num_layers, view)
        first = self.adjacency.product(table, view)
        return self.adjacency.propagate(first, self.num_layers - 1, view)
