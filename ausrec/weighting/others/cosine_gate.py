"""Tasks count as far as their gradient agrees with the main task's (Du et al. 2018)."""

from dataclasses import dataclass
from typing import ClassVar

import torch

from ausrec.weighting.directions import inner
from ausrec.weighting.reduction import TaskMean
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed, Weighting


@dataclass(eq=False)
class CosineGate(Weighting):
    """Weigh a task by the cosine between its gradient and that of recommendation.

    Math:    λ_t = max(0, ⟨g_t, g_main⟩ / (‖g_t‖ ‖g_main‖)),   g_t = ∇ mean_i cost_ti
    Source:  Du et al. 2018, the weighted version of gradient similarity.

    One backward pass a task and step. It learns nothing, so that a noisy batch gives a noisy
    weight.
    """

    scale: float = 1.0
    """s, how much all auxiliary tasks together count."""

    title: ClassVar[str] = "cosine gate"

    def __post_init__(self) -> None:
        """Keep s."""
        self.reduction = TaskMean(self.scale)

    def weigh(self, step: Step) -> Weighed:
        """Return the cosines, those below zero as zero."""
        gradients = step.task_gradients(self.reduction.l2(step.l2, step.sizes))
        _, main = next(gradients)
        main_norm = inner(main, main).sqrt()
        weights = {}
        for name, gradient in gradients:
            norms = inner(gradient, gradient).sqrt() * main_norm
            # A task without a gradient agrees with nothing; rounding may pass 1.
            cosine = inner(gradient, main) / norms.clamp_min(torch.finfo(norms.dtype).tiny)
            weights[name] = cosine.clamp(0, 1)
        return Weighed(weights, {})
