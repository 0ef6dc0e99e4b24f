"""DSL's task: rank friends, and align views where interactions agree (Wang et al. 2023)."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import leaky_relu, relu
from torch_geometric.data import HeteroData

from ausrec.errors import check_not_negative
from ausrec.graph.constant_product import SparseMatrix
from ausrec.graph.pairs import StoredPairs
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.losses import bpr_loss, take
from ausrec.tasks.objectives.social_graphs import social_adjacency, with_self_links
from ausrec.tasks.relation import RelationTask
from ausrec.tasks.task import Task, Triplets, dimension, pair_network


class DenoisedPairs(NamedTuple):
    """Samples of DSL.

    Attributes:
        triplets: users, a friend and a stranger of each.
        first: users of random pairs, [batch].
        second: the other users of the pairs, [batch].
    """

    triplets: Triplets
    first: Int[Tensor, " batch"]
    second: Int[Tensor, " batch"]


class DenoisedAlignment(Task):
    """Rank friends above strangers, and let confirmed pairs be alike in the social view (DSL).

    Math:    ℓ = softplus(⟨s_u, s_stranger⟩ − ⟨s_u, s_friend⟩) + κ max(0, 1 − z_ab ⟨s_a, s_b⟩) for
             a random pair a, b of users; s the social view of the users' layer 0,
             Σ_l (D^-1/2 (Sₛ + I) D^-1/2)^l E;
             z_ab = σ(⟨w, LeakyReLU(W [e_a, e_b] + b) + e_a + e_b⟩ + c), how alike the final
             embeddings say they are.
    Source:  Wang et al. 2023 (DSL), Eqs. of the social BPR, of the similarity z and of the
             self-augmented hinge, as in the authors' code and that of SSLRec.

    SSLRec's weights: 0.01 of the first term, 0.001 of the second, hence κ = 0.1; its losses are
    sums over equally many samples. The authors' own defaults are 1e-7 for both weights. Differs
    from both codes: no dropout within z, and the shared encoding in the place of DSL's, whose
    final embeddings are sums of the layers.
    """

    name = "dsl"
    paper_weight = 0.01

    def __init__(
        self,
        graph: HeteroData,
        alignment: float = 0.1,
        *,
        social_layers: int = 2,
        slope: float = 0.5,
    ) -> None:
        """Build the social view's graph.

        Args:
            graph: the training graph.
            alignment: κ, how much the alignment counts beside the ranking of friends.
            social_layers: propagations in the social view.
            slope: of the LeakyReLU below zero.

        Raises:
            AusrecError: on a number that cannot be.
        """
        check_not_negative(alignment=alignment, social_layers=social_layers, slope=slope)
        linked = social_adjacency(graph)
        self.friends = RelationTask(self.name, StoredPairs(linked))
        self.social, self.num_users = SparseMatrix(with_self_links(linked)), linked.shape[0]
        self.alignment, self.social_layers, self.slope = alignment, social_layers, slope

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Draw the network that says how alike two users are."""
        return pair_network(dimension(encoder), generator)

    def draw(self, size: int, generator: np.random.Generator) -> DenoisedPairs:
        """Draw friends and strangers, and as many random pairs."""
        triplets = self.friends.draw(size, generator)
        pairs = (torch.from_numpy(generator.integers(0, self.num_users, size)) for _ in range(2))
        return DenoisedPairs(triplets, *pairs)

    def loss(self, encoding: Encoding, batch: DenoisedPairs) -> Float[Tensor, " batch"]:
        """Return the loss of each triplet and its pair."""
        layer = total = encoding.base[: encoding.num_users]
        for _ in range(self.social_layers):
            layer = self.social.multiply(layer)
            total = total + layer
        ranking = bpr_loss(*take(total, *batch.triplets))
        alike = self.similarity(encoding, *take(encoding.user, batch.first, batch.second))
        social = torch.linalg.vecdot(*take(total, batch.first, batch.second))
        return ranking + self.alignment * relu(1 - alike * social)

    def similarity(
        self,
        encoding: Encoding,
        first: Float[Tensor, "batch dim"],
        second: Float[Tensor, "batch dim"],
    ) -> Float[Tensor, " batch"]:
        """Return z of each pair, between 0 and 1."""
        own = encoding.own
        hidden = torch.cat([first, second], dim=1) @ own["hidden"] + own["hidden_bias"]
        hidden = leaky_relu(hidden, self.slope) + first + second
        return (hidden @ own["score"] + own["score_bias"]).squeeze(1).sigmoid()
