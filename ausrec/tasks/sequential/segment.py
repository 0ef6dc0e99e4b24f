"""S³-Rec's fourth task: what is around a hidden segment tells it from one of another user."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import softplus
from torch_geometric.data import HeteroData

from ausrec.graph.sequences import PAD
from ausrec.models.encoder import Encoder, Parameters
from ausrec.models.sequence import MASK, last_states
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.sequential.hidden_items import SequenceTask, matching


class Segments(NamedTuple):
    """Sequences without a segment, that segment, and one of another user.

    Attributes:
        ids: sequences, `MASK` in the place of the segment.
        pos: the segment, `MASK` in the place of all else.
        neg: the other user's segment, likewise.
    """

    ids: Int[Tensor, "batch length"]
    pos: Int[Tensor, "batch length"]
    neg: Int[Tensor, "batch length"]


class Segment(SequenceTask):
    """Tell a user's hidden segment from one of another user (S³-Rec, SP).

    Math:    ℓ_s = −ln σ((hᵀ W p − hᵀ W n) / √dim),  h, p, n the last states of the sequence
             without its segment, of the segment and of the other one, from both sides
    Source:  Zhou et al. 2020 (S³-Rec), Eq. 11: mutual information of a context and a segment.

    Differs from the published code: the other segment is of training items, there of a sequence
    with test items; products of states are divided by √dim; the code's weight .5 of a sequence is
    .5 / n̄ next to losses that are means over items, for n̄ items in a sequence.
    """

    name = "segment"
    shortest = 3

    def __init__(self, graph: HeteroData) -> None:
        """Read the training sequences."""
        super().__init__(graph)
        self.paper_weight = 0.5 / float(self.sequences.lengths[self.users].mean())

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Draw W."""
        return super().start(encoder, generator) | matching(encoder, generator)

    def draw(self, size: int, generator: np.random.Generator) -> Segments:
        """Draw sequences, a segment of each of up to half its length, and other segments."""
        users = self.draw_users(size, generator)
        ids = self.sequences.last(users, self.longest).numpy()
        lengths = (ids != PAD).sum(1)
        long = 1 + (generator.random(size) * (lengths // 2)).astype(np.int64)
        first = (generator.random(size) * (lengths - long + 1)).astype(np.int64)
        column = np.arange(ids.shape[1])
        inside = (column >= first[:, None]) & (column < (first + long)[:, None])
        # Where another user has too few items, the segment begins again.
        others = self.draw_users(size, generator)
        theirs = self.sequences.lengths[others]
        begin = (generator.random(size) * theirs).astype(np.int64)
        place = self.sequences.starts[others][:, None] + (begin[:, None] + column) % theirs[:, None]
        real = ids != PAD
        pos = np.where(real, np.where(inside, ids, MASK), PAD)
        neg = np.where(real, np.where(inside, self.sequences.items[place], MASK), PAD)
        without = np.where(inside, MASK, ids)
        return Segments(*(torch.from_numpy(each) for each in (without, pos, neg)))

    def loss(self, encoding: Encoding, batch: Segments) -> Float[Tensor, " batch"]:
        """Return the loss of each sequence."""
        ids = torch.cat(batch)
        last = last_states(encoding.states(ids, causal=False), ids)
        around, pos, neg = last.chunk(3)
        wanted = around @ encoding.own["match"] / around.shape[1] ** 0.5
        return softplus(torch.linalg.vecdot(wanted, neg - pos))
