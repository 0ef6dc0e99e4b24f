"""Two encodings of the same graph to be compared: dropped edges and nodes, or noise.

Data-based views are thinned-out graphs (SGL, Wu et al. 2021, Eqs. 4 to 9). Feature-based views are
embeddings with noise (SimGCL, Yu et al. 2022; XSimGCL, Yu et al. 2023):

Math: e' = e + ε sign(e) ⊙ u/‖u‖,  u ~ U(0, 1)^dim, after every propagation.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import normalize

from ausrec.errors import SettingError, check_above_zero
from ausrec.graph.propagation import View
from ausrec.graph.thinning import Thinning
from ausrec.models.encoder import Encoder, GraphEncoder, perturb
from ausrec.tasks.encoding import Encoding, graph_encoder

Table = Float[Tensor, "nodes dim"]
Redraw: TypeAlias = Literal["epoch", "step"]


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

    def begin_epoch(self, generator: np.random.Generator) -> None:  # noqa: B027 (likewise)
        """Take note that an epoch begins."""

    @abstractmethod
    def draw(self, generator: np.random.Generator) -> Tensor:
        """Draw everything that is random about both views."""

    def step_view(self, encoder: Encoder, view: View | None, drawn: Tensor) -> View | None:
        """Return how the step sees the graph; see `Task.step_view`."""
        return view

    @abstractmethod
    def pair(self, encoding: Encoding, drawn: Tensor) -> tuple[Table, Table]:
        """Return both encodings of all users and items, [nodes, dim] each.

        Args:
            encoding: the step's encoding.
            drawn: what `draw` returned.
        """


class Dropped(Views):
    """Two graphs from each of which a share of something is dropped, independently.

    What is left is normalised again. Both are made from the graph of the step, so that edges
    hidden from it stay hidden.
    """

    held: Tensor | None = None

    def __init__(self, rate: float = 0.1, redraw: Redraw = "step") -> None:
        """Choose what is dropped.

        Args:
            rate: the share ρ.
            redraw: draw other graphs in each `"step"`, or in each `"epoch"`, as SGL does.
        """
        if not 0 <= rate < 1:
            raise SettingError("rate", f"is {rate}, but must be a share from 0 to below 1")
        self.rate, self.redraw = rate, redraw

    def start(self, encoder: Encoder) -> None:
        """Number the edges of the encoder's graph."""
        graph = graph_encoder(encoder)
        self.num_layers, self.num_nodes = graph.num_layers, graph.adjacency.num_nodes
        self.thinning, self.held = Thinning(graph.adjacency), None

    def begin_epoch(self, generator: np.random.Generator) -> None:
        """Draw the graphs of an epoch."""
        if self.redraw == "epoch":
            self.held = self.sample(generator)

    def draw(self, generator: np.random.Generator) -> Bool[Tensor, "2 ..."]:
        """Return what both graphs keep: drawn now, or when the epoch began."""
        return self.sample(generator) if self.held is None else self.held

    @abstractmethod
    def sample(self, generator: np.random.Generator) -> Bool[Tensor, "2 ..."]:
        """Draw what both graphs keep."""

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

    def sample(self, generator: np.random.Generator) -> Bool[Tensor, "2 pairs"]:
        """Draw the kept edges of both graphs."""
        return self.keep(generator, 2, self.thinning.num_pairs)

    def encode(self, encoding: Encoding, kept: Bool[Tensor, " pairs"]) -> Table:
        """Return the encoding over the kept edges."""
        return encoding.propagate(self.thinning.view(kept, encoding.view))


class NodeDropout(Dropped):
    """Each node is dropped with probability ρ, with all its edges (SGL-ND)."""

    def sample(self, generator: np.random.Generator) -> Bool[Tensor, "2 nodes"]:
        """Draw the kept nodes of both graphs."""
        return self.keep(generator, 2, self.num_nodes)

    def encode(self, encoding: Encoding, kept: Bool[Tensor, " nodes"]) -> Table:
        """Return the encoding over the edges between kept nodes."""
        return encoding.propagate(self.thinning.view(self.thinning.of_nodes(kept), encoding.view))


class RandomWalk(Dropped):
    """Each layer propagates over another edge dropout of the graph (SGL-RW)."""

    def sample(self, generator: np.random.Generator) -> Bool[Tensor, "2 layers pairs"]:
        """Draw the kept edges of every layer, for both encodings."""
        return self.keep(generator, 2, self.num_layers, self.thinning.num_pairs)

    def encode(self, encoding: Encoding, kept: Bool[Tensor, "layers pairs"]) -> Table:
        """Return the mean of all layers, each propagated over its own graph."""
        graph, layers = encoding.graph, [encoding.base]
        for kept_here in kept:
            view = self.thinning.view(kept_here, encoding.view)
            layers.append(graph.product(layers[-1], view))
        return graph.combine(layers)


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
        noise = self.scaled(uniform, encoding.base.dtype)
        if not isinstance(encoding.encoder, GraphEncoder):
            return [perturb(encoding.base, noise[0])]
        view = encoding.view or encoding.graph.adjacency.full()
        return encoding.layers(replace(view, noise=noise))[1:]

    def scaled(
        self, uniform: Float[Tensor, "layers nodes dim"], dtype: torch.dtype
    ) -> Float[Tensor, "layers nodes dim"]:
        """Return ε u/‖u‖ of each row."""
        return self.size * normalize(uniform.to(dtype), dim=-1)


class NoisyLayers(Noise):
    """One noisy pass: the mean of its layers, and one of them (XSimGCL)."""

    num_passes = 1

    def __init__(self, size: float = 0.2, layer: int = 1, *, shared: bool = False) -> None:
        """Choose the views.

        Args:
            size: ε.
            layer: the layer l* that the mean is compared with, from 1.
            shared: the noisy pass is the step's own, from which recommendation and all other
                tasks learn too; otherwise it is one pass more.
        """
        super().__init__(size)
        check_above_zero(layer=layer)
        self.layer, self.shared = layer, shared

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

    def step_view(self, encoder: Encoder, view: View | None, drawn: Tensor) -> View | None:
        """Add the noise to the step's own pass, where it is shared."""
        if not self.shared:
            return view
        noise = self.scaled(drawn[0], next(encoder.parameters()).dtype)
        return replace(view or graph_encoder(encoder).adjacency.full(), noise=noise)

    def pair(self, encoding: Encoding, drawn: Tensor) -> tuple[Table, Table]:
        """Return the mean of the noisy layers without layer 0, and layer l*.

        Where the step's own pass is the noisy one, only layer l* is propagated again.
        """
        if self.shared and encoding.view is not None and encoding.view.noise is not None:
            graph, share = encoding.graph, encoding.graph.weight_of_zero
            mean = (encoding.final - share * encoding.base) / (1 - share)
            return mean, graph.layers(encoding.base, encoding.view, self.layer)[-1]
        layers = self.noisy_layers(encoding, drawn[0])
        return torch.stack(layers).mean(0), layers[self.layer - 1]
