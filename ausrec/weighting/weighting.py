"""What a weighting is: it turns the losses of a step into weights of its samples."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

import torch
from torch import Tensor

from ausrec.errors import (
    AusrecError,
    SettingError,
    check_above_zero,
    check_not_negative,
    nearest,
    settings_within,
)
from ausrec.models.encoder import Parameters
from ausrec.tasks.check_task import wrong
from ausrec.tasks.task import Task
from ausrec.weighting.reduction import Reduction, TaskMean, Weights
from ausrec.weighting.step import Step


class Weighed(NamedTuple):
    """A weighting's answer.

    Attributes:
        weights: λ of each auxiliary task, a scalar or [samples].
        health: what it measured on the way, by quantity and task, for the history.
        gradient: what the step descends, where no weights of losses lead to it; otherwise None,
            and it is the gradient of the weighted losses.
    """

    weights: Weights
    health: dict[tuple[str, str], float]
    gradient: Parameters | None = None


@dataclass(eq=False, kw_only=True)
class MetaRows:
    """Which samples of the main task judge the weights."""

    meta_share: float = 0.3
    """Share of each main batch that judges the weights (its last rows)."""

    meta_in_step: bool = True
    """Train on those rows too in the real step, as the published code does."""

    meta_in_graph: bool = False
    """Leave the edges of those rows in the step's graph, as the published code does. Otherwise the
    encoder must predict them without having seen them, which did better on LastFM."""

    meta_softmax: float | None = None
    """Judge by a softmax loss over cosines with this temperature, as 0.15, so that contrastive
    tasks, which hold embeddings back, are judged fairly; null judges by the main task's loss."""

    update_every: int = 1
    """Judge and learn in every n-th step only; in the steps between, nothing is set aside."""

    def __post_init__(self) -> None:
        """Refuse numbers that judge nothing.

        Raises:
            SettingError: on a share that is not between 0 and 1, a temperature that is not above
                0, or steps fewer than 1.
        """
        if not 0 < self.meta_share < 1:
            raise SettingError(
                "meta_share", f"is {self.meta_share}, but must be above 0 and below 1"
            )
        check_above_zero(meta_softmax=self.meta_softmax)
        check_steps(update_every=self.update_every)


class Weighting(ABC):
    """Decides how much each auxiliary sample counts.

    A subclass defines `weigh`. Its settings are the fields of a dataclass. One that learns draws
    its initial state in `start`, names in `saves` what a continued run needs of it, and asks for
    meta rows by setting `meta`. One that goes by epochs is told in `end_epoch` when one is over.

    Attributes:
        title: how tables call it.
        saves: attributes that are saved with a run, so that it can be continued.
        learns: those of them that are what it learns.
        reduction: how weighted losses are added up.
        meta: which main samples it wants set aside as meta rows; None for none.
        trains_only: what alone is trained in the present epoch, "tasks" or "main"; None for both.
        before_main: in so many epochs at the beginning, tasks alone are trained.
        gained: the last epoch in which something became better that the model need not show yet;
            early stopping waits from there.
    """

    title: ClassVar[str] = ""
    saves: ClassVar[tuple[str, ...]] = ()
    learns: ClassVar[tuple[str, ...]] = ()
    reduction: Reduction = TaskMean()
    meta: MetaRows | None = None
    trains_only: Literal["tasks", "main"] | None = None
    before_main: int = 0
    gained: int = 0

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
        return [getattr(self, name) for name in self.learns]

    def state_dict(self) -> dict[str, Any]:
        """Return what must be saved to continue a run."""
        return {name: _saved(getattr(self, name)) for name in self.saves}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a saved state; `start` must have been called."""
        for name in self.saves:
            own, saved = getattr(self, name), state[name]
            if isinstance(own, torch.Generator):
                own.set_state(saved)
            elif hasattr(own, "load_state_dict"):
                own.load_state_dict(saved)
            elif isinstance(own, Tensor):
                own.copy_(saved)  # in place, since an optimiser may hold it
            else:
                setattr(self, name, copy.copy(saved))


class JudgedWeighting(MetaRows, Weighting):
    """A weighting that meta rows judge; which ones is among its own settings."""

    @property
    def meta(self) -> MetaRows:  # type: ignore[override]
        """Its settings of meta rows."""
        return self


def _saved(own: Any) -> Any:
    if isinstance(own, torch.Generator):
        return own.get_state()
    if hasattr(own, "state_dict"):
        return own.state_dict()
    return own.clone() if isinstance(own, Tensor) else copy.copy(own)


def own_generator(generator: torch.Generator) -> torch.Generator:
    """Return a generator of a weighting's own, so that its draws do not disturb the run's."""
    seed = int(torch.randint(2**62, (), generator=generator))
    return torch.Generator().manual_seed(seed)


def check_weights(**settings: Mapping[str, float]) -> None:
    """Raise `SettingError` when a mapping from tasks to weights has one below 0."""
    for setting, weights in settings.items():
        with settings_within(setting):
            check_not_negative(**weights)


def check_named(chosen: Iterable[str], names: Sequence[str]) -> None:
    """Raise `AusrecError` when a weight is given for something that is no task of this run."""
    for name in chosen:
        if name not in names:
            raise AusrecError(
                f"a weight is given for '{name}', which is not among the tasks of this run"
                f"{nearest(name, names)}"
            )


def check_steps(**numbers: int) -> None:
    """Raise `SettingError` naming the first number of steps below 1."""
    for name, number in numbers.items():
        if number < 1:
            raise SettingError(name, f"is {number}, but must be 1 or more")


def check_weighed(weighting: Weighting, step: Step) -> Weighed:
    """Weigh a step, and return the answer if it can be one.

    Raises:
        AusrecError: when it is no `Weighed`, or its weights are not those of the auxiliary tasks.
    """
    answer: object = weighting.weigh(step)
    if not isinstance(answer, Weighed) or not isinstance(answer.weights, dict):
        raise wrong(weighting, "weigh", answer, "Weighed(weights, health), with a dict of weights")
    names, where = step.auxiliary, f"{type(weighting).__name__}.weigh"
    more = [name for name in answer.weights if name not in names]
    fewer = [name for name in names if name not in answer.weights]
    if more or (fewer and answer.gradient is None):
        what = f"a weight for {', '.join(more)}" if more else f"no weight for {', '.join(fewer)}"
        raise AusrecError(
            f"{where} returned {what}, but must return one for each auxiliary task (those of "
            f"step.auxiliary: {', '.join(names)}) and no other"
        )
    weights: dict[str, Any] = answer.weights
    for name, weight in weights.items():
        size = step.sizes[name]
        if not isinstance(weight, Tensor) or weight.shape not in ((), (1,), (size,)):
            expected = f"tensors as weights: a number, or one for each of {size} samples of {name}"
            raise wrong(weighting, "weigh", weight, expected)
    return answer
