"""Where panels train: data that is read once, and recipes that differ in what is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from torch_geometric.data import HeteroData

from ausrec.choice import Choice, written
from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.training import TrainConfig, fit
from ausrec.training.callbacks import Callback
from ausrec.training.config import DataConfig
from ausrec.training.prepare import Prepared, prepare
from ausrec.training.recipe import Recipe
from ausrec.training.task_sets import ALL, NONE, TaskSet, task_name
from ausrec.training.trained import Trained, run
from ausrec.weighting import Weighting

# What a panel offers; `automatic` is the learned weighting of its recipe.
OFFERED = ("automatic", "manual", "equal", "none")
# Smaller and bolder steps than the defaults: on the listening club the weights part within 20
# epochs, and a run takes a few seconds.
TRAIN = TrainConfig(epochs=20, batch_size=1024, learning_rate=0.01)


class Bench:
    """Trains variants of one recipe on one graph.

    Attributes:
        base: the recipe that all variants start from.
        names: the tasks to choose from.
    """

    def __init__(self, data: HeteroData | str | None, recipe: Recipe | None) -> None:
        """Choose data and recipe, as the panels take them; nothing is read yet."""
        recipe = recipe or Recipe(train=TRAIN)
        if isinstance(data, str):
            recipe = replace(recipe, data=DataConfig(data))
        elif data is None and recipe.data == DataConfig():
            recipe = replace(recipe, data=DataConfig("club"))
        self._graph = data if isinstance(data, HeteroData) else None
        self.base = recipe
        self.names = tuple(dict.fromkeys((*STRUCTURAL_TASKS, *self.first_tasks)))
        self._prepared: dict[tuple[TaskSet, bool], Prepared] = {}

    @cached_property
    def graph(self) -> HeteroData:
        """All of the data."""
        return self.base.data.load() if self._graph is None else self._graph

    @property
    def metrics(self) -> tuple[str, str]:
        """The two validation metrics that panels show: the one that chooses, and another."""
        select = self.base.train.select
        kind, _, k = select.partition("@")
        return f"val/{select}", f"val/{'ndcg' if kind == 'recall' else 'recall'}@{k}"

    @property
    def first_tasks(self) -> tuple[str, ...]:
        """The tasks that the base recipe asks for."""
        return tuple(map(task_name, self.base.tasks.chosen()))

    def recipe(
        self,
        weighting: str,
        tasks: Sequence[str],
        weights: Mapping[str, float],
        epochs: int,
        seed: int,
    ) -> Recipe:
        """Return the base recipe with what a panel shows.

        Args:
            weighting: one of `OFFERED`.
            tasks: names of tasks; without any there is nothing to weigh.
            weights: by task, read where the weighting is manual.
            epochs: most epochs to train.
            seed: of training.
        """
        train = replace(self.base.train, epochs=epochs, seed=seed)
        if weighting == "none" or not tasks:
            return replace(self.base.without_tasks(), train=train)
        known = {task_name(choice): choice for choice in self.base.tasks.chosen()}
        chosen = "+".join(str(known.get(name, name)) for name in tasks)
        return replace(
            self.base,
            tasks=ALL if tuple(tasks) == STRUCTURAL_TASKS else chosen,
            weighting=self._weighting(weighting, tasks, weights),
            train=train,
        )

    def _weighting(
        self, name: str, tasks: Sequence[str], weights: Mapping[str, float]
    ) -> str | Choice:
        base = self.base.weighting
        if name == "automatic":
            return base if base.name not in OFFERED else "ausrec"
        if name == "equal":
            return base if base.name == "equal" else "equal"
        if name == "manual":
            given = {task: float(weights.get(task, 0.0)) for task in tasks}
            return written("manual", {"weights": given})
        raise AusrecError(f"weighting is '{name}', but must be one of {', '.join(OFFERED)}")

    def prepared(self, recipe: Recipe) -> Prepared:
        """Return what a recipe stands on; splits and relations are made once."""
        key = recipe.tasks, recipe.weighting.name == NONE
        if key not in self._prepared:
            self._prepared[key] = prepare(recipe, graph=self.graph, show=False)
        return replace(self._prepared[key], recipe=recipe)

    def train(self, recipe: Recipe, callbacks: Sequence[Callback] = ()) -> Trained:
        """Train a recipe."""
        prepared = self.prepared(recipe)
        return run(recipe, prepared=prepared, callbacks=callbacks, show_progress=False)


def train_otherwise(
    prepared: Prepared, weighting: Weighting, callbacks: Sequence[Callback] = ()
) -> Trained:
    """Train what a recipe stands on with a weighting that no recipe names."""
    model = prepared.build_model()
    splits = prepared.splits
    history = fit(
        model,
        splits.train,
        splits.val,
        prepared.tasks,
        weighting,
        prepared.recipe.train,
        callbacks=callbacks,
        show_progress=False,
    )
    return Trained(prepared, model, history)
