"""Several weightings at once, and the model that validates best."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar

import torch
from torch import Tensor

from ausrec.choice import choose, split_outside
from ausrec.errors import SettingError
from ausrec.tasks.task import Task
from ausrec.weighting.forking import Branch, Forking
from ausrec.weighting.others.pretraining import Pretraining
from ausrec.weighting.reduction import Weights, mean_weights
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed, Weighting

NONE = "none"


@dataclass(eq=False)
class BestOf(Forking):
    """Train a model with each of several weightings, and keep the one that validates best.

    Math:    θ_b ← a step of weighting b from θ_b, on the same samples;
             after an epoch  θ = θ_b*,  b* = argmax_b of the validation metric
    Source:  ours; it is no more than choosing among finished runs by validation

    A weighting with one setting is seldom good where interactions are few and where they are many.
    Two or three that differ in how much all tasks count together leave little to lose, and the
    choice costs no tuning. An epoch costs one of each, and early stopping waits for the last
    weighting that still gains.
    """

    among: str = "equal(weight=0.1)+uncertainty+gradnorm"
    """The weightings, joined by `+`; `none` is the main loss alone."""

    title: ClassVar[str] = "Best of several"
    saves: ClassVar[tuple[str, ...]] = (*Forking.saves, "records", "gained")

    def __post_init__(self) -> None:
        """Make the weightings.

        Raises:
            SettingError: when there are fewer than two, one is there twice, is unknown, or does not
                train every epoch alike.
        """
        # The package lists this class, too, so it cannot be imported above.
        from ausrec.weighting import WEIGHTINGS

        names = [part.strip() for _, part in split_outside(self.among, "+", "among")]
        # The first branch trains all tasks.
        names.sort(key=lambda name: name == NONE)
        if len(set(names)) < max(2, len(names)):
            raise SettingError("among", f"is {self.among}, but must be two weightings or more")
        self.parts: dict[str, Weighting] = {
            name: choose(name, WEIGHTINGS, "among")() for name in names if name != NONE
        }
        for name, part in self.parts.items():
            if isinstance(part, Forking | Pretraining):
                raise SettingError("among", f"holds {name}, which does not train in one go")
        self.names_of_branches = tuple(names)

    def check(self, tasks: Iterable[Task]) -> None:
        """Ask all weightings."""
        tasks = list(tasks)
        for part in self.parts.values():
            part.check(tasks)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Start all weightings."""
        super().start(names, generator, device)
        for part in self.parts.values():
            part.start(names, generator, device)
        self.last: dict[str, dict[str, float]] = {}
        self.records, self.gained = [-inf] * len(self.branches), 0
        self.turn(self.branches[0])
        self.share_alike()

    @property
    def branches(self) -> list[Branch]:
        """A branch a weighting."""
        return [Branch(n, self.names if n in self.parts else ()) for n in self.names_of_branches]

    def turn(self, branch: Branch) -> None:
        """Weigh as this branch does: its reduction, and its meta rows."""
        super().turn(branch)
        part = self.parts.get(branch.name)
        self.meta = part.meta if part else None
        if part:
            self.reduction = part.reduction

    def weigh(self, step: Step) -> Weighed:
        """Return λ of the branch's own weighting."""
        answer = self.parts[self.branch.name].weigh(step)
        self.last[self.branch.name] = mean_weights(answer.weights)
        return answer

    def end_epoch(self) -> None:
        """Tell all weightings."""
        super().end_epoch()
        for part in self.parts.values():
            part.end_epoch()

    def choose(self, judge: Callable[[Sequence[float]], float]) -> None:
        """Take the best branch, and note whether any of them is better than ever."""
        super().choose(judge)
        best = [max(pair) for pair in zip(self.records, self.alone, strict=True)]
        if best != self.records:
            self.records, self.gained = best, self.num_epochs

    def merged_weights(self) -> Weights:
        """Return λ of the kept branch in its last step."""
        kept = self.last.get(self.names_of_branches[self.mixture.index(max(self.mixture))], {})
        return {task: torch.tensor(kept.get(task, 0.0)) for task in self.names}

    def parameters(self) -> list[Tensor]:
        """Return what the weightings learn."""
        return [parameter for part in self.parts.values() for parameter in part.parameters()]

    def state_dict(self) -> dict[str, Any]:
        """Return the state of all weightings, too."""
        parts = {name: part.state_dict() for name, part in self.parts.items()}
        return super().state_dict() | {"parts": parts}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a saved state."""
        super().load_state_dict({name: state[name] for name in self.saves})
        for name, part in self.parts.items():
            part.load_state_dict(state["parts"][name])
