"""One free logit a task, moved by the scale-free hypergradient: AusRec without its network."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch

from ausrec.errors import check_decay, check_not_negative
from ausrec.tasks.task import Task
from ausrec.weighting.estimators import Estimator, StepProblem, make_estimator
from ausrec.weighting.reduction import MAIN, TaskMean, Weights
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import JudgedWeighting, Weighed


@dataclass(eq=False)
class FreeLogits(JudgedWeighting):
    """Learn one free logit a task, moved by the hypergradient; no network.

    Math:    λ_t = sigmoid(s_t),   s_t ← s_t + rate · h_t / r_t,
             h_t = ⟨∇L_t, v⟩,   v = ∇L_meta at W, without a virtual step, L_t = mean_i cost_ti;
             r_t² = running mean of h_t², which starts with the first h_t².
    Source:  ours: the hypergradient of AusRec (arXiv 2412.18735) in the limit of no virtual step,
             of first order as in Lorraine et al. 2020 with H = I, without a network.

    −h_t is the derivative of L_meta after an infinitesimal virtual step with respect to the weight
    of task t (`ausrec.weighting.estimators`); another estimator takes another v. Differs from
    AusRec: there is no network, so a weight depends on nothing but its own history, and all samples
    of a task share it.
    """

    learning_rate: float = 0.005
    """How far a logit goes in a step of usual size."""

    scale: float = 1.0
    """s, how much all auxiliary tasks together count."""

    decay: float = 0.9
    """Of the running mean in r_t."""

    hypergradient: str | Estimator = "identity"
    """How v is found."""

    title: ClassVar[str] = "free logits"
    saves: ClassVar[tuple[str, ...]] = ("logits", "mean_squares")
    learns: ClassVar[tuple[str, ...]] = ("logits",)

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        super().__post_init__()
        check_not_negative(learning_rate=self.learning_rate)
        check_decay(self.decay)
        self.reduction = TaskMean(self.scale)
        self.estimator = make_estimator(self.hypergradient)

    def check(self, tasks: Iterable[Task]) -> None:
        """Raise `AusrecError` when the hypergradient of one of these tasks cannot be estimated."""
        self.estimator.check(tasks)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin with logits of zero, so that all weights are ½."""
        super().start(names, generator, device)
        self.logits = torch.zeros(len(names), dtype=torch.float64)
        self.mean_squares: torch.Tensor | None = None

    def weigh(self, step: Step) -> Weighed:
        """Move the logits, where the step judges them, and return their sigmoids."""
        if step.meta is None:
            return Weighed(self._present_weights(step), {})
        sizes, counts = step.rows(with_meta=False)
        coefficients = self.reduction.coefficients(self._present_weights(step), sizes, counts)
        l2 = self.reduction.l2(step.l2, sizes)
        problem = StepProblem(step, coefficients, l2, self.names)
        hypergradient = self.estimator.estimate(problem)
        means = torch.stack([hypergradient.alignment[name].mean() for name in self.names])
        alignment = means.detach().double().cpu()
        squares = alignment.square()
        before = squares if self.mean_squares is None else self.mean_squares
        self.mean_squares = self.decay * before + (1 - self.decay) * squares
        size = self.mean_squares.sqrt().clamp_min(torch.finfo(torch.float64).tiny)
        self.logits += self.learning_rate * alignment / size
        health = {("meta_loss", ""): float(hypergradient.meta_loss)}
        health |= {
            ("alignment", name): float(value)
            for name, value in zip(self.names, alignment, strict=True)
        }
        return Weighed(self._present_weights(step), health)

    def _present_weights(self, step: Step) -> Weights:
        present = self.logits.sigmoid().to(step.losses[MAIN])
        return dict(zip(self.names, present.unbind(), strict=True))
