"""What every encoder does: turn its parameters into embeddings of users and items."""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.func import functional_call, jvp

from ausrec.errors import check_above_zero
from ausrec.graph.propagation import NormalizedAdjacency, View

Parameters = dict[str, Tensor]


class Embeddings(NamedTuple):
    """Embeddings of all users and items, in one table: the users first, then the items.

    Attributes:
        final: what recommendations are made from, [users + items, dim].
        base: embeddings before propagation (layer 0), [users + items, dim].
        num_users: where the items begin.
    """

    final: Float[Tensor, "nodes dim"]
    base: Float[Tensor, "nodes dim"]
    num_users: int

    @property
    def user(self) -> Float[Tensor, "users dim"]:
        """Final embeddings of the users, [users, dim]."""
        return self.final[: self.num_users]

    @property
    def item(self) -> Float[Tensor, "items dim"]:
        """Final embeddings of the items, [items, dim]."""
        return self.final[self.num_users :]

    def scores(self, users: Int[Tensor, " batch"]) -> Float[Tensor, "batch items"]:
        """Return the inner products of some users with all items."""
        return self.user[users] @ self.item.T


class Encoder(nn.Module):
    """Base class of encoders.

    Attributes:
        num_users: number of users, the first rows of the embeddings.

    A subclass defines `forward(view) -> Embeddings`. One that propagates over a graph also
    defines `view`, which draws the dropped-out graph of one training step; all propagations of
    the step share it.
    """

    num_users: int

    def forward(self, view: View | None = None) -> Embeddings:
        """Encode all users and items; `view=None` uses the whole graph."""
        raise NotImplementedError

    def view(
        self, generator: torch.Generator, hidden: Int[Tensor, "2 hidden"] | None = None
    ) -> View | None:
        """Draw the graph of one training step; None for the whole graph.

        Args:
            generator: source of randomness.
            hidden: interactions (user ids, item ids) that the step must not see.
        """
        return None

    def encode(self, parameters: Parameters, view: View | None) -> Embeddings:
        """Encode with other parameters than the module's own."""
        embeddings: Embeddings = functional_call(self, parameters, (view,))
        return embeddings

    def tangent(self, parameters: Parameters, along: Parameters, view: View | None) -> Embeddings:
        """Return the derivative of the embeddings in a direction of parameter space.

        Math: ∂/∂ε encode(W + ε v) at ε = 0, by forward-mode differentiation.

        Args:
            parameters: W.
            along: v, the same names and shapes.
            view: the graph of the step.
        """
        final, base = jvp(lambda p: self.encode(p, view)[:2], (parameters,), (along,))[1]
        return Embeddings(final, base, self.num_users)


class LinearEncoder(Encoder):
    """An encoder whose embeddings are a linear function of its parameters.

    The derivative along v is then the encoding of v itself.
    """

    def tangent(self, parameters: Parameters, along: Parameters, view: View | None) -> Embeddings:
        """Return the derivative of the embeddings along v: encode(v), as the encoder is linear."""
        return self.encode(along, view)


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


def normal_table(num_rows: int, dim: int, std: float, seed: int) -> nn.Parameter:
    """Return an embedding table drawn from N(0, std²), [num_rows, dim].

    Raises:
        AusrecError: when the dimension or the standard deviation is not above 0.
    """
    check_above_zero(dim=dim, init_std=std)
    generator = torch.Generator().manual_seed(seed)
    return nn.Parameter(torch.randn(num_rows, dim, generator=generator) * std)
