"""Data-based views: two thinned-out graphs (SGL, Wu et al. 2021, Eqs. 4 to 9)."""

from abc import abstractmethod

import numpy as np
import torch
from jaxtyping import Bool
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.graph.thinning import Thinning
from ausrec.models.encoder import Encoder
from ausrec.tasks.encoding import Encoding, graph_encoder
from ausrec.tasks.objectives.views import Table, Views


class Dropped(Views):
    """Two graphs from each of which a share of something is dropped, independently.

    What is left is normalised anew. Both are made from the graph of the step, so that edges
    hidden from it stay hidden. SGL draws its two graphs once an epoch, this once a step.
    """

    def __init__(self, rate: float = 0.1) -> None:
        """Keep the share ρ that is dropped."""
        if not 0 <= rate < 1:
            raise AusrecError(f"rate is {rate}, but a share in [0, 1) is needed")
        self.rate = rate

    def start(self, encoder: Encoder) -> None:
        """Number the edges of the encoder's graph."""
        graph = graph_encoder(encoder)
        self.num_layers, self.num_nodes = graph.num_layers, graph.adjacency.num_nodes
        self.thinning = Thinning(graph.adjacency)

    def keep(self, generator: np.random.Generator, *shape: int) -> Bool[Tensor, "..."]:
        """Draw which of some things are kept, each with probability 1 − ρ."""
        return torch.from_numpy(generator.random(shape, dtype=np.float32) >= self.rate)

    def pair(self, encoding: Encoding, drawn: Tensor) -> tuple[Table, Table]:
        """Encode over the first and over the second graph."""
        return self.encode(encoding, drawn[0]), self.encode(encoding, drawn[1])

    @abstractmethod
    def encode(self, encoding: Encoding, kept: Tensor) -> Table:
        """Return the encoding over one thinned-out graph."""


class EdgeDropout(Dropped):
    """Each edge is dropped with probability ρ (SGL-ED)."""

    def draw(self, generator: np.random.Generator) -> Bool[Tensor, "2 pairs"]:
        """Draw the kept edges of both graphs."""
        return self.keep(generator, 2, self.thinning.num_pairs)

    def encode(self, encoding: Encoding, kept: Bool[Tensor, " pairs"]) -> Table:
        """Return the encoding over the kept edges."""
        return encoding.propagate(self.thinning.view(kept, encoding.view))


class NodeDropout(Dropped):
    """Each node is dropped with probability ρ, with all its edges (SGL-ND)."""

    def draw(self, generator: np.random.Generator) -> Bool[Tensor, "2 nodes"]:
        """Draw the kept nodes of both graphs."""
        return self.keep(generator, 2, self.num_nodes)

    def encode(self, encoding: Encoding, kept: Bool[Tensor, " nodes"]) -> Table:
        """Return the encoding over the edges between kept nodes."""
        return encoding.propagate(self.thinning.view(self.thinning.of_nodes(kept), encoding.view))


class RandomWalk(Dropped):
    """Each layer propagates over another edge dropout of the graph (SGL-RW)."""

    def draw(self, generator: np.random.Generator) -> Bool[Tensor, "2 layers pairs"]:
        """Draw the kept edges of every layer, for both encodings."""
        return self.keep(generator, 2, self.num_layers, self.thinning.num_pairs)

    def encode(self, encoding: Encoding, kept: Bool[Tensor, "layers pairs"]) -> Table:
        """Return the mean of all layers, each propagated over its own graph."""
        graph, layers = encoding.graph, [encoding.base]
        for kept_here in kept:
            view = self.thinning.view(kept_here, encoding.view)
            layers.append(graph.adjacency.product(layers[-1], view))
        return graph.combine(layers)
