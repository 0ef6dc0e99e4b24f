"""Strategies that weigh the main task, too."""

from abc import abstractmethod

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.weighting.reduction import MAIN, TaskMean
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed, Weighting


class JointWeighting(Weighting):
    """Turn the weights of a method that treats all tasks alike into weights next to the main task.

    Math:    the method descends  Σ_k w_k L_k  over the main task (k = 0) and T auxiliary ones;
             here the main task counts 1, and  L_0 + (s/T) Σ_t λ_t L_t  is descended, so

             λ_t = (T/s) w_t / w_0

    makes the direction the method's own; the length is left out, which Adam hardly feels, as it
    divides by the size of the gradients. L_k is the mean cost of a task's samples. As T/s is part
    of λ, weights that count all tasks alike are λ_t = T/s, not 1.
    """

    reduction: TaskMean = TaskMean()

    @abstractmethod
    def joint(self, step: Step) -> Float[Tensor, " tasks"]:
        """Return the weights w of all tasks, the main task's first and above zero."""

    def weigh(self, step: Step) -> Weighed:
        """Return λ of each auxiliary task."""
        weights = self.joint(step).detach()
        factor = len(self.names) / self.reduction.scale
        relative = (factor * weights[1:] / weights[0]).to(step.losses[MAIN])
        return Weighed(dict(zip(self.names, relative.unbind(), strict=True)), {})

    def mean_costs(self, step: Step) -> Float[Tensor, " tasks"]:
        """Return L, the mean cost of each task, the main task's first; in float64, on the CPU."""
        costs = step.costs(self.reduction.l2(step.l2, step.sizes)).values()
        return torch.stack([cost.detach().mean() for cost in costs]).double().cpu()
