"""Strategies that combine the gradients of all tasks, seen through their inner products."""

import importlib
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.errors import SettingError, complaint
from ausrec.weighting.directions import inner
from ausrec.weighting.others.joint import JointWeighting
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import own_generator


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
        return self.combine(gramian_of(step, self.reduction.l2(step.l2, step.sizes)).double().cpu())


def gramian_of(step: Step, l2: Mapping[str, float]) -> Float[Tensor, "tasks tasks"]:
    """Return the inner products ⟨g_j, g_k⟩ of the tasks' gradients, the main task first.

    Args:
        step: the losses.
        l2: factor of the L2 penalty within each task's cost.
    """
    gradients = [gradient for _, gradient in step.task_gradients(l2)]
    rows = [torch.stack([inner(left, right) for right in gradients]) for left in gradients]
    return torch.stack(rows)


@dataclass(eq=False)
class PCGrad(GradientSurgery):
    """Project each task's gradient off those that it conflicts with, and add them up.

    Math:    for each k, starting from ĝ = g_k, for the other tasks j in random order:
             ĝ ← ĝ − min(0, ⟨ĝ, g_j⟩ / ‖g_j‖²) g_j;   the direction is Σ_k ĝ_k = Σ_k w_k g_k.
    Source:  Yu et al. 2020 (PCGrad), Alg. 1; the code is TorchJD's.

    λ_t as in `JointWeighting`.
    """

    title: ClassVar[str] = "PCGrad"
    saves: ClassVar[tuple[str, ...]] = ("generator",)

    def __post_init__(self) -> None:
        """Take the method from TorchJD."""
        self.weighting = aggregation().PCGradWeighting()

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Seed a generator of its own, for the random orders."""
        super().start(names, generator, device)
        self.generator = own_generator(generator)

    def combine(self, gramian: Float[Tensor, "tasks tasks"]) -> Float[Tensor, " tasks"]:
        """Return w, one random order a task."""
        # TorchJD draws from PyTorch's global generator: lend it our own for the moment.
        with torch.random.fork_rng(devices=[]):
            torch.set_rng_state(self.generator.get_state())
            weights: Tensor = self.weighting(gramian)
            self.generator.set_state(torch.get_rng_state())
        return weights


@dataclass(eq=False)
class CAGrad(GradientSurgery):
    """Follow the direction near the mean gradient that helps the worst task most.

    Math:    d = argmax min_k ⟨g_k, d⟩  over  ‖d − g‖ ≤ c ‖g‖,   g = mean_k g_k;
             d = Σ_k w_k g_k with  w_k = 1/K + (c ‖g‖ / ‖Σ_j v_j g_j‖) v_k,
             v = argmin ⟨Σ_j v_j g_j, g⟩ + c ‖g‖ ‖Σ_j v_j g_j‖ over shares v ≥ 0, Σ_j v_j = 1.
    Source:  Liu et al. 2021 (CAGrad), Alg. 1 and the dual problem before it; the code is TorchJD's.

    λ_t as in `JointWeighting`. Where some Σ_j v_j g_j vanishes no direction helps every task,
    and the method would stand still; here the step then goes along g.
    """

    radius: float = 0.5
    """c, how far the direction may be from the mean gradient; from 0 to below 1."""

    title: ClassVar[str] = "CAGrad"

    def __post_init__(self) -> None:
        """Take the method from TorchJD.

        Raises:
            SettingError: when c is not in [0, 1), for which the method is proven.
        """
        if not 0 <= self.radius < 1:
            raise SettingError("radius", f"is {self.radius}, but must be from 0 to below 1")
        self.weighting = aggregation().CAGradWeighting(c=self.radius)

    def combine(self, gramian: Float[Tensor, "tasks tasks"]) -> Float[Tensor, " tasks"]:
        """Return w."""
        weights: Tensor = self.weighting(gramian)
        # The solver keeps v ≥ 0 only up to its tolerance.
        weights = weights.clamp(min=0)
        return weights if weights.any() else torch.ones_like(weights)


def aggregation() -> ModuleType:
    """Import TorchJD's aggregation methods.

    Raises:
        AusrecError: when the extra `gradients` is not installed.
    """
    with complaint("TorchJD is not installed", "pip install 'ausrec[gradients]'", ImportError):
        return importlib.import_module("torchjd.aggregation")
