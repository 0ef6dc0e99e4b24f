"""The main task: rank a user's items above the others."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from jaxtyping import Float
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.graph.negatives import draw_negatives
from ausrec.graph.pairs import Ids, StoredPairs
from ausrec.models.encoder import Embeddings
from ausrec.tasks.losses import BPR, MainLoss, l2_penalty, take
from ausrec.tasks.task import Task, Triplets, to_triplets

Sampling = Literal["interactions", "users"]


class Recommendation(Task):
    """Rank a user's training items above other items (AusRec, main objective).

    Math:    ℓ = softplus(s(u, n) − s(u, p)),   s(u, i) = ⟨e_u, e_i⟩
    Source:  Rendle et al. 2009 (BPR), BPR-Opt; another loss may take its place.
    """

    name = "main"

    def __init__(
        self,
        graph: HeteroData,
        sampling: Sampling = "interactions",
        loss: MainLoss = BPR(),
    ) -> None:
        """Read the training interactions.

        Args:
            graph: the training graph.
            sampling: `"interactions"`: an epoch visits each interaction once, in random order.
                `"users"`: an epoch draws as many uniform users, and one interaction of each
                (as the published code does).
            loss: from the embeddings of users, positives and negatives to a loss a sample.

        Raises:
            AusrecError: when there are no training interactions.
        """
        self.pairs = StoredPairs.of_interactions(graph)
        self.sampling, self.ranking_loss = sampling, loss
        self.stops_gradients = getattr(loss, "stops_gradients", False)

    def num_batches(self, batch_size: int) -> int:
        """Return the number of steps in an epoch."""
        return -(-self.pairs.num_pairs // batch_size)

    def epoch(self, batch_size: int, generator: np.random.Generator) -> Iterator[Triplets]:
        """Draw one epoch of batches; the last may be smaller."""
        if self.sampling == "users":
            for start in range(0, self.pairs.num_pairs, batch_size):
                yield self.draw(min(batch_size, self.pairs.num_pairs - start), generator)
            return
        users = np.repeat(np.arange(self.pairs.num_rows), self.pairs.counts)
        order = generator.permutation(self.pairs.num_pairs)
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            yield self._with_negatives(users[chosen], self.pairs.columns[chosen], generator)

    def draw(self, size: int, generator: np.random.Generator) -> Triplets:
        """Draw triplets with replacement."""
        uniform: Literal["pairs", "users"] = "users" if self.sampling == "users" else "pairs"
        return self._with_negatives(*self.pairs.draw(size, generator, uniform), generator)

    def _with_negatives(self, users: Ids, items: Ids, generator: np.random.Generator) -> Triplets:
        return to_triplets(users, items, draw_negatives(self.pairs, users, generator))

    def loss(self, embeddings: Embeddings, batch: Triplets) -> Float[Tensor, " batch"]:
        """Return the loss of each triplet."""
        return self.ranking_loss(*triplet_rows(embeddings, batch))

    def penalty(self, embeddings: Embeddings, batch: Triplets) -> Float[Tensor, " batch"]:
        """Return the L2 penalty of each triplet's layer-0 embeddings."""
        return l2_penalty(embeddings, *item_ids(embeddings, batch))


def triplet_rows(embeddings: Embeddings, batch: Triplets) -> tuple[Tensor, ...]:
    """Return the final embeddings of the users, positives and negatives, [batch, dim] each."""
    return take(embeddings.final, *item_ids(embeddings, batch))


def item_ids(embeddings: Embeddings, batch: Triplets) -> Triplets:
    """Return where users and items are in the embeddings' tables."""
    return Triplets(batch.user, batch.pos + embeddings.num_users, batch.neg + embeddings.num_users)
