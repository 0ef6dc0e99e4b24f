"""Samples weighed by how far their gradient agrees with held-out rows (SLGrad)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch

from ausrec.weighting.reduction import MAIN
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import JudgedWeighting, Weighed


@dataclass(eq=False)
class SLGrad(JudgedWeighting):
    """Weigh each sample by how far its gradient agrees with that of the rows that judge.

    Math:    a_ti = max(0, ⟨∇cost_ti(W), ∇L_meta(W)⟩),   w_ti = a_ti / Σ_sj a_sj  over all samples
             of all tasks, the main one's (t = 0) included;   λ_ti = T a_ti / mean_j a_0j
    Source:  Grégoire, Chaudhary and Verboven (SLGrad, arXiv 2306.04519), Sec. 4, and the authors'
             code (vub-dl/SLGrad).

    Since the main task counts 1 here, only the ratio of the weights is taken, as in
    `JointWeighting`: a task whose samples agree with the meta rows as much as the main task's do
    has a mean λ_t of T. Differs: the main task's samples share their mean and are not weighed
    one by one; where none of them agrees, the auxiliary tasks rest, where the code would leave
    them alone; tasks of different numbers of samples count by their means; all derivatives are
    taken at W, where the code first steps ahead along the last weights. They come from one
    forward-mode derivative, where the code takes a backward pass a sample.

    As what is below 0 is cut, even samples of pure noise have weights above 0 on average: a task
    whose samples vary much gains, whether it helps or not.
    """

    title: ClassVar[str] = "SLGrad"
    saves: ClassVar[tuple[str, ...]] = ("means",)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin with weights of one."""
        super().start(names, generator, device)
        self.means = dict.fromkeys(names, 1.0)

    def weigh(self, step: Step) -> Weighed:
        """Return the weights of all samples; in a step that judges nothing, the last means."""
        if step.meta is None:
            likeness = step.losses[MAIN]
            return Weighed({n: likeness.new_tensor(mean) for n, mean in self.means.items()}, {})
        meta_loss, along = step.meta_gradient()
        sizes, counts = step.rows(with_meta=False)
        derivatives = step.derivatives(along, self.reduction.l2(step.l2, sizes))
        agrees = {name: each.detach().clamp(min=0) for name, each in derivatives.items()}
        # The rows that judge agree with themselves, so they are left out of the mean.
        main = float((agrees.pop(MAIN) * counts).sum()) / sizes[MAIN]
        factor = len(self.names) / main if main else 0.0
        weights = {name: factor * each for name, each in agrees.items()}
        self.means = {name: float(each.mean()) for name, each in weights.items()}
        health = {("meta_loss", ""): float(meta_loss)}
        health |= {("alignment", name): float(derivatives[name].mean()) for name in self.names}
        return Weighed(weights, health)
