"""Controls around another weighting: what must learned weights beat before they can matter?

`Shuffled` asks whether it matters which task has which weight, and `Frozen` whether it matters
that weights change during training. (`Random` asks whether any weights would do.)
"""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.tasks.task import Task
from ausrec.weighting.reduction import Weights
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed, Weighting


class Shuffled(Weighting):
    """Give each task the weight of another one.

    Math:    λ'_t = mean_i λ_π(t),i  with a permutation π of the tasks, drawn once a run, that
             leaves no task its own weight.
    Source:  ours, a control: the permuted weights keep everything but who has which.

    `Shuffled(Manual(history.weights))` trains anew with the shuffled weights of a finished run;
    around a weighting that learns, it learns on, from the gradients of a run misled by it.
    """

    def __init__(self, weighting: Weighting) -> None:
        """Keep the weighting whose weights are shuffled."""
        self.weighting = weighting
        self.reduction, self.meta = weighting.reduction, weighting.meta

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Draw π.

        Raises:
            AusrecError: when there are fewer than two tasks.
        """
        if len(names) < 2:
            raise AusrecError(f"there is nothing to shuffle among {len(names)} tasks: give two")
        super().start(names, generator, device)
        self.weighting.start(names, generator, device)
        own = torch.arange(len(names))
        order = own
        while bool((order == own).any()):
            order = torch.randperm(len(names), generator=generator)
        self.giver = {name: names[place] for name, place in zip(names, order.tolist(), strict=True)}

    def check(self, tasks: Iterable[Task]) -> None:
        """Ask the other weighting."""
        self.weighting.check(tasks)

    def weigh(self, step: Step) -> Weighed:
        """Return the other weighting's mean weights, permuted."""
        weights, health = self.weighting.weigh(step)
        means = _means(weights)
        return Weighed({name: means[self.giver[name]] for name in self.names}, health)

    def end_epoch(self) -> None:
        """Tell the other weighting."""
        self.weighting.end_epoch()

    def parameters(self) -> list[Tensor]:
        """Return the other weighting's parameters."""
        return self.weighting.parameters()

    def state_dict(self) -> dict[str, Any]:
        """Return the permutation and the other weighting's state."""
        return {"giver": dict(self.giver), "weighting": self.weighting.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a saved state; `start` must have been called."""
        self.giver = dict(state["giver"])
        self.weighting.load_state_dict(state["weighting"])


class Frozen(Weighting):
    """Follow another weighting for some steps, and then hold all weights.

    Math:    λ'_ti = λ_ti up to step n, afterwards the mean over i of λ_ti in step n.
    Source:  ours, a control: learned, then held.

    After step n the other weighting is not asked any more. `Manual(history.weights)` is the
    stricter test, with the weights of a finished run from the first step on.
    """

    def __init__(self, weighting: Weighting, after: int) -> None:
        """Choose when to freeze.

        Args:
            weighting: whose weights are followed.
            after: the number of steps n, at least 1.
        """
        if after < 1:
            raise AusrecError(f"after is {after}, but must be a number of steps, 1 or more")
        self.weighting, self.after, self.num_steps = weighting, after, 0
        self.reduction, self.meta = weighting.reduction, weighting.meta
        self.held: Weights = {}

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin to follow anew."""
        super().start(names, generator, device)
        self.weighting.start(names, generator, device)
        self.num_steps, self.held = 0, {}

    def check(self, tasks: Iterable[Task]) -> None:
        """Ask the other weighting."""
        self.weighting.check(tasks)

    def weigh(self, step: Step) -> Weighed:
        """Return the other weighting's weights, or those that are held."""
        if self.num_steps >= self.after:
            # A run may go on where it did not begin, on a GPU or without one.
            return Weighed({name: each.to(step.device) for name, each in self.held.items()}, {})
        self.num_steps += 1
        weighed = self.weighting.weigh(step)
        self.held = _means(weighed.weights)
        return weighed

    def end_epoch(self) -> None:
        """Tell the other weighting, as long as it is asked."""
        if self.num_steps < self.after:
            self.weighting.end_epoch()

    def parameters(self) -> list[Tensor]:
        """Return the other weighting's parameters."""
        return self.weighting.parameters()

    def state_dict(self) -> dict[str, Any]:
        """Return the number of steps, the held weights, and the other weighting's state."""
        inner = self.weighting.state_dict()
        return {"num_steps": self.num_steps, "held": dict(self.held), "weighting": inner}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a saved state; `start` must have been called."""
        self.num_steps, self.held = state["num_steps"], dict(state["held"])
        self.weighting.load_state_dict(state["weighting"])


def _means(weights: Weights) -> Weights:
    """Return each task's mean weight as a scalar."""
    return {name: weight.mean() for name, weight in weights.items()}
