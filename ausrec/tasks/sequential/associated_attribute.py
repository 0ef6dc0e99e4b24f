"""S³-Rec's first task: an item tells its attributes."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.graph.sequences import PAD
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.sequential.attributes import (
    attribute_loss,
    attribute_parameters,
    attributes_of,
    named,
)
from ausrec.tasks.sequential.hidden_items import SequenceTask, per_sequence


class Drawn(NamedTuple):
    """Sequences of items.

    Attributes:
        ids: items in order.
    """

    ids: Int[Tensor, "batch length"]


class AssociatedAttribute(SequenceTask):
    """Predict the attributes of each item from its embedding (S³-Rec, AAP).

    Math:    ℓ_s = (1/n̄) Σ_{i in s} Σ_a softplus(e_iᵀ W a) − y_ia e_iᵀ W a
    Source:  Zhou et al. 2020 (S³-Rec), Eq. 5: mutual information of an item and its attributes.

    Differs from the published code: it reads items' embeddings, as the equation does, where the
    code reads the transformer's states; losses are means over items, where the code adds them up,
    so that the weight .2 there, of four fifths of the items, is .16 here.
    """

    name = "associated_attribute"
    paper_weight = 0.16

    def __init__(self, graph: HeteroData, *, kind: str = "") -> None:
        """Read sequences and attributes.

        Args:
            graph: the training graph.
            kind: the node type of the attributes, as genre, which joins the name; "" for all.
        """
        super().__init__(graph)
        self.attributes, self.name = attributes_of(graph, kind), named(self.name, kind)

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Draw W and the attributes' embeddings."""
        own = super().start(encoder, generator)
        return own | attribute_parameters(encoder, self.attributes, generator)

    def draw(self, size: int, generator: np.random.Generator) -> Drawn:
        """Draw sequences."""
        return Drawn(self.sequences.last(self.draw_users(size, generator), self.longest))

    def loss(self, encoding: Encoding, batch: Drawn) -> Float[Tensor, " batch"]:
        """Return the loss of each sequence."""
        there = batch.ids != PAD
        items = batch.ids[there]
        rows = encoding.item.index_select(0, items)
        losses = attribute_loss(rows, items, self.attributes, encoding.own)
        return per_sequence(losses, there, self.positions)
