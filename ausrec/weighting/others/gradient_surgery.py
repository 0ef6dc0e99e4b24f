"""Strategies that combine the gradients of all tasks, seen through their inner products."""

import importlib
from abc import abstractmethod
from types import ModuleType

from jaxtyping import Float
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.weighting.others.joint import JointWeighting
from ausrec.weighting.step import Step


class GradientSurgery(JointWeighting):
    """Find the weights of the tasks' gradients from their Gram matrix.

    Math:    M_jk = ⟨g_j, g_k⟩,  g_k = ∇ mean_i cost_ki, the main task's first: one backward
             pass a task. The method's direction is Σ_k w_k g_k with w = w(M).
    Source:  Quinton and Rey 2024 (TorchJD), whose PCGrad and CAGrad are used.
    """

    @abstractmethod
    def combine(self, gramian: Float[Tensor, "tasks tasks"]) -> Float[Tensor, " tasks"]:
        """Return w, given M in float64 on the CPU."""

    def joint(self, step: Step) -> Float[Tensor, " tasks"]:
        """Return w of this step."""
        gramian = step.gramian(self.reduction.l2(step.l2, step.sizes))
        return self.combine(gramian.double().cpu())


def aggregation() -> ModuleType:
    """Import TorchJD's aggregation methods.

    Raises:
        AusrecError: when the extra `gradients` is not installed.
    """
    try:
        return importlib.import_module("torchjd.aggregation")
    except ImportError as error:
        raise AusrecError(
            "PCGrad and CAGrad need TorchJD: pip install 'ausrec[gradients]'"
        ) from error
