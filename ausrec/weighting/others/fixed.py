"""Weights that nobody learns: equal, chosen by hand, or those that papers give."""

from collections.abc import Iterable, Mapping, Sequence

import torch

from ausrec.errors import AusrecError, check_not_negative
from ausrec.tasks.task import Task
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed, Weighting, check_named, check_weights


class Equal(Weighting):
    """Give every task the same weight.

    Math:    λ_t = w,  so that L = mean ℓ_main + (w/T) Σ_t mean ℓ_t  over T tasks
    Source:  ours, a baseline: a fixed scalarisation, tuned by one number.
    """

    def __init__(self, weight: int | float = 1.0) -> None:
        """Keep the weight w.

        Raises:
            AusrecError: when it is below 0.
        """
        check_not_negative(weight=weight)
        self.weight = weight

    def weigh(self, step: Step) -> Weighed:
        """Return w for every task."""
        weight = torch.tensor(float(self.weight), device=step.device)
        return Weighed(dict.fromkeys(step.auxiliary, weight), {})


class Manual(Weighting):
    """Give each task a weight chosen by hand.

    Math:    λ_t = w_t,  so that L = mean ℓ_main + (1/T) Σ_t w_t mean ℓ_t  over T tasks
    Source:  ours, a baseline: a fixed scalarisation, tuned task by task.
    """

    def __init__(self, weights: Mapping[str, float]) -> None:
        """Keep the weights by task name; tasks that are not named count 0.

        Raises:
            AusrecError: when a weight is below 0.
        """
        check_weights(weights)
        self.chosen = dict(weights)

    def start(self, names: Sequence[str], generator: torch.Generator, device: torch.device) -> None:
        """Check that the weights name tasks of this run."""
        super().start(names, generator, device)
        check_named(self.chosen, names)

    def weigh(self, step: Step) -> Weighed:
        """Return the chosen weights."""
        weights = {
            name: torch.tensor(float(self.chosen.get(name, 0)), device=step.device)
            for name in step.auxiliary
        }
        return Weighed(weights, {})


class PublishedWeights(Weighting):
    """Give each task the weight that its paper or published code gives it.

    Math:    λ_t = T w_t,  so that L = mean ℓ_main + Σ_t w_t mean ℓ_t  with w_t the published
             weight of task t, and T the number of tasks that `TaskMean` divides by.
    Source:  ours, a baseline; each w_t from the task's own source (`Task.published_weight`).
    """

    def __init__(self, otherwise: float | None = None) -> None:
        """Keep the weight w_t of tasks that have none published; None refuses them."""
        self.otherwise = otherwise

    def check(self, tasks: Iterable[Task]) -> None:
        """Raise `AusrecError` when a task has no published weight, and none is given otherwise."""
        for task in tasks:
            self._weight(task)

    def weigh(self, step: Step) -> Weighed:
        """Return the published weights times the number of tasks."""
        number = len(step.auxiliary)
        weights = {name: number * self._weight(step.tasks[name]) for name in step.auxiliary}
        tensors = {n: torch.tensor(weight, device=step.device) for n, weight in weights.items()}
        return Weighed(tensors, {})

    def _weight(self, task: Task) -> float:
        weight = self.otherwise if task.published_weight is None else task.published_weight
        if weight is None:
            raise AusrecError(
                f"task '{task.name}' has no published weight: give it by hand, by --weighting "
                f"manual --weighting.weights '{{{task.name}: 0.1}}', and in a grid as "
                f"manual(weights={{{task.name}: 0.1}})"
            )
        return weight
