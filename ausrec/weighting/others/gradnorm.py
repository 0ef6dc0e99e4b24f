"""Weights that bring the tasks' gradients to one size (Chen et al. 2018)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.errors import check_not_negative
from ausrec.weighting.directions import inner
from ausrec.weighting.others.joint import JointWeighting
from ausrec.weighting.step import Step

# The paper leaves the sign of a weight open; the optimiser would take it below zero.
SMALLEST = 1e-2


@dataclass(eq=False)
class GradNorm(JointWeighting):
    """Learn weights with which every task pulls with about the same force.

    Math:    G_k = w_k ‖g_k‖;   r_k = (L_k / L_k(0)) / mean_j (L_j / L_j(0));
             Adam minimises  Σ_k |G_k − mean_j(G_j) r_k^α|  over w, the second term held
             constant, then w is scaled to Σ_k w_k = K.
    Source:  Chen et al. 2018 (GradNorm), Eqs. 1 and 2, Alg. 1.

    g_k is the gradient of the mean loss of task k by all parameters, L_k(0) its loss in the
    first step, K the number of tasks, the main task included; λ_t as in `JointWeighting`. With
    α > 0 a task that learns slowly pulls harder. Losses must be above zero.
    """

    asymmetry: float = 1.5
    """α, how much harder a task pulls that learns slowly."""

    learning_rate: float = 0.025
    """Of Adam on the weights."""

    title: ClassVar[str] = "GradNorm"
    saves: ClassVar[tuple[str, ...]] = ("weights", "optimizer", "first")
    learns: ClassVar[tuple[str, ...]] = ("weights",)

    def __post_init__(self) -> None:
        """Refuse a learning rate below 0."""
        check_not_negative(learning_rate=self.learning_rate)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin with weights of one."""
        super().start(names, generator, device)
        self.weights = torch.ones(1 + len(names), dtype=torch.float64)
        self.optimizer = torch.optim.Adam([self.weights], lr=self.learning_rate)
        self.first: Tensor | None = None

    def joint(self, step: Step) -> Float[Tensor, " tasks"]:
        """Return w, and take the step of w that the gradients of this step ask for."""
        weights, losses = self.weights.clone(), self.mean_costs(step)
        if self.first is None:
            self.first = losses
        pace = losses / self.first.clamp_min(1e-12)
        l2 = self.reduction.l2(step.l2, step.sizes)
        norms = torch.stack([inner(g, g).sqrt() for _, g in step.task_gradients(l2)]).double().cpu()
        pulls = weights * norms
        wanted = pulls.mean() * (pace / pace.mean()) ** self.asymmetry
        self.weights.grad = (pulls - wanted).sign() * norms
        self.optimizer.step()
        self.weights.clamp_(min=SMALLEST)
        self.weights *= len(self.weights) / self.weights.sum()
        return weights
