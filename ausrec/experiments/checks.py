"""What cannot be done with a data set, found before any run of a grid begins."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError, naming
from ausrec.experiments.strategies import Strategy
from ausrec.models.encoder import Encoder
from ausrec.runs.prepare import Prepared, prepare
from ausrec.runs.recipe import Recipe
from ausrec.runs.task_sets import ALL, NONE, TaskSet
from ausrec.tasks.task import start_task
from ausrec.weighting import Shuffled


def check_run(recipe: Recipe, graph: HeteroData) -> None:
    """Raise `AusrecError` when a run that leaves the test part unread is impossible."""
    prepared = prepare(recipe, graph=graph, show=False)
    prepared.check_parts(read_test=False, needed=("val",))
    _start(prepared, prepared.build_model())


def _start(prepared: Prepared, encoder: Encoder) -> None:
    """Start every task as the training loop does, so that what one refuses is refused now."""
    for task in prepared.tasks:
        start_task(task, encoder, torch.Generator())


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
        self._prepared: dict[tuple[TaskSet, str], Prepared] = {}
        alone = prepare(base.without_tasks(), graph=self.graph, show=False)
        alone.check_parts(read_test=read_test, needed=("val", "test") if read_test else ("val",))
        self.encoder = alone.build_model()
        base.train.torch_device()

    def prepared(self, tasks: TaskSet, weighting: str = "equal") -> Prepared:
        """Return what a run on a set of tasks needs."""
        if (tasks, weighting) not in self._prepared:
            recipe = replace(self.base, tasks=tasks, weighting=weighting)
            found = self._prepared[tasks, weighting] = prepare(recipe, graph=self.graph, show=False)
            _start(found, self.encoder)
        return self._prepared[tasks, weighting]

    @property
    def allowed(self) -> list[str]:
        """The structural tasks that the data has pairs for."""
        return [task.name for task in self.prepared(TaskSet.read(ALL)).tasks]

    def check(self, strategy: Strategy, tasks: TaskSet) -> None:
        """Raise `AusrecError` when a strategy cannot be used on a set of tasks."""
        if strategy.name == NONE or strategy.is_recommender:
            return
        recipe = strategy.apply(replace(self.base, tasks=tasks), self.shared)
        where = f"strategy '{strategy.label}' on tasks '{tasks}' of {self.base.data.describe()}"
        with naming(where):
            prepares = "published" if strategy.name == "published" else "equal"
            found = self.prepared(tasks, prepares).tasks
            if not found:
                raise AusrecError("no task is left")
            if strategy.name == "manual" and not recipe.weighting.settings:
                raise AusrecError("no weights are given: write manual(weights={TASK: WEIGHT})")
            weighting = recipe.build_weighting()
            assert weighting is not None
            if strategy.name == "shuffled":
                weighting = Shuffled(weighting)
            weighting.check(found)
            weighting.start([task.name for task in found], torch.Generator(), torch.device("cpu"))
