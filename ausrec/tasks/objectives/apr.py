"""APR: rank rightly even under the worst small change of the embeddings (He et al. 2018)."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import normalize
from torch_geometric.data import HeteroData

from ausrec.errors import check_above_zero, check_not_negative
from ausrec.models.encoder import Embeddings, Encoder
from ausrec.tasks.losses import bpr_loss, take
from ausrec.tasks.recommendation import Recommendation, item_ids
from ausrec.tasks.task import Task, Triplets


class Perturbed(NamedTuple):
    """Samples of ranking, and how far their embeddings are moved.

    Attributes:
        user: ids of users, [batch].
        pos: ids of items that they chose, [batch].
        neg: ids of other items, [batch].
        size: ε, a scalar; 0 during the warm-up.
    """

    user: Int[Tensor, " batch"]
    pos: Int[Tensor, " batch"]
    neg: Int[Tensor, " batch"]
    size: Float[Tensor, ""]


class AdversarialRanking(Task):
    """BPR at adversarially perturbed embeddings (APR; on matrix factorisation: AMF).

    Math:    ℓ = BPR(u + Δ_u, p + Δ_p, n + Δ_n),   Δ = ε g / ‖g‖ per row, held constant,
             with g the gradient of BPR. As g_u ∝ n − p, g_p ∝ −u and g_n ∝ u with a positive
             factor that the norm cancels,
             Δ_u = ε (n − p)/‖n − p‖,  Δ_p = −ε u/‖u‖,  Δ_n = ε u/‖u‖.
    Source:  He et al. 2018 (APR), Eqs. of L_BPR(Θ + Δ_adv) and of Δ_adv; weight λ 1, ε 0.5.

    Until the warm-up is over nothing is moved, ε = 0, and the loss is BPR itself: published, the
    adversary meets a model that BPR has trained. One that meets random embeddings, which are
    shorter than ε, drives them to zero, since its gradient then is 2ε u/‖u‖ for whatever u.

    Differs from the published code: there a row's g is summed over the batch, here each sample
    meets its own worst case, so that its loss does not depend on the others. On an encoder that
    propagates, what is moved are the final embeddings and not the parameters behind them.
    """

    name = "apr"
    stops_gradients = True
    paper_weight = 1.0

    def __init__(self, graph: HeteroData, size: float = 0.5, warm_up: int = 20) -> None:
        """Read the training interactions.

        Args:
            graph: the training graph.
            size: ε, the length by which embeddings are moved.
            warm_up: epochs without an adversary.

        Raises:
            AusrecError: on a length of 0 or less, or a negative number of epochs.
        """
        self.ranking = Recommendation(graph)
        check_above_zero(size=size)
        check_not_negative(warm_up=warm_up)
        self.size, self.warm_up, self.draws_per_epoch = size, warm_up, self.ranking.pairs.num_pairs
        self.is_warm = True

    def begin_epoch(self, epoch: int, encoder: Encoder, generator: np.random.Generator) -> None:
        """Let the adversary in once the warm-up is over."""
        self.is_warm = epoch > self.warm_up

    def draw(self, size: int, generator: np.random.Generator) -> Perturbed:
        """Draw triplets with replacement."""
        length = torch.tensor(self.size if self.is_warm else 0.0)
        return Perturbed(*self.ranking.draw(size, generator), length)

    def loss(self, embeddings: Embeddings, batch: Perturbed) -> Float[Tensor, " batch"]:
        """Return the BPR loss of each triplet at the perturbed embeddings."""
        rows = item_ids(embeddings, Triplets(*batch[:3]))
        user, pos, neg = take(embeddings.final, *rows)
        across, along = (normalize((neg - pos).detach(), dim=1), normalize(user.detach(), dim=1))
        return bpr_loss(
            user + batch.size * across, pos - batch.size * along, neg + batch.size * along
        )

    def penalty(self, embeddings: Embeddings, batch: Perturbed) -> Float[Tensor, " batch"]:
        """Return the L2 penalty of each triplet's layer-0 embeddings."""
        return self.ranking.penalty(embeddings, Triplets(*batch[:3]))
