"""S³-Rec's second task: what is around a hidden item tells it from another one."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus
from torch_geometric.data import HeteroData

from ausrec.graph.sequences import PAD
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.encoding import Encoding, sequence_encoder
from ausrec.tasks.sequential.drawing import HiddenItems, SequenceTask, at, check_rate, per_sequence
from ausrec.tasks.task import uniform_matrix


class MaskedItem(SequenceTask):
    """Rank hidden items above unknown ones, from both sides (S³-Rec, MIP).

    Math:    ℓ_s ∝ Σ_{t hidden} −ln σ(h_tᵀ W e_{i_t} − h_tᵀ W e_{n_t}),  h from both sides
    Source:  Zhou et al. 2020 (S³-Rec), Eq. 7: mutual information of a context and its item.

    Differs from the published code: the sigmoid is applied once, there twice; losses are means over
    hidden items, where the code adds them up, so that the weight 1 there, of a fifth of the items,
    is .2 here.
    """

    name = "masked_item"
    paper_weight = 0.2

    def __init__(self, graph: HeteroData, *, mask_rate: float = 0.2) -> None:
        """Read the training sequences.

        Args:
            graph: the training graph.
            mask_rate: probability of an item to be hidden.
        """
        super().__init__(graph)
        check_rate(mask_rate=mask_rate)
        self.mask_rate = mask_rate

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Draw W."""
        super().start(encoder, generator)
        dim = sequence_encoder(encoder).dim
        return {"match": uniform_matrix(dim, dim, generator)}

    def draw(self, size: int, generator: np.random.Generator) -> HiddenItems:
        """Draw sequences, hide items of each, and draw an unknown item for each position."""
        users = self.draw_users(size, generator)
        return self.hide(users, self.mask_rate, generator, negatives=None)

    def loss(self, encoding: Encoding, batch: HiddenItems) -> Float[Tensor, " batch"]:
        """Return the loss of each sequence."""
        there = batch.items != PAD
        states = at(encoding.states(batch.ids, causal=False), there) @ encoding.own["match"]
        right, wrong = (encoding.item[ids[there]] for ids in (batch.items, batch.neg))
        losses = softplus(torch.linalg.vecdot(states, wrong - right))
        return per_sequence(losses, there, self.mask_rate * self.positions)
