"""The direction that helps the worst task, near the mean (Liu et al. 2021)."""

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.weighting.others.gradient_surgery import GradientSurgery, aggregation


class CAGrad(GradientSurgery):
    """Conflict-averse gradient descent.

    Math:    d = argmax min_k ⟨g_k, d⟩  over  ‖d − g‖ ≤ c ‖g‖,   g = mean_k g_k;
             d = Σ_k w_k g_k with  w_k = 1/K + (c ‖g‖ / ‖Σ_j v_j g_j‖) v_k,
             v = argmin ⟨Σ_j v_j g_j, g⟩ + c ‖g‖ ‖Σ_j v_j g_j‖ over shares v ≥ 0, Σ_j v_j = 1.
    Source:  Liu et al. 2021 (CAGrad), Alg. 1 and the dual problem before it; the code is TorchJD's.

    λ_t as in `JointWeighting`. Where some Σ_j v_j g_j vanishes no direction helps every task,
    and the method would stand still; here the step then goes along g.
    """

    def __init__(self, radius: float = 0.5) -> None:
        """Keep c; with 0 the direction is the mean gradient.

        Raises:
            AusrecError: when c is not in [0, 1), for which the method is proven.
        """
        if not 0 <= radius < 1:
            raise AusrecError(f"radius is {radius}, but must be from 0 to below 1")
        self.radius = radius
        self.weighting = aggregation().CAGradWeighting(c=radius)

    def combine(self, gramian: Float[Tensor, "tasks tasks"]) -> Float[Tensor, " tasks"]:
        """Return w."""
        weights: Tensor = self.weighting(gramian)
        # The solver keeps v ≥ 0 only up to its tolerance.
        weights = weights.clamp(min=0)
        return weights if weights.any() else torch.ones_like(weights)
