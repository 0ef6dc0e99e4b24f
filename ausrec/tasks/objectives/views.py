"""What makes two encodings of the same graph to be compared."""

from abc import ABC, abstractmethod

import numpy as np
from jaxtyping import Float
from torch import Tensor

from ausrec.models.encoder import Encoder
from ausrec.tasks.encoding import Encoding

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
