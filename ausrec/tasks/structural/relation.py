"""The structural tasks: rank related users above unrelated ones."""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.graph.pairs import Pairs, Uniform
from ausrec.graph.relations import relation_pairs
from ausrec.models.encoder import Embeddings
from ausrec.tasks.bpr import bpr_loss, l2_penalty, take
from ausrec.tasks.task import Task, Triplets, to_triplets


class RelationTask(Task):
    """BPR over the pairs of one relation between users (AusRec, auxiliary objectives).

    Math:    ℓ = softplus(⟨e_u, e_n⟩ − ⟨e_u, e_p⟩),  (u, p) related, (u, n) not, n ≠ u
    Differs from the published code: negatives are checked against the full relation, and users
    who are related to everybody are not drawn, so that no negative is secretly a positive.
    """

    family = "relation"

    def __init__(
        self,
        name: str,
        pairs: Pairs,
        *,
        uniform: Uniform = "pairs",
        draws_per_epoch: int | None = None,
        exclude_self: bool = True,
    ) -> None:
        """Keep the pairs.

        Args:
            name: the task's name.
            pairs: the relation, users by users.
            uniform: draw uniformly over `"pairs"`, or over `"users"` and then their partners.
            draws_per_epoch: samples in an epoch; None for the configuration's batch size a step.
            exclude_self: never take the user for their own negative.

        Raises:
            AusrecError: when the relation is empty, or relates everybody to everybody.
        """
        if pairs.num_pairs == 0:
            raise AusrecError(
                f"task '{name}' has no pairs in this training graph: leave it out of the tasks"
            )
        self.name, self.pairs, self.uniform = name, pairs, uniform
        self.draws_per_epoch, self.exclude_self = draws_per_epoch, exclude_self
        self.among = pairs.has_unrelated(exclude_self=exclude_self)
        if not pairs.counts[self.among].any():
            raise AusrecError(
                f"task '{name}' relates its users to everybody, so that there is nobody to rank "
                "them above: leave it out of the tasks"
            )

    def draw(self, size: int, generator: np.random.Generator) -> Triplets:
        """Draw related pairs, and for each user an unrelated one."""
        users, related = self.pairs.draw(size, generator, self.uniform, self.among)
        unrelated = self.pairs.draw_unrelated(users, generator, exclude_self=self.exclude_self)
        return to_triplets(users, related, unrelated)

    def loss(self, embeddings: Embeddings, batch: Triplets) -> Float[Tensor, " batch"]:
        """Return the BPR loss of each triplet of users."""
        return bpr_loss(*take(embeddings.final, *batch))

    def penalty(self, embeddings: Embeddings, batch: Triplets) -> Float[Tensor, " batch"]:
        """Return the L2 penalty of each triplet's layer-0 embeddings."""
        return l2_penalty(*take(embeddings.base, *batch))


def relation_tasks(
    graph: HeteroData, names: Iterable[str], *, uniform: Uniform = "pairs"
) -> list[RelationTask]:
    """Make a task of each named relation of a graph (added by `add_relations`)."""
    return [RelationTask(name, relation_pairs(graph, name), uniform=uniform) for name in names]
