"""The structural tasks: rank related users (or items) above unrelated ones."""

from collections.abc import Iterable
from typing import Literal

import numpy as np
from jaxtyping import Float
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.graph.negatives import draw_negatives, has_negative
from ausrec.graph.pairs import Pairs, Uniform
from ausrec.graph.relations import relation_node, relation_pairs
from ausrec.models.encoder import Embeddings
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.losses import bpr_loss, l2_penalty, take
from ausrec.tasks.task import Task, Triplets, to_triplets


class RelationTask(Task):
    """BPR over the pairs of one relation, between users as a rule (AusRec, auxiliary objectives).

    Math:    ℓ = softplus(⟨e_u, e_n⟩ − ⟨e_u, e_p⟩),  (u, p) related, (u, n) not, n ≠ u
    Source:  AusRec (arXiv 2412.18735), its auxiliary tasks; BPR of Rendle et al. 2009.

    Differs from the published code: negatives are checked against the full relation, and users
    who are related to everybody are not drawn, so that no negative is secretly a positive.
    """

    for_sequences = True

    def __init__(
        self,
        name: str,
        pairs: Pairs,
        *,
        uniform: Uniform = "pairs",
        draws_per_epoch: int | None = None,
        exclude_self: bool = True,
        node: Literal["user", "item"] = "user",
    ) -> None:
        """Keep the pairs.

        Args:
            name: the task's name.
            pairs: the relation, users by users or items by items.
            uniform: draw uniformly over `"pairs"`, or over `"users"` and then their partners.
            draws_per_epoch: samples in an epoch; None for the configuration's batch size a step.
            exclude_self: never take the user for their own negative.
            node: between which nodes the relation stands.

        Raises:
            AusrecError: when the relation is empty, or relates everybody to everybody.
        """
        if pairs.num_pairs == 0:
            raise AusrecError(
                f"task '{name}' has no pairs in this training graph: leave it out of the tasks"
            )
        self.name, self.pairs, self.uniform = name, pairs, uniform
        self.draws_per_epoch, self.exclude_self = draws_per_epoch, exclude_self
        self.node = node
        # Tasks of a family are evaluated on one table of rows, so each node type has its own.
        self.family = "relation" if node == "user" else f"relation between {node}s"
        self.among = has_negative(pairs, exclude_self=exclude_self)
        if not pairs.counts[self.among].any():
            raise AusrecError(
                f"task '{name}' relates its users to everybody, so that there is nobody to rank "
                "them above: leave it out of the tasks"
            )

    def draw(self, size: int, generator: np.random.Generator) -> Triplets:
        """Draw related pairs, and for each user an unrelated one."""
        users, related = self.pairs.draw(size, generator, self.uniform, self.among)
        unrelated = draw_negatives(self.pairs, users, generator, exclude_self=self.exclude_self)
        return to_triplets(users, related, unrelated)

    def loss(self, embeddings: Embeddings, batch: Triplets) -> Float[Tensor, " batch"]:
        """Return the BPR loss of each triplet of users, or of items."""
        if self.node == "user" and isinstance(embeddings, Encoding):
            return bpr_loss(*embeddings.users(*batch))
        return bpr_loss(*take(embeddings.final, *self._nodes(embeddings, batch)))

    def penalty(self, embeddings: Embeddings, batch: Triplets) -> Float[Tensor, " batch"] | None:
        """Return the L2 penalty of each triplet's layer-0 embeddings; None in sequences."""
        if embeddings.num_users == 0:
            return None
        return l2_penalty(embeddings, *self._nodes(embeddings, batch))

    def _nodes(self, embeddings: Embeddings, batch: Triplets) -> Triplets:
        """Return the triplets' rows in the embeddings' tables, where the items come last."""
        if self.node == "user":
            return batch
        return Triplets(*(ids + embeddings.num_users for ids in batch))


def relation_tasks(
    graph: HeteroData, names: Iterable[str], *, uniform: Uniform = "pairs"
) -> list[RelationTask]:
    """Make a task of each named relation of a graph (added by `add_relations`).

    Raises:
        AusrecError: when a relation is missing, or stands between nodes that have no embedding.
    """
    tasks = []
    for name in names:
        node = relation_node(graph, name)
        if node not in ("user", "item"):
            raise AusrecError(
                f"task '{name}' is a relation between nodes of type '{node}', but only users and "
                "items have embeddings"
            )
        pairs = relation_pairs(graph, name)
        tasks.append(
            RelationTask(name, pairs, uniform=uniform, node="item" if node == "item" else "user")
        )
    return tasks
