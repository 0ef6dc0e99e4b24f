"""SEPT's task: three views of the users label each other's positives (Yu et al. 2021)."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from scipy.sparse import csr_array
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import SettingError, check_above_zero
from ausrec.graph.constant_product import SparseMatrix
from ausrec.graph.pairs import StoredPairs
from ausrec.models.encoder import Encoder, Parameters, unit_rows
from ausrec.tasks.encoding import Encoding, graph_encoder
from ausrec.tasks.objectives.contrast import draw_anchors
from ausrec.tasks.objectives.social_graphs import shared_items, social_adjacency, with_self_links
from ausrec.tasks.objectives.views import EdgeDropout
from ausrec.tasks.task import Task


class Unlabelled(NamedTuple):
    """Samples of tri-training.

    Attributes:
        user: distinct users, [batch].
        kept: which edges the perturbed graph keeps.
    """

    user: Int[Tensor, " batch"]
    kept: Bool[Tensor, " pairs"]


class TriTraining(Task):
    """Each view learns the positives that the other two agree on (SEPT).

    Math:    views v of the users: recommendation (the shared encoding), friends (graph
             (Sₛ Sₛ) ⊙ Sₛ + I) and sharing (R Rᵀ ⊙ Sₛ + I), normalised after each layer and added
             up; z̃ the encoding over a graph with dropped edges.
             P_v,u = the k users w of the batch for whom the mean of softmax_w cos(z_v'u, z̃_w)
             over the other two views v' is highest;
             ℓ_u = Σ_v −log [Σ_{w∈P_v,u} exp(cos(z_vu, z̃_w)/τ) / Σ_w exp(cos(z_vu, z̃_w)/τ)].
    Source:  Yu et al. 2021 (SEPT), Eqs. of the three views, the pseudo-labels and L_ssl; k 10,
             ρ 0.3, τ 0.1.

    Differs from the published code: the recommendation view and z̃ are the shared encoder's, on
    its graph and without normalisation after each layer; the task takes part from the first
    epoch, not from a third of them on. The published 0.005 stands before a sum over the distinct
    users of a batch, beside a sum over its samples: before means it is at most that.
    """

    name = "sept"
    stops_gradients = True
    paper_weight = 0.005

    def __init__(
        self,
        graph: HeteroData,
        rate: float = 0.3,
        *,
        num_positives: int = 10,
        temperature: float = 0.1,
    ) -> None:
        """Build the user graphs of the views.

        Args:
            graph: the training graph.
            rate: share of the edges that z̃ lacks.
            num_positives: k, how many positives a view labels for each user.
            temperature: τ; the lower, the more the hardest negatives count.

        Raises:
            AusrecError: on a number that cannot be, and with too few users.
        """
        check_above_zero(num_positives=num_positives, temperature=temperature)
        if graph["user"].num_nodes <= num_positives:
            raise SettingError(
                "num_positives",
                f"is {num_positives}, but there are only {graph['user'].num_nodes} users to choose "
                "them from: lower it, or leave the task out",
            )
        linked = social_adjacency(graph)
        friends = csr_array((linked @ linked).multiply(linked))
        sharing = csr_array(shared_items(graph).multiply(linked))
        self.graphs = [SparseMatrix(with_self_links(matrix)) for matrix in (friends, sharing)]
        self.num_positives, self.temperature = num_positives, temperature
        self.pairs, self.dropout = StoredPairs.of_interactions(graph), EdgeDropout(rate)
        self.draws_per_epoch = self.pairs.num_pairs

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Number the edges of the encoder's graph."""
        self.num_layers = graph_encoder(encoder).num_layers
        self.dropout.start(encoder)
        return {}

    def draw(self, size: int, generator: np.random.Generator) -> Unlabelled:
        """Draw users and the perturbed graph."""
        kept = self.dropout.keep(generator, self.dropout.thinning.num_pairs)
        return Unlabelled(draw_anchors(self.pairs, size, generator).user, kept)

    def loss(self, encoding: Encoding, batch: Unlabelled) -> Float[Tensor, " batch"]:
        """Return the loss of each user, over the three views."""
        views = [encoding.user, *(self._social(encoding, matrix) for matrix in self.graphs)]
        target = self.dropout.encode(encoding, batch.kept)[: encoding.num_users]
        target = unit_rows(target.index_select(0, batch.user))
        cosines = [unit_rows(v.index_select(0, batch.user)) @ target.T for v in views]
        with torch.no_grad():
            guesses = [cosine.detach().softmax(1) for cosine in cosines]
        losses = []
        for place, cosine in enumerate(cosines):
            others = torch.stack(guesses[:place] + guesses[place + 1 :]).mean(0)
            number, temperature = self.num_positives, self.temperature
            losses.append(neighbour_discrimination(cosine, others, number, temperature))
        return torch.stack(losses).sum(0)

    def _social(self, encoding: Encoding, matrix: SparseMatrix) -> Tensor:
        layer = total = encoding.base[: encoding.num_users]
        for _ in range(self.num_layers):
            layer = unit_rows(matrix.multiply(layer))
            total = total + layer
        return total


def neighbour_discrimination(
    cosines: Float[Tensor, "batch others"],
    guesses: Float[Tensor, "batch others"],
    num_positives: int,
    temperature: float,
) -> Float[Tensor, " batch"]:
    """Return −log of the share that the k best guessed positives have (SEPT, Eq. of L_ssl).

    Args:
        cosines: of each user in a view with each in the perturbed graph.
        guesses: how likely each is a positive, as others see it; a constant.
        num_positives: k; all where there are fewer.
        temperature: τ; the lower, the more the hardest negatives count.
    """
    logits = cosines / temperature
    positives = guesses.topk(min(num_positives, guesses.shape[1]), dim=1).indices
    return logits.logsumexp(1) - logits.gather(1, positives).logsumexp(1)
