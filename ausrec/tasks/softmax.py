"""The sampled softmax loss: where a positive ranks among many negatives, whatever the scale."""

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.tasks.bpr import Rows
from ausrec.tasks.unit_rows import unit_rows


def softmax_loss(
    user: Rows, pos: Rows, neg: Float[Tensor, "candidates dim"], temperature: float
) -> Float[Tensor, " batch"]:
    """Return the sampled softmax loss of each sample (Wu et al. 2024, SSM).

    Math:    ℓ_i = −ln [e^(cos(u_i, p_i)/τ) / (e^(cos(u_i, p_i)/τ) + Σ_j e^(cos(u_i, n_j)/τ))]

    It does not change with the length of any embedding, where BPR, once most pairs are ranked
    rightly, falls as all of them grow.

    Args:
        user: embeddings of the users.
        pos: embeddings of the positives.
        neg: embeddings of the negatives; each sample is ranked among all of them.
        temperature: τ.
    """
    user = unit_rows(user) / temperature
    of_pos = torch.linalg.vecdot(user, unit_rows(pos))
    of_all = torch.cat([of_pos[:, None], user @ unit_rows(neg).T], dim=1)
    losses: Tensor = of_all.logsumexp(dim=1) - of_pos
    return losses
