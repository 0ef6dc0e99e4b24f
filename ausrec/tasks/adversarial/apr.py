"""APR: rank rightly even under the worst small change of the embeddings (He et al. 2018)."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.models.encoder import Embeddings
from ausrec.tasks.bpr import bpr_loss, take
from ausrec.tasks.recommendation import Recommendation, item_rows
from ausrec.tasks.task import Triplets


class AdversarialRanking(Recommendation):
    """BPR at adversarially perturbed embeddings (APR; on matrix factorisation: AMF).

    Math:    ℓ = BPR(u + Δ_u, p + Δ_p, n + Δ_n),   Δ = ε g / ‖g‖ per row, held constant,
             with g the gradient of BPR. As g_u ∝ n − p, g_p ∝ −u and g_n ∝ u with a positive
             factor that the norm cancels,
             Δ_u = ε (n − p)/‖n − p‖,  Δ_p = −ε u/‖u‖,  Δ_n = ε u/‖u‖.

    Differs from the published code: there a row's g is summed over the batch, here each sample
    meets its own worst case, so that its loss does not depend on the others.
    """

    name = "apr"
    published_weight = 1.0

    def __init__(self, graph: HeteroData, size: float = 0.5) -> None:
        """Read the training interactions.

        Args:
            graph: the training graph.
            size: ε.
        """
        super().__init__(graph)
        if size <= 0:
            raise AusrecError(f"size is {size}, but a perturbation needs a length above 0")
        self.size, self.draws_per_epoch = size, self.pairs.num_pairs

    def loss(self, embeddings: Embeddings, batch: Triplets) -> Float[Tensor, " batch"]:
        """Return the BPR loss of each triplet at the perturbed embeddings."""
        user, pos, neg = take(embeddings.final, *item_rows(embeddings, batch))
        across, along = (normalize((neg - pos).detach(), dim=1), normalize(user.detach(), dim=1))
        return bpr_loss(
            torch.add(user, across, alpha=self.size),
            torch.sub(pos, along, alpha=self.size),
            torch.add(neg, along, alpha=self.size),
        )
