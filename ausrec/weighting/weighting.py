"""What a weighting is: it turns the losses of a step into weights of its samples."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ausrec.errors import AusrecError, check_not_negative
from ausrec.suggest import nearest
from ausrec.tasks.task import Task
from ausrec.weighting.reduction import Reduction, TaskMean, Weights
from ausrec.weighting.step import Step


@dataclass(frozen=True)
class MetaRows:
    """Which samples of the main task judge the weights.

    Attributes:
        share: share of each main batch that is set aside as meta rows (its last rows).
        in_step: train on the meta rows too in the real step, as the published code does.
        in_graph: leave the meta rows' edges in the step's graph, as the published code does.
            Otherwise the encoder must predict them without having seen them, which did better
            on LastFM (`docs/results/README.md`).
        softmax: the temperature of a softmax loss over cosines that judges in the place of BPR;
            None judges by BPR, as published. BPR falls as embeddings grow, so that it judges
            against contrastive tasks, which hold them back (`docs/method.md`).
        every: judge in each n-th step only, beginning with the first; in the steps between, what
            has been learned weighs, nothing is set aside and no edge is hidden. 1 judges in
            every step, as published.
    """

    share: float = 0.3
    in_step: bool = True
    in_graph: bool = False
    softmax: float | None = None
    every: int = 1

    def __post_init__(self) -> None:
        """Refuse numbers that judge nothing.

        Raises:
            AusrecError: on a share that is not between 0 and 1, a temperature that is not above
                0, or steps fewer than 1.
        """
        if not 0 < self.share < 1:
            raise AusrecError(f"meta_share is {self.share}, but must be above 0 and below 1")
        if self.softmax is not None and not self.softmax > 0:
            raise AusrecError(f"meta softmax is {self.softmax}, but a temperature is above 0")
        if self.every < 1:
            raise AusrecError(f"update_every is {self.every}, but must be 1 or more")


class Weighed(NamedTuple):
    """A weighting's answer.

    Attributes:
        weights: λ of each auxiliary task, a scalar or [samples].
        health: what it measured on the way, by quantity and task, for the history.
    """

    weights: Weights
    health: dict[tuple[str, str], float]


class Weighting(ABC):
    """Decides how much each auxiliary sample counts.

    A subclass defines `weigh`. One that learns keeps its state in `state_dict`, draws its
    initial state in `start`, and asks for meta rows by setting `meta`. One that goes by epochs
    is told in `end_epoch` when one is over.

    Attributes:
        reduction: how weighted losses are added up.
        meta: which main samples it wants set aside as meta rows; None for none.
    """

    reduction: Reduction = TaskMean()
    meta: MetaRows | None = None

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Prepare for a run with these auxiliary tasks."""
        self.names = tuple(names)

    def check(self, tasks: Iterable[Task]) -> None:
        """Raise `AusrecError` when it cannot weigh one of these auxiliary tasks."""
        return

    @abstractmethod
    def weigh(self, step: Step) -> Weighed:
        """Return the weight of each auxiliary task's samples in this step."""

    def end_epoch(self) -> None:
        """Take note that an epoch has ended; called by the training loop."""
        return

    def parameters(self) -> list[Tensor]:
        """Return what it learns, so that its movement can be watched."""
        return []

    def state_dict(self) -> dict[str, Any]:
        """Return what must be saved to continue a run."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a saved state; `start` must have been called."""
        if state:
            raise NotImplementedError(f"{type(self).__name__} saves a state, but cannot load it")


def check_weights(weights: Mapping[str, float]) -> None:
    """Raise `AusrecError` when a weight is below 0."""
    check_not_negative(**{f"the weight of '{name}'": each for name, each in weights.items()})


def check_named(chosen: Iterable[str], names: Sequence[str]) -> None:
    """Raise `AusrecError` when a weight is given for something that is no task of this run."""
    for name in chosen:
        if name not in names:
            raise AusrecError(
                f"a weight is given for '{name}', which is not among the tasks of this run"
                f"{nearest(name, names)}"
            )
