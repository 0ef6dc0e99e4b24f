"""What cannot be done with a data set, found before any run of a grid begins."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.experiments.strategies import Strategy
from ausrec.models.encoder import Encoder
from ausrec.tasks.task import start_task
from ausrec.training.prepare import Prepared, prepare
from ausrec.training.recipe import Recipe
from ausrec.training.task_sets import ALL, NONE, TaskSet
from ausrec.weighting import Shuffled


def start_all(prepared: Prepared, encoder: Encoder) -> None:
    """Start every task as the training loop does, so that what one refuses is refused now."""
    for task in prepared.tasks:
        start_task(task, encoder, torch.Generator())


def check_run(recipe: Recipe, graph: HeteroData) -> None:
    """Raise `AusrecError` when a run that leaves the test part unread is impossible."""
    prepared = prepare(recipe, graph=graph, show=False)
    prepared.check_parts(read_test=False)
    start_all(prepared, prepared.build_model())


class Checked:
    """One data set, read and prepared once to find what cannot be done with it."""

    def __init__(self, base: Recipe, shared: Mapping[str, Any], *, read_test: bool = True) -> None:
        """Read the data.

        Args:
            base: the settings that all runs share.
            shared: settings of weightings.
            read_test: whether the runs read the test part, which then must hold something.

        Raises:
            AusrecError: when it cannot be had, or leaves no part to measure.
        """
        self.base, self.shared = base, shared
        self.graph: HeteroData = base.data.load()
        self._prepared: dict[TaskSet, Prepared] = {}
        alone = prepare(base.without_tasks(), graph=self.graph, show=False)
        alone.check_parts(read_test=read_test)
        self.encoder = alone.build_model()
        base.train.torch_device()

    def prepared(self, tasks: TaskSet) -> Prepared:
        """Return what a run on a set of tasks needs."""
        if tasks not in self._prepared:
            weighting = NONE if str(tasks) == NONE else "equal"
            recipe = replace(self.base, tasks=tasks, weighting=weighting)
            self._prepared[tasks] = self._prepare(recipe)
        return self._prepared[tasks]

    def _prepare(self, recipe: Recipe) -> Prepared:
        prepared = prepare(recipe, graph=self.graph, show=False)
        start_all(prepared, self.encoder)
        return prepared

    @property
    def allowed(self) -> list[str]:
        """The structural tasks that the data has pairs for."""
        return [task.name for task in self.prepared(TaskSet.read(ALL)).tasks]

    def check(self, strategy: Strategy, tasks: TaskSet) -> None:
        """Raise `AusrecError` when a strategy cannot be used on a set of tasks."""
        if strategy.name == NONE:
            return
        recipe = strategy.apply(replace(self.base, tasks=tasks), self.shared)
        try:
            if strategy.name == "published":
                prepared = self._prepare(recipe)
            else:
                prepared = self.prepared(tasks)
            weighting = recipe.build_weighting()
            assert weighting is not None
            if strategy.name == "shuffled":
                weighting = Shuffled(weighting)
            names = [task.name for task in prepared.tasks]
            if not names:
                raise AusrecError("no task is left")
            if strategy.name == "manual" and not recipe.weighting.settings:
                raise AusrecError("no weights are given: write manual(weights={TASK: WEIGHT})")
            weighting.check(prepared.tasks)
            weighting.start(names, torch.Generator(), torch.device("cpu"))
        except AusrecError as error:
            where = f"strategy '{strategy.label}' on tasks '{tasks}' of {self.base.data.describe()}"
            raise AusrecError(f"{where}: {error}") from error
