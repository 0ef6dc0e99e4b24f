"""What an objective sees of a step: the shared embeddings, and how to get further ones."""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.graph.propagation import View
from ausrec.models.encoder import Embeddings, Encoder, GraphEncoder, Parameters
from ausrec.models.sequence import SequenceEncoder


class Encoding(Embeddings):
    """The embeddings that all tasks of a step share, and the means to encode differently.

    It is an `Embeddings`, so that a task that needs no more just takes it for one. Every further
    encoding is a function of layer 0 (`base`) over the step's graph or a thinned-out one: its
    derivatives are those of the embeddings, and no parameter of the encoder is needed.

    Attributes:
        encoder: the encoder of the run.
        view: the graph of the step; None for the whole graph.
        own: the task's own parameters, as its `start` named them.
        shared: parameters of the encoder that losses read beside the embeddings: a transformer's.
        halves: returns `half_squares`, which all tasks of a step share.
    """

    encoder: Encoder
    view: View | None
    own: Parameters
    shared: Parameters
    halves: Callable[[], Tensor]

    def __new__(
        cls,
        embeddings: Embeddings,
        encoder: Encoder,
        view: View | None = None,
        own: Parameters | None = None,
        shared: Parameters | None = None,
        halves: Callable[[], Tensor] | None = None,
    ) -> "Encoding":
        """Add the means to encode to a step's embeddings."""
        self = super().__new__(cls, embeddings.final, embeddings.base, embeddings.num_users)
        self.encoder, self.view, self.own = encoder, view, own or {}
        self.shared = shared or {}
        self.halves = halves or (lambda: embeddings.half_squares)
        return self

    @classmethod
    def of(cls, encoder: Encoder, own: Parameters | None = None) -> "Encoding":
        """Encode over the whole graph; how a notebook gets an encoding without a step."""
        embeddings: Embeddings = encoder()
        return cls(embeddings, encoder, None, own, encoder.shared(dict(encoder.named_parameters())))

    @property
    def half_squares(self) -> Float[Tensor, " nodes"]:
        """Half the squared length of each row of layer 0, [users + items]."""
        return self.halves()

    @property
    def graph(self) -> GraphEncoder:
        """The encoder as one that propagates over a graph."""
        return graph_encoder(self.encoder)

    def layers(self, view: View | None = None) -> list[Float[Tensor, "nodes dim"]]:
        """Return the embeddings of every layer, [E, Â E, …, Âᴸ E], over the step's graph.

        Args:
            view: another graph, as `Thinning.view(kept, encoding.view)` makes it.
        """
        return self.graph.layers(self.base, view or self.view)

    def propagate(self, view: View) -> Float[Tensor, "nodes dim"]:
        """Return the final embeddings over another graph."""
        return self.graph.propagate(self.base, view)

    def states(
        self, ids: Int[Tensor, "batch length"], *, causal: bool | None = None
    ) -> Float[Tensor, "batch length dim"]:
        """Return the state of every position of some sequences.

        Args:
            ids: items in order, `MASK` where one is hidden, `PAD` behind the end.
            causal: another direction than the encoder's own.
        """
        encoder = sequence_encoder(self.encoder)
        return encoder.states(self.shared, self.item, ids, self.view, causal)

    def users(self, *ids: Int[Tensor, " batch"]) -> tuple[Tensor, ...]:
        """Return the embeddings of several lists of users, [batch, dim] each.

        Where the shared embeddings are those of the items alone, the users' sequences are encoded.
        The states are divided by √dim, which is their length after the last normalisation.
        """
        table, wanted = self.final, torch.cat(ids)
        if self.num_users == 0:
            encoder = sequence_encoder(self.encoder)
            distinct, wanted = wanted.unique(return_inverse=True)
            states = encoder.users(self.shared, self.item, encoder.known[distinct], self.view)
            table = states / encoder.dim**0.5
        rows: tuple[Tensor, ...] = table.index_select(0, wanted).split([len(i) for i in ids])
        return rows


def graph_encoder(encoder: Encoder, *, layers: int = 1) -> GraphEncoder:
    """Return the encoder, checked to propagate over a graph.

    Args:
        encoder: the encoder of a run.
        layers: the least number of layers.

    Raises:
        AusrecError: when it does not, or over too few layers.
    """
    if not isinstance(encoder, GraphEncoder):
        raise AusrecError(
            f"an encoder that propagates over a graph is needed, and {type(encoder).__name__} does "
            "not: choose LightGCN"
        )
    if encoder.num_layers < layers:
        raise AusrecError(
            f"{layers} layers or more are needed, and the encoder has {encoder.num_layers}: set "
            f"its layers to {layers}"
        )
    return encoder


def sequence_encoder(encoder: Encoder) -> SequenceEncoder:
    """Return the encoder, checked to be one of sequences.

    Raises:
        AusrecError: when it is not.
    """
    if not isinstance(encoder, SequenceEncoder):
        raise AusrecError(
            f"an encoder of sequences is needed, and {type(encoder).__name__} is none: choose "
            "sasrec or bert4rec"
        )
    return encoder
