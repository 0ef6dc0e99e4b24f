"""The sampled softmax loss: where a positive ranks among many negatives, whatever the scale."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize

from ausrec.tasks.bpr import Rows


def softmax_loss(
    user: Rows, pos: Rows, neg: Float[Tensor, "candidates dim"], temperature: float
) -> Float[Tensor, " batch"]:
    """Return the sampled softmax loss of each sample (Wu et al. 2024, SSM).

    Math:    ℓ_i = −ln [e^(cos(u_i, p_i)/τ) / (e^(cos(u_i, p_i)/τ) + Σ_j e^(cos(u_i, n_j)/τ))]

    It does not change with the length of any embedding, where BPR falls as all of them grow.

    Args:
        user: embeddings of the users.
        pos: embeddings of the positives.
        neg: embeddings of the negatives; each sample is ranked among all of them.
        temperature: τ.
    """
    user = normalize(user, dim=1) / temperature
    of_pos = torch.linalg.vecdot(user, normalize(pos, dim=1))
    of_all = torch.cat([of_pos[:, None], user @ normalize(neg, dim=1).T], dim=1)
    losses: Tensor = of_all.logsumexp(dim=1) - of_pos
    return losses
