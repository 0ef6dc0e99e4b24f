"""How the held-out loss changes with the weight of a sample.

With the virtual step  W' = W − α ∇_W Σ_ti c_ti(λ) cost_ti(W),

    ∂L_meta(W')/∂c_ti = −α ⟨∇cost_ti(W), ∇L_meta(W')⟩:

a sample is weighted up exactly when its gradient points where the held-out recommendation loss
wants to go. The weights are functions of detached losses, so this is exact, and no second
derivative is needed.
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from ausrec.models.encoder import Parameters
from ausrec.weighting.reduction import Weights
from ausrec.weighting.step import Step, inner


class Hypergradient(NamedTuple):
    """What the virtual step found out.

    Attributes:
        alignment: ⟨∇cost_ti(W), ∇L_meta(W')⟩ of each sample, [samples] a task. The derivative
            of L_meta by the sample's coefficient is −α times this.
        meta_loss: L_meta(W').
        meta_gradient: v = ∇L_meta(W').
    """

    alignment: dict[str, Tensor]
    meta_loss: Tensor
    meta_gradient: Parameters

    def meta_gradient_norm(self) -> Tensor:
        """Return ‖∇L_meta(W')‖."""
        return inner(self.meta_gradient, self.meta_gradient).sqrt()


def unrolled(
    step: Step, coefficients: Weights, l2: Mapping[str, float], rate: float
) -> Hypergradient:
    """Take the virtual step and differentiate the meta loss (AusRec, virtual step).

    Args:
        step: the samples; `step.meta` must be set.
        coefficients: c_ti of the virtual loss, [samples] a task; detached.
        l2: factor of the L2 penalty within each task's cost.
        rate: α, the learning rate of the virtual step.
    """
    gradient = step.gradient(coefficients, l2)
    with torch.no_grad():
        ahead = {n: torch.add(step.parameters[n], gradient[n], alpha=-rate) for n in gradient}
    meta_loss, meta_gradient = step.meta_gradient(ahead)
    return Hypergradient(step.derivatives(meta_gradient, l2), meta_loss, meta_gradient)
