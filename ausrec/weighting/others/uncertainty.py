"""Weights from the uncertainty of each task (Kendall, Gal and Cipolla 2018)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.errors import check_not_negative
from ausrec.weighting.others.joint import JointWeighting
from ausrec.weighting.step import Step


@dataclass(eq=False)
class Uncertainty(JointWeighting):
    """Learn a log variance s_k of each task, the main task's included.

    Math:    minimise  Σ_k L_k / (2 exp s_k) + s_k / 2  over the encoder and s, so
             w_k = exp(−s_k) / 2, and s_k rests where exp s_k = L_k: a task counts the less, the
             larger its loss. λ_t = (T/s) exp(s_main − s_t), as in `JointWeighting`.
    Source:  Kendall, Gal and Cipolla 2018, Eq. 7, with s_k = log σ_k².

    It knows the sizes of the losses only, not whether a task helps. Losses must be above zero.
    """

    learning_rate: float = 5e-3
    """Of Adam on the log variances."""

    title: ClassVar[str] = "uncertainty"
    saves: ClassVar[tuple[str, ...]] = ("log_variances", "optimizer")
    learns: ClassVar[tuple[str, ...]] = ("log_variances",)

    def __post_init__(self) -> None:
        """Refuse a learning rate below 0."""
        check_not_negative(learning_rate=self.learning_rate)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin with variances of one, so that all tasks count alike."""
        super().start(names, generator, device)
        self.log_variances = torch.zeros(1 + len(names), dtype=torch.float64)
        self.optimizer = torch.optim.Adam([self.log_variances], lr=self.learning_rate)

    def joint(self, step: Step) -> Float[Tensor, " tasks"]:
        """Return w, and take the step of s that belongs to it."""
        weights = (-self.log_variances).exp() / 2
        self.log_variances.grad = 0.5 - weights * self.mean_costs(step)
        self.optimizer.step()
        return weights
