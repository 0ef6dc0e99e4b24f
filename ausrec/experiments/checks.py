"""What cannot be done with a data set, found before any run of a grid begins."""

from dataclasses import replace

import torch
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.experiments.strategies import NONE, Strategy
from ausrec.experiments.task_sets import ALL, tasks_config
from ausrec.models.encoder import Encoder
from ausrec.tasks.task import start_task
from ausrec.training.recipe import Prepared, Recipe, prepare
from ausrec.training.weighting_config import WeightingConfig
from ausrec.training.weightings import build_weighting
from ausrec.weighting import Shuffled


def recipe_for(strategy: Strategy, text: str, base: Recipe) -> Recipe:
    """Return the recipe of a strategy on a set of tasks."""
    return strategy.apply(replace(base, tasks=tasks_config(text, base.tasks)))


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

    def __init__(self, base: Recipe, *, read_test: bool = True) -> None:
        """Read the data.

        Args:
            base: the settings that all runs share.
            read_test: whether the runs read the test part, which then must hold something.

        Raises:
            AusrecError: when it cannot be had, or leaves no part to measure.
        """
        self.base = base
        self.graph: HeteroData = base.data.load()
        self._prepared: dict[str, Prepared] = {}
        alone = prepare(base.without_tasks(), graph=self.graph, show=False)
        alone.check_parts(read_test=read_test)
        self.encoder = alone.build_model()
        base.train.torch_device()

    def prepared(self, text: str) -> Prepared:
        """Return what a run on a set of tasks stands on."""
        if text not in self._prepared:
            recipe = replace(self.base, tasks=tasks_config(text, self.base.tasks))
            weighting = WeightingConfig("none" if text == NONE else "equal")
            recipe = replace(recipe, weighting=weighting)
            self._prepared[text] = self._prepare(recipe)
        return self._prepared[text]

    def _prepare(self, recipe: Recipe) -> Prepared:
        prepared = prepare(recipe, graph=self.graph, show=False)
        start_all(prepared, self.encoder)
        return prepared

    @property
    def allowed(self) -> list[str]:
        """The tasks that the data has pairs for, meta-paths included."""
        return [task.name for task in self.prepared(ALL).tasks]

    def check(self, strategy: Strategy, text: str) -> None:
        """Raise `AusrecError` when a strategy cannot be used on a set of tasks."""
        if strategy.name == NONE:
            return
        recipe = recipe_for(strategy, text, self.base)
        where = f"strategy '{strategy.label}' on tasks '{text}' of {self.base.data.describe()}"
        try:
            if strategy.name == "published":
                prepared = self._prepare(recipe)
            else:
                prepared = self.prepared(text)
            weighting = build_weighting(recipe.weighting)
            assert weighting is not None
            if strategy.name == "shuffled":
                weighting = Shuffled(weighting)
            names = [task.name for task in prepared.tasks]
            if not names:
                raise AusrecError("no task is left")
            if strategy.name == "manual" and not recipe.weighting.weights:
                raise AusrecError("no weights are given: write manual(weights={TASK: WEIGHT})")
            weighting.check(prepared.tasks)
            weighting.start(names, torch.Generator(), torch.device("cpu"))
        except AusrecError as error:
            raise AusrecError(f"{where}: {error}") from error
