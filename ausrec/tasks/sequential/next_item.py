"""The main task of sequences: predict what comes next, or what is hidden."""

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import SettingError
from ausrec.graph.sequences import PAD
from ausrec.models.encoder import Encoder, Parameters
from ausrec.models.sequence import MASK, SequenceEncoder
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.sequential.hidden_items import (
    HiddenItems,
    Predicted,
    SequenceTask,
    at,
    check_rate,
    draw_hidden,
    per_sequence,
)
from ausrec.tasks.sequential.sequence_losses import CrossEntropy, SequenceLoss

_ONLY_THE_LAST = 1 / 11
_BUCKETS, _JITTER = 32, 0.3


class NextItem(SequenceTask):
    """Predict each next item (SASRec), or hidden items (BERT4Rec), as the encoder looks.

    Math:    ℓ_s = (1/n̄) Σ_t ℓ(⟨h_t, e_{i_t}⟩, ⟨h_t, e_j⟩ …),  n̄ positions t on average
    Source:  Kang and McAuley 2018 (SASRec); Sun et al. 2019 (BERT4Rec).

    Differs from the published code: batches hold sequences of like length. For BERT4Rec, one of
    eleven draws hides the last item alone, as its code does in one copy of a sequence of eleven.
    """

    name = "main"

    def __init__(self, graph: HeteroData, encoder: SequenceEncoder, loss: object) -> None:
        """Read the training sequences.

        Args:
            graph: the training graph.
            encoder: the encoder, which says in which direction it looks.
            loss: from scores to a loss a position.

        Raises:
            AusrecError: when no sequence is long enough, or the loss is not one of sequences.
        """
        super().__init__(graph)
        if not isinstance(loss, SequenceLoss):
            raise SettingError(
                "train.loss", "is one of graphs: for sequences, choose cross_entropy, say"
            )
        check_rate(mask_rate=encoder.mask_rate)
        self.score_loss, self.mask_rate, self.causal = loss, encoder.mask_rate, encoder.causal
        super().start(encoder, torch.Generator())
        if self.causal:
            lengths = self.sequences.lengths[self.users] - 1
            self.positions = float(np.minimum(lengths, self.longest).mean())

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Keep what was noted when it was made; there are no parameters."""
        return {}

    def num_batches(self, batch_size: int) -> int:
        """Return the number of steps in an epoch."""
        return -(-len(self.users) // batch_size)

    def epoch(self, batch_size: int, generator: np.random.Generator) -> Iterator[Predicted]:
        """Draw one epoch of batches: each sequence once, like lengths together."""
        order = generator.permutation(self.users)
        batches = []
        for start in range(0, len(order), _BUCKETS * batch_size):
            bucket = order[start : start + _BUCKETS * batch_size]
            # Roughly by length only, so that a short sequence also meets long ones.
            lengths = np.log(np.minimum(self.sequences.lengths[bucket], self.longest))
            bucket = bucket[np.argsort(lengths + _JITTER * generator.normal(size=len(bucket)))]
            batches += np.split(bucket, range(batch_size, len(bucket), batch_size))
        for place in generator.permutation(len(batches)):
            # Weights are judged by the last rows, which must not be the longest sequences.
            yield self.predict(generator.permutation(batches[place]), generator)

    def draw(self, size: int, generator: np.random.Generator) -> Predicted:
        """Draw users with replacement."""
        return self.predict(self.draw_users(size, generator), generator)

    def predict(self, users: NDArray[np.int64], generator: np.random.Generator) -> Predicted:
        """Return the sequences of some users, and what is to be predicted of them."""
        if self.causal:
            items = self.sequences.last(users, self.longest + 1)
            targets = items[:, 1:]
            ids = items[:, :-1].masked_fill(targets == PAD, PAD)
        else:
            items = self.sequences.last(users, self.longest)
            hidden = draw_hidden(items, self.mask_rate, generator)
            last = (items != PAD).sum(1, keepdim=True) - 1
            alone = torch.from_numpy(generator.random(len(items)) < _ONLY_THE_LAST)
            only = torch.zeros_like(hidden).scatter(1, last, True)
            hidden = torch.where(alone[:, None], only, hidden)
            ids, targets = items.masked_fill(hidden, MASK), items.masked_fill(~hidden, PAD)
        number = self.score_loss.negatives
        neg = self.unknown(users, ids.shape[1] if number == 0 else number or 0, generator)
        return Predicted(ids, targets, neg)

    def loss(self, encoding: Encoding, batch: Predicted) -> Float[Tensor, " batch"]:
        """Return the loss of each sequence."""
        usual = self.positions if self.causal else self.mask_rate * self.positions
        return predicted_loss(encoding, batch, self.score_loss, self.causal, usual)


def predicted_loss(
    encoding: Encoding, batch: Predicted, loss: SequenceLoss, causal: bool, usual: float
) -> Float[Tensor, " batch"]:
    """Return the loss of each sequence, summed over what is to be predicted.

    Args:
        encoding: the items' embeddings, and the transformer.
        batch: sequences and targets.
        loss: from scores to a loss a position.
        causal: whether a position sees earlier ones only.
        usual: how many targets a sequence has on average.
    """
    there = batch.targets != PAD
    states = encoding.states(batch.ids, causal=causal)
    table, right = encoding.item, batch.targets[there]
    wanted = at(states, there)
    if loss.negatives is None:
        scores = wanted @ table.T
    else:
        if loss.negatives == 0:
            others = torch.linalg.vecdot(wanted, table.index_select(0, batch.neg[there]))[:, None]
        else:
            others = at(states @ table[batch.neg].transpose(1, 2), there)
        pos = torch.linalg.vecdot(wanted, table.index_select(0, right))
        scores, right = torch.cat([pos[:, None], others], 1), torch.zeros_like(right)
    return per_sequence(loss(scores, right, len(table)), there, usual)


class Cloze(HiddenItems):
    """Predict hidden items from both sides, next to the main task (BERT4Rec's cloze).

    Math:    ℓ_s = (1/n̄) Σ_{t hidden} ln Σ_j e^⟨h_t, e_j⟩ − ⟨h_t, e_{i_t}⟩,  h from both sides
    Source:  Sun et al. 2019 (BERT4Rec), its training objective.

    Differs from the published code: it is a task beside another, so that a causal encoder has it,
    too; there is no further layer before the scores.
    """

    name = "cloze"

    def loss(self, encoding: Encoding, batch: Predicted) -> Float[Tensor, " batch"]:
        """Return the loss of each sequence."""
        return predicted_loss(encoding, batch, CrossEntropy(), False, self.usual)
