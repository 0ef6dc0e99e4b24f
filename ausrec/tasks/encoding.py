"""What an objective sees of a step: the shared embeddings, and how to get further ones."""

from jaxtyping import Float
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.graph.propagation import View
from ausrec.models.encoder import Embeddings, Encoder, GraphEncoder, Parameters


class Encoding(Embeddings):
    """The embeddings that all tasks of a step share, and the means to encode differently.

    It is an `Embeddings`, so that a task that needs no more just takes it for one. Every further
    encoding is a function of layer 0 (`base`) over the step's graph or a thinned-out one: its
    derivatives are those of the embeddings, and no parameter of the encoder is needed.

    Attributes:
        encoder: the encoder of the run.
        view: the graph of the step; None for the whole graph.
        own: the task's own parameters, as its `start` named them.
    """

    encoder: Encoder
    view: View | None
    own: Parameters

    def __new__(
        cls,
        embeddings: Embeddings,
        encoder: Encoder,
        view: View | None = None,
        own: Parameters | None = None,
    ) -> "Encoding":
        """Add the means to encode to a step's embeddings."""
        self = super().__new__(cls, embeddings.final, embeddings.base, embeddings.num_users)
        self.encoder, self.view, self.own = encoder, view, own or {}
        return self

    @classmethod
    def of(cls, encoder: Encoder, own: Parameters | None = None) -> "Encoding":
        """Encode over the whole graph; how a notebook gets an encoding without a step."""
        embeddings: Embeddings = encoder()
        return cls(embeddings, encoder, None, own)

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
