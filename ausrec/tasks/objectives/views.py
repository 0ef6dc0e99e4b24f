"""Two encodings of the same graph to be compared: dropped edges and nodes, or noise.

Data-based views are thinned-out graphs (SGL, Wu et al. 2021, Eqs. 4 to 9). Feature-based views are
embeddings with noise (SimGCL, Yu et al. 2022; XSimGCL, Yu et al. 2023):

Math: e' = e + ε sign(e) ⊙ u/‖u‖,  u ~ U(0, 1)^dim, after every propagation.
"""

from abc import ABC, abstractmethod

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import normalize

from ausrec.errors import SettingError, check_above_zero
from ausrec.graph.thinning import Thinning
from ausrec.models.encoder import Encoder, GraphEncoder
from ausrec.tasks.encoding import Encoding, graph_encoder

Table = Float[Tensor, "nodes dim"]


class Views(ABC):
    """A way to look twice at the same users and items.

    Data-based views change the graph, feature-based ones the embeddings, model-based ones the
    part of the encoder that is read. Which objective compares the two is not their business.
    """

    def start(self, encoder: Encoder) -> None:  # noqa: B027 (nothing to prepare is usual)
        """Prepare for an encoder.

        Raises:
            AusrecError: when these views cannot be had from it.
        """

    @abstractmethod
    def draw(self, generator: np.random.Generator) -> Tensor:
        """Draw everything that is random about both views."""

    @abstractmethod
    def pair(self, encoding: Encoding, drawn: Tensor) -> tuple[Table, Table]:
        """Return both encodings of all users and items, [nodes, dim] each.

        Args:
            encoding: the step's encoding.
            drawn: what `draw` returned.
        """


class Dropped(Views):
    """Two graphs from each of which a share of something is dropped, independently.

    What is left is normalised anew. Both are made from the graph of the step, so that edges
    hidden from it stay hidden. SGL draws its two graphs once an epoch, this once a step.
    """

    def __init__(self, rate: float = 0.1) -> None:
        """Keep the share ρ that is dropped."""
        if not 0 <= rate < 1:
            raise SettingError("rate", f"is {rate}, but must be a share from 0 to below 1")
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


def perturb(embeddings: Table, uniform: Table, size: float) -> Table:
    """Return e + ε sign(e) ⊙ u/‖u‖ of each row.

    Args:
        embeddings: e.
        uniform: u, drawn from [0, 1).
        size: ε.
    """
    return embeddings + size * embeddings.sign() * normalize(uniform.to(embeddings.dtype), dim=1)


class Noise(Views):
    """Two passes with independent noise (SimGCL).

    Layer 0 does not count in the mean, as in SimGCL. An encoder without a graph gets the noise
    on its tables.
    """

    num_passes = 2

    def __init__(self, size: float = 0.1) -> None:
        """Keep the length ε of the noise."""
        check_above_zero(noise=size)
        self.size = size

    def start(self, encoder: Encoder) -> None:
        """Find out how much noise is needed.

        Raises:
            AusrecError: when the encoder has a graph, and no layer that propagates over it.
        """
        with torch.no_grad():
            table = encoder().base
        layers = graph_encoder(encoder).num_layers if isinstance(encoder, GraphEncoder) else 1
        self.shape = (self.num_passes, layers, *table.shape)

    def draw(self, generator: np.random.Generator) -> Float[Tensor, "passes layers nodes dim"]:
        """Draw u for every pass and layer."""
        return torch.from_numpy(generator.random(self.shape, dtype=np.float32))

    def pair(self, encoding: Encoding, drawn: Tensor) -> tuple[Table, Table]:
        """Return the means of the noisy layers of both passes."""
        first, second = (self.noisy_layers(encoding, uniform) for uniform in drawn)
        return torch.stack(first).mean(0), torch.stack(second).mean(0)

    def noisy_layers(
        self, encoding: Encoding, uniform: Float[Tensor, "layers nodes dim"]
    ) -> list[Table]:
        """Return layers 1 to L, noise added after each propagation and propagated on."""
        if not isinstance(encoding.encoder, GraphEncoder):
            return [perturb(encoding.base, uniform[0], self.size)]
        layer, layers = encoding.base, []
        for noise in uniform:
            layer = encoding.encoder.adjacency.product(layer, encoding.view)
            layer = perturb(layer, noise, self.size)
            layers.append(layer)
        return layers


class NoisyLayers(Noise):
    """One noisy pass: its mean, and one of its layers (XSimGCL)."""

    num_passes = 1

    def __init__(self, size: float = 0.2, layer: int = 1) -> None:
        """Choose the views.

        Args:
            size: ε.
            layer: the layer l* that the mean is compared with, from 1.
        """
        super().__init__(size)
        check_above_zero(layer=layer)
        self.layer = layer

    def start(self, encoder: Encoder) -> None:
        """Check that there is such a layer, and another one."""
        # With a single layer, the mean is that layer.
        number = graph_encoder(encoder, layers=2).num_layers
        if self.layer > number:
            raise SettingError(
                "layer",
                f"is {self.layer}, but the encoder has {number} layers: lower it, or give the "
                "encoder more",
            )
        super().start(encoder)

    def pair(self, encoding: Encoding, drawn: Tensor) -> tuple[Table, Table]:
        """Return the mean of the noisy layers, and layer l*."""
        layers = self.noisy_layers(encoding, drawn[0])
        return torch.stack(layers).mean(0), layers[self.layer - 1]
