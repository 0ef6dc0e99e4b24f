"""S³-Rec's second task: what is around a hidden item tells it from another one."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from ausrec.graph.sequences import PAD
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.sequential.hidden_items import HiddenItems, Predicted, at, matching, per_sequence


class MaskedItem(HiddenItems):
    """Rank hidden items above unknown ones, from both sides (S³-Rec, MIP).

    Math:    ℓ_s = (1/n̄) Σ_{t hidden} −ln σ(h_tᵀ W e_{i_t} − h_tᵀ W e_{n_t}),  h from both sides
    Source:  Zhou et al. 2020 (S³-Rec), Eq. 7: mutual information of a context and its item.

    Differs from the published code: the sigmoid is applied once, there twice; losses are means over
    hidden items, where the code adds them up, so that the weight 1 there, of a fifth of the items,
    is .2 here.
    """

    name = "masked_item"
    paper_weight = 0.2
    with_negatives = True

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Draw W."""
        return super().start(encoder, generator) | matching(encoder, generator)

    def loss(self, encoding: Encoding, batch: Predicted) -> Float[Tensor, " batch"]:
        """Return the loss of each sequence."""
        there = batch.targets != PAD
        states = at(encoding.states(batch.ids, causal=False), there) @ encoding.own["match"]
        right, wrong = (encoding.item[ids[there]] for ids in (batch.targets, batch.neg))
        losses = softplus(torch.linalg.vecdot(states, wrong - right))
        return per_sequence(losses, there, self.usual)
