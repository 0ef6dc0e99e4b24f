"""What encoders that propagate over a graph offer beside their final embeddings."""

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.graph.adjacency import NormalizedAdjacency, View
from ausrec.models.encoder import LinearEncoder


class GraphEncoder(LinearEncoder):
    """Base class of linear encoders over a normalised adjacency Â.

    Objectives that compare several encodings of the same parameters (views, layers) propagate
    layer 0 themselves, by the methods below.

    Attributes:
        adjacency: Â.
        num_layers: number of propagation layers L.
    """

    adjacency: NormalizedAdjacency
    num_layers: int

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
        """Return the mean of some layers, as the final embeddings are of all."""
        return torch.stack(layers).mean(0)
