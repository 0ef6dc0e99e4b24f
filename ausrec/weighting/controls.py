"""Controls around another weighting: what must learned weights beat before they can matter?

`Shuffled` asks whether it matters which task has which weight, `FreezeAfter` whether it matters
that weights change during training, and `Intervention` what one task does to the others. (`Random`
asks whether any weights would do.)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

import torch
from torch import Tensor

from ausrec.errors import AusrecError, check_not_negative, nearest
from ausrec.tasks.task import Task
from ausrec.weighting.forking import Forking
from ausrec.weighting.reduction import Weights
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed, Weighting, check_steps

Action: TypeAlias = Literal["freeze", "silence"]


@dataclass(eq=False)
class AroundAnother(Weighting):
    """Change the weights that another weighting gives; all else is the other one's."""

    weighting: Weighting
    """The other weighting."""

    def __post_init__(self) -> None:
        """Ask for the meta rows that the other weighting asks for.

        Raises:
            AusrecError: when the other one is more than the weights that it gives.
        """
        if isinstance(self.weighting, Forking):
            raise AusrecError(
                "it trains branches, whose weights no control can change: give Manual "
                "the weights of a finished run instead"
            )
        self.reduction, self.meta = self.weighting.reduction, self.weighting.meta

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Start the other weighting."""
        super().start(names, generator, device)
        self.weighting.start(names, generator, device)

    def check(self, tasks: Iterable[Task]) -> None:
        """Ask the other weighting."""
        self.weighting.check(tasks)

    def end_epoch(self) -> None:
        """Tell the other weighting."""
        self.weighting.end_epoch()

    def parameters(self) -> list[Tensor]:
        """Return the other weighting's parameters."""
        return self.weighting.parameters()


@dataclass(eq=False)
class Shuffled(AroundAnother):
    """Give each task the weight of another one.

    Math:    λ'_t = mean_i λ_π(t),i  with a permutation π of the tasks, drawn once a run, that
             leaves no task its own weight.
    Source:  ours, a control: the permuted weights keep everything but who has which.

    `Shuffled(Manual(history.weights))` trains again with the shuffled weights of a finished run;
    around a weighting that learns, it learns on, from the gradients of a run misled by it.
    """

    saves: ClassVar[tuple[str, ...]] = ("giver", "weighting")

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Draw π.

        Raises:
            AusrecError: when there are fewer than two tasks.
        """
        if len(names) < 2:
            raise AusrecError(f"there is nothing to shuffle among {len(names)} tasks: give two")
        super().start(names, generator, device)
        own = torch.arange(len(names))
        order = own
        while bool((order == own).any()):
            order = torch.randperm(len(names), generator=generator)
        self.giver = {name: names[place] for name, place in zip(names, order.tolist(), strict=True)}

    def weigh(self, step: Step) -> Weighed:
        """Return the other weighting's mean weights, permuted."""
        weights, health, _ = self.weighting.weigh(step)
        means = _means(weights)
        return Weighed({name: means[self.giver[name]] for name in self.names}, health)


@dataclass(eq=False)
class FreezeAfter(AroundAnother):
    """Follow another weighting for some steps, and then hold all weights.

    Math:    λ'_ti = λ_ti up to step n, afterwards the mean over i of λ_ti in step n.
    Source:  ours, a control: learned, then held.

    After step n the other weighting is not asked any more. `Manual(history.weights)` is the
    stricter test, with the weights of a finished run from the first step on.
    """

    after: int
    """n, the number of steps, at least 1."""

    saves: ClassVar[tuple[str, ...]] = ("num_steps", "held", "weighting")

    def __post_init__(self) -> None:
        """Refuse fewer steps than 1."""
        super().__post_init__()
        check_steps(after=self.after)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Begin to follow."""
        super().start(names, generator, device)
        self.num_steps, self.held = 0, dict[str, Tensor]()

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
            super().end_epoch()


@dataclass(eq=False)
class Intervention(AroundAnother):
    """Follow another weighting, but from one step on fix the weight of one task.

    Math:    λ'_t = λ_t up to step n;  afterwards λ'_t = mean_i λ_ti of step n (`freeze`), or 0
             (`silence`); all other weights as the other weighting has them.
    Source:  ours: an intervention on one cause, all else as it was.

    The other weighting goes on as it would without: it weighs the fixed task, too, and learns
    from the gradients of the parameters, which are no longer the same.
    """

    task: str
    """The task whose weight is fixed."""

    after: int
    """n, the number of steps before that; with 0 `freeze` holds the first weight."""

    action: Action
    """`freeze` or `silence`."""

    saves: ClassVar[tuple[str, ...]] = ("num_steps", "held", "weighting")

    def __post_init__(self) -> None:
        """Refuse a negative number of steps."""
        super().__post_init__()
        check_not_negative(after=self.after)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Start the other weighting; check that the task is one of this run."""
        if self.task not in names:
            raise AusrecError(
                f"'{self.task}' is not among the tasks of this run{nearest(self.task, names)}"
            )
        super().start(names, generator, device)
        self.num_steps, self.held = 0, 0.0

    def weigh(self, step: Step) -> Weighed:
        """Return the other weighting's weights, one of them fixed once it is time."""
        self.num_steps += 1
        weights, health, _ = self.weighting.weigh(step)
        if self.action == "freeze" and self.num_steps <= max(1, self.after):
            self.held = float(weights[self.task].mean())
        if self.num_steps > self.after:
            fixed = torch.tensor(self.held, dtype=weights[self.task].dtype, device=step.device)
            weights = {n: fixed if n == self.task else weight for n, weight in weights.items()}
        return Weighed(weights, health)


def _means(weights: Weights) -> Weights:
    """Return each task's mean weight as a scalar."""
    return {name: weight.mean() for name, weight in weights.items()}
