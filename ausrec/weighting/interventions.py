"""Interfere with a weighting during training: what if this task had been held, or silenced?"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias, get_args

import torch
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.suggest import nearest
from ausrec.tasks.task import Task
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed, Weighting

Action: TypeAlias = Literal["freeze", "silence"]


class Intervention(Weighting):
    """Follow another weighting, but from one step on fix the weight of one task.

    Math:    λ'_t = λ_t up to step n;  afterwards λ'_t = mean_i λ_ti of step n (`freeze`), or 0
             (`silence`); all other weights as the other weighting has them.
    Source:  ours: an intervention on one cause, all else as it was.

    The other weighting goes on as it would without: it weighs the fixed task, too, and learns
    from the gradients of the parameters, which are no longer the same.
    """

    def __init__(self, weighting: Weighting, task: str, after: int, action: Action) -> None:
        """Choose what is fixed.

        Args:
            weighting: whose weights are followed.
            task: the task whose weight is fixed.
            after: the number of steps before that, n; with 0 `freeze` holds the first weight.
            action: `"freeze"` or `"silence"`.
        """
        if action not in get_args(Action):
            raise AusrecError(f"action is '{action}', but must be freeze or silence")
        if after < 0:
            raise AusrecError(f"after is {after}, but must be a number of steps, 0 or more")
        self.weighting, self.task, self.after, self.action = weighting, task, after, action
        self.reduction, self.meta = weighting.reduction, weighting.meta
        self.num_steps, self.held = 0, 0.0

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Start the other weighting; check that the task is one of this run."""
        super().start(names, generator, device)
        if self.task not in names:
            raise AusrecError(
                f"'{self.task}' is not among the tasks of this run{nearest(self.task, names)}"
            )
        self.weighting.start(names, generator, device)
        self.num_steps, self.held = 0, 0.0

    def check(self, tasks: Iterable[Task]) -> None:
        """Ask the other weighting."""
        self.weighting.check(tasks)

    def weigh(self, step: Step) -> Weighed:
        """Return the other weighting's weights, one of them fixed once it is time."""
        self.num_steps += 1
        weights, health = self.weighting.weigh(step)
        if self.action == "freeze" and self.num_steps <= max(1, self.after):
            self.held = float(weights[self.task].mean())
        if self.num_steps > self.after:
            fixed = torch.tensor(self.held, dtype=weights[self.task].dtype, device=step.device)
            weights = {n: fixed if n == self.task else weight for n, weight in weights.items()}
        return Weighed(weights, health)

    def end_epoch(self) -> None:
        """Tell the other weighting."""
        self.weighting.end_epoch()

    def parameters(self) -> list[Tensor]:
        """Return the other weighting's parameters."""
        return self.weighting.parameters()

    def state_dict(self) -> dict[str, Any]:
        """Return the other weighting's state, the number of steps, and the held weight."""
        inner = self.weighting.state_dict()
        return {"weighting": inner, "num_steps": self.num_steps, "held": self.held}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a saved state; `start` must have been called."""
        self.weighting.load_state_dict(state["weighting"])
        self.num_steps, self.held = state["num_steps"], state["held"]
