"""What tasks over sequences share: which users they draw, and how items are hidden."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from numpy.typing import NDArray
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError, SettingError
from ausrec.graph.negatives import draw_negatives
from ausrec.graph.pairs import StoredPairs
from ausrec.graph.sequences import PAD, Sequences
from ausrec.models.encoder import Encoder, Parameters
from ausrec.models.sequence import MASK
from ausrec.tasks.encoding import sequence_encoder
from ausrec.tasks.task import Task, uniform_matrix


class Predicted(NamedTuple):
    """Sequences with what is to be predicted at each position.

    Attributes:
        ids: what the encoder sees, `MASK` in the place of a hidden item.
        targets: the right item of each position, `PAD` where there is none.
        neg: items that the users do not know: some of each, or one for each position.
    """

    ids: Int[Tensor, "batch length"]
    targets: Int[Tensor, "batch length"]
    neg: Int[Tensor, "batch negatives"]


class SequenceTask(Task):
    """Base class of tasks that draw users and encode what they did.

    Only training interactions are read, so that no later item is in a sequence.

    Attributes:
        sequences: what each user did, in order.
        users: those with enough items.
        longest: the most items of a sequence that are drawn, once the task has been started.
        positions: the mean number of items that are drawn, likewise.
    """

    shortest = 2
    for_sequences = True

    def __init__(self, graph: HeteroData) -> None:
        """Read the training sequences.

        Args:
            graph: the training graph.

        Raises:
            AusrecError: when the interactions have no order, or all sequences are too short.
        """
        self.sequences, self.longest, self.positions = Sequences.of(graph), 0, 0.0
        self.pairs = StoredPairs.of_interactions(graph)
        self.users = np.flatnonzero(self.sequences.lengths >= self.shortest)
        if len(self.users) == 0:
            raise AusrecError(
                f"no user has {self.shortest} training interactions or more: sequences need them"
            )

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Note how long the encoder's sequences are, at most and on average.

        Raises:
            AusrecError: when the encoder is not one of sequences.
        """
        self.longest = sequence_encoder(encoder).longest
        lengths = self.sequences.lengths[self.users]
        self.positions = float(np.minimum(lengths, self.longest).mean())
        return {}

    def draw_users(self, size: int, generator: np.random.Generator) -> NDArray[np.int64]:
        """Draw users uniformly, with replacement."""
        drawn: NDArray[np.int64] = generator.choice(self.users, size)
        return drawn

    def unknown(
        self, users: NDArray[np.int64], number: int, generator: np.random.Generator
    ) -> Int[Tensor, "batch number"]:
        """Draw items that the users do not know, uniformly."""
        drawn = draw_negatives(self.pairs, np.repeat(users, number), generator)
        return torch.from_numpy(drawn.astype(np.int64)).view(len(users), number)


class HiddenItems(SequenceTask):
    """Base class of tasks that predict something of hidden items.

    Attributes:
        with_negatives: draw an unknown item for each position, too.
    """

    with_negatives = False

    def __init__(self, graph: HeteroData, *, mask_rate: float = 0.2) -> None:
        """Read the training sequences.

        Args:
            graph: the training graph.
            mask_rate: probability of an item to be hidden.
        """
        super().__init__(graph)
        check_rate(mask_rate=mask_rate)
        self.mask_rate = mask_rate

    def draw(self, size: int, generator: np.random.Generator) -> Predicted:
        """Draw sequences, and hide items of each."""
        users = self.draw_users(size, generator)
        ids = self.sequences.last(users, self.longest)
        hidden = draw_hidden(ids, self.mask_rate, generator)
        neg = self.unknown(users, ids.shape[1] if self.with_negatives else 0, generator)
        return Predicted(ids.masked_fill(hidden, MASK), ids.masked_fill(~hidden, PAD), neg)

    @property
    def usual(self) -> float:
        """How many items of a sequence are hidden on average."""
        return self.mask_rate * self.positions


def matching(encoder: Encoder, generator: torch.Generator) -> Parameters:
    """Draw the matrix W of a product hᵀ W e."""
    dim = sequence_encoder(encoder).dim
    return {"match": uniform_matrix(dim, dim, generator)}


def draw_hidden(
    ids: Int[Tensor, "batch length"], rate: float, generator: np.random.Generator
) -> Bool[Tensor, "batch length"]:
    """Return which items to hide: each with a probability, and at least one of each sequence."""
    real = ids != PAD
    drawn = torch.from_numpy(generator.random(ids.shape)).masked_fill(~real, 2.0)
    hidden = drawn < rate
    return hidden.scatter(1, drawn.argmin(1, keepdim=True), True) & real


def check_rate(**rates: float) -> None:
    """Raise `SettingError` naming the first share that is not between 0 and 1."""
    for name, rate in rates.items():
        if not 0 < rate < 1:
            raise SettingError(name, f"is {rate}, but must be a share above 0 and below 1")


def per_sequence(
    losses: Float[Tensor, " places"], there: Bool[Tensor, "batch length"], usual: float
) -> Float[Tensor, " batch"]:
    """Return a loss for each sequence whose mean over all sequences is that over all positions.

    Math:    ℓ_s = (1/n̄) Σ_{t in s} ℓ_st,  n̄ positions in a sequence on average

    A mean over the positions of the batch would let those of a batch of short sequences count more.

    Args:
        losses: of the positions that count, row by row.
        there: True at these.
        usual: n̄.
    """
    row = there.nonzero()[:, 0]
    sums = torch.zeros(len(there), dtype=losses.dtype, device=losses.device)
    return sums.index_add(0, row, losses) / usual


def at(
    states: Float[Tensor, "batch length dim"], there: Bool[Tensor, "batch length"]
) -> Float[Tensor, "places dim"]:
    """Return the states of the positions that count, row by row."""
    return states.flatten(0, 1).index_select(0, there.flatten().nonzero()[:, 0])
