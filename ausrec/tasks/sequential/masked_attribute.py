"""S³-Rec's third task: what is around a hidden item tells the attributes of that item."""

import torch
from jaxtyping import Float
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
from ausrec.tasks.sequential.hidden_items import HiddenItems, Predicted, at, per_sequence


class MaskedAttribute(HiddenItems):
    """Predict the attributes of hidden items from both sides (S³-Rec, MAP).

    Math:    ℓ_s = (1/n̄) Σ_{t hidden} Σ_a softplus(h_tᵀ W a) − y_ta h_tᵀ W a,  h from both sides
    Source:  Zhou et al. 2020 (S³-Rec), Eq. 9: mutual information of a context and attributes.

    Differs from the published code: W and the attributes' embeddings are this task's own; losses
    are means over hidden items, where the code adds them up, so that the weight 1 there, of a
    fifth of the items, is .2 here.
    """

    name = "masked_attribute"
    paper_weight = 0.2

    def __init__(self, graph: HeteroData, *, mask_rate: float = 0.2, kind: str = "") -> None:
        """Read sequences and attributes.

        Args:
            graph: the training graph.
            mask_rate: probability of an item to be hidden.
            kind: the node type of the attributes, as genre, which joins the name; "" for all.
        """
        super().__init__(graph, mask_rate=mask_rate)
        self.attributes, self.name = attributes_of(graph, kind), named(self.name, kind)

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Draw W and the attributes' embeddings."""
        own = super().start(encoder, generator)
        return own | attribute_parameters(encoder, self.attributes, generator)

    def loss(self, encoding: Encoding, batch: Predicted) -> Float[Tensor, " batch"]:
        """Return the loss of each sequence."""
        there = batch.targets != PAD
        states = at(encoding.states(batch.ids, causal=False), there)
        losses = attribute_loss(states, batch.targets[there], self.attributes, encoding.own)
        return per_sequence(losses, there, self.usual)
