"""What every encoder does: turn its parameters into embeddings of users and items."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.func import functional_call, jvp
from torch_geometric.data import HeteroData

from ausrec.errors import check_above_zero
from ausrec.graph.propagation import NormalizedAdjacency, View

Parameters = dict[str, Tensor]
_NOTHING = 1e-12


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

    @property
    def half_squares(self) -> Float[Tensor, " nodes"]:
        """Half the squared length of each row of layer 0, [users + items]."""
        return half_squares(self.base)

    def scores(self, users: Int[Tensor, " batch"]) -> Float[Tensor, "batch items"]:
        """Return the inner products of some users with all items."""
        return self.user[users] @ self.item.T


class Encoder(nn.Module):
    """Base class of encoders.

    Attributes:
        num_users: number of users, the first rows of the embeddings.
        usual: settings of a run that differ from the defaults where this encoder is chosen.
        by_cosine: rank by cosines instead of inner products; a main loss over cosines sets it.

    A subclass defines `forward(view) -> Embeddings`. One that propagates over a graph also
    defines `view`, which draws the dropped-out graph of one training step; all propagations of
    the step share it.
    """

    num_users: int
    usual: ClassVar[Mapping[str, Any]] = {}
    by_cosine: bool = False

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

    def shared(self, parameters: Parameters) -> Parameters:
        """Return what losses read of the parameters beside the embeddings; nothing as a rule."""
        return {}

    def embed(self, part: HeteroData) -> Embeddings:
        """Encode users and items so as to rank a part of the data; the same for all as a rule.

        Math:    score(u, i) = ⟨e_u, e_i⟩, or with `by_cosine` ⟨e_u, e_i⟩ / (‖e_u‖ ‖e_i‖)

        Args:
            part: a validation or test part, which knows what came before it.
        """
        embeddings: Embeddings = self()
        if self.by_cosine:
            return embeddings._replace(final=unit_rows(embeddings.final))
        return embeddings

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

    The derivative along v is then the encoding of v itself. Noise of a view moves each entry by a
    constant, so it changes no derivative.
    """

    def tangent(self, parameters: Parameters, along: Parameters, view: View | None) -> Embeddings:
        """Return the derivative of the embeddings along v: encode(v), as the encoder is linear."""
        return self.encode(along, view and replace(view, noise=None))


class GraphEncoder(LinearEncoder):
    """Base class of encoders over a normalised adjacency Â, linear ones as a rule.

    Objectives that compare several encodings of the same parameters (views, layers) propagate
    layer 0 themselves, by the methods below.

    Attributes:
        adjacency: Â.
        num_layers: number of propagation layers L.
        layer_zero: whether the mean of the layers begins with layer 0, or with layer 1.
        zero_weight: γ, what layer 0 counts, and the mean of the others 1 − γ; None for as much as
            each other layer.
        unit_layers: each layer is propagated with every row at length 1, so that the encoder is
            not linear.
    """

    adjacency: NormalizedAdjacency
    num_layers: int
    layer_zero: bool = True
    zero_weight: float | None = None
    unit_layers: bool = False

    @property
    def weight_of_zero(self) -> float:
        """The share γ of layer 0 in the final embeddings."""
        if not self.layer_zero:
            return 0.0
        return 1 / (self.num_layers + 1) if self.zero_weight is None else self.zero_weight

    def tangent(self, parameters: Parameters, along: Parameters, view: View | None) -> Embeddings:
        """Return the derivative of the embeddings along v: encode(v) where that is linear."""
        if self.unit_layers:
            return Encoder.tangent(self, parameters, along, view)
        return super().tangent(parameters, along, view)

    def product(
        self, layer: Float[Tensor, "nodes dim"], view: View | None = None
    ) -> Float[Tensor, "nodes dim"]:
        """Return the next layer, Â x, or Â of each row of x at length 1; without noise.

        Args:
            layer: x.
            view: the graph of the step; None for the whole graph.
        """
        return self.adjacency.product(unit_rows(layer) if self.unit_layers else layer, view)

    def layers(
        self,
        table: Float[Tensor, "nodes dim"],
        view: View | None = None,
        number: int | None = None,
    ) -> list[Float[Tensor, "nodes dim"]]:
        """Return the embeddings of all layers, [E, Â E, …, Âᴸ E].

        Math:    with noise, each layer after 0 is x + sign(x) ⊙ noise for the propagated x.

        Args:
            table: layer 0.
            view: the graph of the step; None for the whole graph.
            number: how many layers after layer 0; None for L.
        """
        layers = [table]
        noise = None if view is None else view.noise
        for place in range(self.num_layers if number is None else number):
            layer = self.product(layers[-1], view)
            layers.append(layer if noise is None else perturb(layer, noise[place]))
        return layers

    def combine(self, layers: list[Float[Tensor, "nodes dim"]]) -> Float[Tensor, "nodes dim"]:
        """Return the final embeddings that given layers make.

        Args:
            layers: layers 0 to L.
        """
        if self.layer_zero and self.zero_weight is not None:
            rest = torch.stack(layers[1:]).mean(0)
            return self.zero_weight * layers[0] + (1 - self.zero_weight) * rest
        return torch.stack(layers if self.layer_zero else layers[1:]).mean(0)

    def propagate(
        self, table: Float[Tensor, "nodes dim"], view: View | None = None
    ) -> Float[Tensor, "nodes dim"]:
        """Return `combine(layers(table, view))`, in one operation where there is one.

        Math:    P E = mean of Â⁰E … ÂᴸE, or without layer 0 the mean of Â¹E … ÂᴸE
        """
        noisy = view is not None and view.noise is not None
        if noisy or self.unit_layers or (self.layer_zero and self.zero_weight is not None):
            return self.combine(self.layers(table, view))
        if self.layer_zero:
            return self.adjacency.propagate(table, self.num_layers, view)
        first = self.adjacency.product(table, view)
        return self.adjacency.propagate(first, self.num_layers - 1, view)


def perturb(
    layer: Float[Tensor, "nodes dim"], noise: Float[Tensor, "nodes dim"]
) -> Float[Tensor, "nodes dim"]:
    """Return x + sign(x) ⊙ noise: each entry further from zero (Yu et al. 2022).

    Args:
        layer: x.
        noise: how far.
    """
    return layer + layer.sign() * noise.to(layer.dtype)


def unit_rows(rows: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
    """Return each row divided by its length; a row of zeros stays one.

    Math:    x / ‖x‖

    `torch.nn.functional.normalize` has the same values. At a row of zeros, which a node without
    edges has in a view without layer 0, its second derivative is NaN, and its first one 10¹² times
    what arrives; here both are finite.

    Args:
        rows: x.
    """
    with torch.no_grad():
        nothing = torch.linalg.vector_norm(rows, dim=1, keepdim=True) < _NOTHING
    lengths: Tensor = torch.linalg.vector_norm(rows.masked_fill(nothing, 1.0), dim=1, keepdim=True)
    return rows / lengths


def half_squares(table: Float[Tensor, "nodes dim"]) -> Float[Tensor, " nodes"]:
    """Return ½ ‖x‖² of each row, differentiable any number of times in both modes.

    Its gradient is x itself. Automatic differentiation would make three tables on the way to it,
    or, with the rows of the samples picked out first, as many for each of them.
    """
    halves: Tensor = _HalfSquares.apply(table)  # type: ignore[no-untyped-call]
    return halves


class _HalfSquares(torch.autograd.Function):
    @staticmethod
    def forward(table: Tensor) -> Tensor:
        lengths: Tensor = torch.linalg.vector_norm(table, dim=1)
        return lengths.square() / 2

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor], output: Tensor) -> None:
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        gradient: Tensor = grad[:, None] * ctx.saved_tensors[0]
        return gradient

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor) -> Tensor:
        derivative: Tensor = torch.linalg.vecdot(*ctx.saved_tensors, tangent)
        return derivative


def normal_table(num_rows: int, dim: int, std: float, seed: int) -> nn.Parameter:
    """Return an embedding table drawn from N(0, std²), [num_rows, dim].

    Raises:
        AusrecError: when the dimension or the standard deviation is not above 0.
    """
    check_above_zero(dim=dim, init_std=std)
    generator = torch.Generator().manual_seed(seed)
    return nn.Parameter(torch.randn(num_rows, dim, generator=generator) * std)
