"""One free logit a task, moved by the scale-free hypergradient: AusRec without its network."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch

from ausrec.errors import check_decay, check_not_negative
from ausrec.tasks.task import Task
from ausrec.weighting.estimators import Estimator, Identity, StepProblem
from ausrec.weighting.reduction import MAIN, TaskMean, Weights
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import MetaRows, Weighed, Weighting


class FreeLogits(Weighting):
    """Learn one number a task from how its gradient agrees with the meta gradient.

    Math:    λ_t = sigmoid(s_t),   s_t ← s_t + rate · h_t / r_t,
             h_t = ⟨∇L_t, v⟩,   v = ∇L_meta at W, without a virtual step, L_t = mean_i cost_ti;
             r_t² = running mean of h_t², which starts with the first h_t².
    Source:  ours: the hypergradient of AusRec (arXiv 2412.18735) in the limit of no virtual step,
             of first order as in Lorraine et al. 2020 with H = I, without a network.

    −h_t is the derivative of L_meta after an infinitesimal virtual step by the weight of task t
    (`ausrec.weighting.estimators`); another estimator takes another v. Differs from AusRec:
    there is no network, so a weight depends on nothing but its own history, and all samples of a
    task share it.
    """

    def __init__(
        self,
        learning_rate: float = 0.005,
        *,
        scale: float = 1.0,
        decay: float = 0.9,
        meta: MetaRows | None = None,
        hypergradient: Estimator | None = None,
    ) -> None:
        """Choose how fast the logits move.

        Args:
            learning_rate: how far a logit goes in a step of usual size.
            scale: s, how much all auxiliary tasks together count.
            decay: of the running mean in r_t.
            meta: which main samples are meta rows.
            hypergradient: how v is found; None for `Identity()`.

        Raises:
            AusrecError: on a number that cannot be.
        """
        check_not_negative(learning_rate=learning_rate)
        check_decay(decay)
        self.learning_rate, self.decay = learning_rate, decay
        self.reduction, self.meta = TaskMean(scale), meta or MetaRows()
        self.hypergradient: Estimator = hypergradient or Identity()

    def check(self, tasks: Iterable[Task]) -> None:
        """Raise `AusrecError` when the hypergradient of one of these tasks cannot be estimated."""
        self.hypergradient.check(tasks)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin with logits of zero, so that all weights are ½."""
        super().start(names, generator, device)
        self.logits = torch.zeros(len(names), dtype=torch.float64)
        self.mean_squares: torch.Tensor | None = None

    def weigh(self, step: Step) -> Weighed:
        """Move the logits, where the step judges them, and return their sigmoids."""
        if step.meta is None:
            return Weighed(self._present_weights(step), {})
        found = self.hypergradient.estimate(self._problem(step))
        means = torch.stack([found.alignment[name].mean() for name in self.names])
        alignment = means.detach().double().cpu()
        squares = alignment.square()
        before = squares if self.mean_squares is None else self.mean_squares
        self.mean_squares = self.decay * before + (1 - self.decay) * squares
        size = self.mean_squares.sqrt().clamp_min(torch.finfo(torch.float64).tiny)
        self.logits += self.learning_rate * alignment / size
        health = {("meta_loss", ""): float(found.meta_loss)}
        health |= {
            ("alignment", name): float(value)
            for name, value in zip(self.names, alignment, strict=True)
        }
        return Weighed(self._present_weights(step), health)

    def _present_weights(self, step: Step) -> Weights:
        present = self.logits.sigmoid().to(step.losses[MAIN])
        return dict(zip(self.names, present.unbind(), strict=True))

    def _problem(self, step: Step) -> StepProblem:
        """Return the inner loss at the present weights, without the meta rows."""
        num_train = len(step.losses[MAIN]) - step.num_meta_rows
        sizes = step.sizes | {MAIN: num_train}
        takes_part = torch.zeros_like(step.losses[MAIN])
        takes_part[:num_train] = 1
        coefficients = self.reduction.coefficients(self._present_weights(step), sizes, takes_part)
        return StepProblem(step, coefficients, self.reduction.l2(step.l2, sizes))

    def parameters(self) -> list[torch.Tensor]:
        """Return the logits."""
        return [self.logits]

    def state_dict(self) -> dict[str, Any]:
        """Return the logits and the running means."""
        return {"logits": self.logits.clone(), "mean_squares": self.mean_squares}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a saved state; `start` must have been called."""
        self.logits, self.mean_squares = state["logits"].clone(), state["mean_squares"]
