"""S³-Rec's third task: what is around a hidden item tells the attributes of that item."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.graph.sequences import PAD
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.encoding import Encoding, sequence_encoder
from ausrec.tasks.sequential.attributes import attribute_loss, attribute_parameters, attributes_of
from ausrec.tasks.sequential.drawing import HiddenItems, SequenceTask, at, check_rate, per_sequence


class MaskedAttribute(SequenceTask):
    """Predict the attributes of hidden items from both sides (S³-Rec, MAP).

    Math:    ℓ_s ∝ Σ_{t hidden} Σ_a softplus(h_tᵀ W a) − y_ta h_tᵀ W a,  h from both sides
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
            kind: the node type of the attributes, as genre; "" for all.
        """
        super().__init__(graph)
        check_rate(mask_rate=mask_rate)
        self.mask_rate, self.attributes = mask_rate, attributes_of(graph, kind)

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Draw W and the attributes' embeddings."""
        super().start(encoder, generator)
        number = self.attributes.shape[1]
        return attribute_parameters(sequence_encoder(encoder), number, generator)

    def draw(self, size: int, generator: np.random.Generator) -> HiddenItems:
        """Draw sequences, and hide items of each."""
        return self.hide(self.draw_users(size, generator), self.mask_rate, generator)

    def loss(self, encoding: Encoding, batch: HiddenItems) -> Float[Tensor, " batch"]:
        """Return the loss of each sequence."""
        there = batch.items != PAD
        items = batch.items[there]
        right = self.attributes[items.cpu()].to(items.device)
        states = at(encoding.states(batch.ids, causal=False), there)
        losses = attribute_loss(states, right, encoding.own)
        return per_sequence(losses, there, self.mask_rate * self.positions)
