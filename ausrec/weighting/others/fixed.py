"""Weights that nobody learns: equal, chosen by hand, those that papers give, or drawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import torch

from ausrec.errors import AusrecError, check_not_negative
from ausrec.tasks.task import Task
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import (
    Weighed,
    Weighting,
    check_named,
    check_weights,
    own_generator,
)


@dataclass(eq=False)
class Equal(Weighting):
    """Give every task the same weight.

    Math:    λ_t = w,  so that L = mean ℓ_main + (w/T) Σ_t mean ℓ_t  over T tasks
    Source:  ours, a baseline: a fixed scalarisation, tuned by one number.
    """

    weight: float = 1.0
    """w, the weight of every task."""

    title: ClassVar[str] = "equal weights"

    def __post_init__(self) -> None:
        """Refuse a weight below 0."""
        check_not_negative(weight=self.weight)

    def weigh(self, step: Step) -> Weighed:
        """Return w for every task."""
        weight = torch.tensor(float(self.weight), device=step.device)
        return Weighed(dict.fromkeys(step.auxiliary, weight), {})


@dataclass(eq=False)
class Manual(Weighting):
    """Give each task a weight chosen by hand.

    Math:    λ_t = w_t,  so that L = mean ℓ_main + (1/T) Σ_t w_t mean ℓ_t  over T tasks
    Source:  ours, a baseline: a fixed scalarisation, tuned task by task.
    """

    weights: dict[str, float] = field(default_factory=dict)
    """w_t by task, as {two_hop: 0.5}; a task without one counts 0."""

    title: ClassVar[str] = "manual weights"

    def __post_init__(self) -> None:
        """Refuse weights below 0."""
        check_weights(weights=self.weights)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Check that the weights name tasks of this run."""
        super().start(names, generator, device)
        check_named(self.weights, names)

    def weigh(self, step: Step) -> Weighed:
        """Return the chosen weights."""
        weights = {
            name: torch.tensor(float(self.weights.get(name, 0)), device=step.device)
            for name in step.auxiliary
        }
        return Weighed(weights, {})


@dataclass(eq=False)
class PaperWeights(Weighting):
    """Give each task the weight that its paper or its authors' code gives it.

    Math:    λ_t = T w_t,  so that L = mean ℓ_main + Σ_t w_t mean ℓ_t  with w_t the weight that the
             paper gives task t, and T the number of tasks that `TaskMean` divides by.
    Source:  ours, a baseline; each w_t from the task's own source (`Task.paper_weight`).
    """

    otherwise: float | None = None
    """w_t of tasks to which no paper gives a weight; null refuses them."""

    title: ClassVar[str] = "weights of the papers"

    def __post_init__(self) -> None:
        """Refuse a weight below 0."""
        check_not_negative(otherwise=self.otherwise)

    def check(self, tasks: Iterable[Task]) -> None:
        """Raise `AusrecError` when no paper gives a task a weight, and none is given otherwise."""
        for task in tasks:
            self._weight(task)

    def weigh(self, step: Step) -> Weighed:
        """Return the papers' weights times the number of tasks."""
        number = len(step.auxiliary)
        weights = {name: number * self._weight(step.tasks[name]) for name in step.auxiliary}
        tensors = {n: torch.tensor(weight, device=step.device) for n, weight in weights.items()}
        return Weighed(tensors, {})

    def _weight(self, task: Task) -> float:
        weight = self.otherwise if task.paper_weight is None else task.paper_weight
        if weight is None:
            raise AusrecError(
                f"no paper gives task '{task.name}' a weight: give one for all such tasks by "
                f"'otherwise', or choose manual(weights={{{task.name}: 0.1}})"
            )
        return weight


@dataclass(eq=False)
class Random(Weighting):
    """Draw new weights in every step (random loss weighting, Lin et al. 2022).

    Math:    λ = w T softmax(z),  z_t ~ N(0, 1),  T tasks;  so Σ_t λ_t = w T, as with `Equal(w)`.
    Source:  Lin et al. 2022 (RLW), weights by softmax of a standard normal.
    """

    weight: float = 1.0
    """w, the mean weight."""

    title: ClassVar[str] = "random weights"
    saves: ClassVar[tuple[str, ...]] = ("generator",)

    def __post_init__(self) -> None:
        """Refuse a weight below 0."""
        check_not_negative(weight=self.weight)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Seed a generator of its own, so that the rest of the run is not disturbed."""
        super().start(names, generator, device)
        self.generator = own_generator(generator)

    def weigh(self, step: Step) -> Weighed:
        """Return freshly drawn weights."""
        drawn = torch.randn(len(self.names), generator=self.generator).softmax(0)
        weights = (self.weight * len(self.names) * drawn).to(step.device)
        return Weighed(dict(zip(self.names, weights, strict=True)), {})
