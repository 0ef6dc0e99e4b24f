"""The direction that all tasks would agree upon in a bargain (Navon et al. 2022)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ausrec.weighting.others.gradient_surgery import GradientSurgery
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import check_steps


@dataclass(eq=False)
class NashMTL(GradientSurgery):
    """Follow the direction that all tasks agree upon in a bargain.

    Math:    d = argmax Σ_k log ⟨g_k, d⟩ over a ball;  d = Σ_k w_k g_k with  M w = 1 / w.
             Where no two gradients have anything in common, w_k = 1 / ‖g_k‖: the solution does
             not depend on the sizes of the losses.
    Source:  Navon et al. 2022 (Nash-MTL), Claim 3.1; the solver is ours (`bargain`).

    λ_t as in `JointWeighting`. Where the gradients cancel there is no solution, and the last
    weights stay.
    """

    update_every: int = 1
    """Solve in every n-th step only; the weights stay the same in between."""

    title: ClassVar[str] = "Nash-MTL"
    saves: ClassVar[tuple[str, ...]] = ("held", "num_steps")

    def __post_init__(self) -> None:
        """Refuse fewer steps than 1."""
        check_steps(update_every=self.update_every)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin with weights of one."""
        super().start(names, generator, device)
        self.held = torch.ones(1 + len(names), dtype=torch.float64)
        self.num_steps = 0

    def joint(self, step: Step) -> Float[Tensor, " tasks"]:
        """Return w, solved again where it is time."""
        if self.num_steps % self.update_every == 0:
            self.held = super().joint(step)
        self.num_steps += 1
        return self.held

    def combine(self, gramian: Float[Tensor, "tasks tasks"]) -> Float[Tensor, " tasks"]:
        """Return w, or the last one where there is none."""
        weights = bargain(gramian)
        return self.held if weights is None else weights


def bargain(
    gramian: Float[Tensor, "tasks tasks"], *, most_iterations: int = 200
) -> Float[Tensor, " tasks"] | None:
    """Solve M w = 1 / w for w > 0.

    Math:    w = argmin ½ wᵀM w − Σ_k log w_k, which is convex and self-concordant: Newton's
             method with steps of length 1 / (1 + decrement) reaches it from anywhere.

    TorchJD has the paper's own approximation, a sequence of up to twenty programs for a general
    solver. On seven tasks that took a thousand times as long, and was a percent off.

    Args:
        gramian: M in float64.
        most_iterations: after so many steps there is taken to be no solution.

    Returns:
        w; None where there is no solution.
    """
    norms = gramian.diagonal().sqrt()
    if not bool((norms > 0).all()):
        return None
    # Of gradients of length one, so that nothing depends on their sizes.
    cosines = gramian / norms / norms[:, None]
    weights = torch.full_like(norms, len(norms) ** -0.5)
    for _ in range(most_iterations):
        gradient = cosines @ weights - 1 / weights
        hessian = cosines + (1 / weights.square()).diag()
        direction, failed = torch.linalg.solve_ex(hessian, gradient)
        if failed:
            break
        decrement = torch.dot(gradient, direction).clamp(min=0).sqrt()
        weights = weights - direction / (1 + decrement)
        # It falls quadratically: the step that was taken leaves about its square.
        if decrement < 1e-6:
            break
    # Gradients that cancel let the weights grow until rounding hides that they still do.
    solved = ((cosines @ weights) * weights - 1).abs().max() < 1e-6
    return weights / norms if solved else None
