"""A panel that trains variants of one recipe, with a slider for the weight of each task."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError, nearest
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.lab.drawings import motif
from ausrec.lab.look import task_colors
from ausrec.lab.names import OBJECTIVE_AIMS, TASK_MEANINGS, task_label
from ausrec.lab.panels.base.panel_controls import Slider, Tick
from ausrec.lab.panels.base.training_panel import TrainingPanel
from ausrec.runs.prepare import Prepared, prepare
from ausrec.runs.recipe import Recipe
from ausrec.runs.task_sets import ALL, NONE, task_name
from ausrec.runs.trained import Trained, run
from ausrec.settings import written
from ausrec.training import Epoch, TrainConfig

APanel = TypeVar("APanel", bound="RecipePanel")
# What panels offer; `automatic` is the learned weighting of the recipe.
OFFERED = ("automatic", "manual", "equal", NONE)
# Smaller and bolder steps than the defaults: on the listening club the weights part within 20
# epochs, and a run takes a few seconds.
TRAIN = TrainConfig(epochs=20, batch_size=1024, learning_rate=0.01)


class RecipePanel(TrainingPanel):
    """A panel that trains variants of one recipe, with a weight from 0 to 1 for each task.

    Attributes:
        base: the recipe that all variants start from.
        names: the tasks to choose from, or to weigh.
    """

    def __init__(
        self,
        label: str,
        data: HeteroData | str | None,
        recipe: Recipe | None,
        *,
        ticked: bool,
        needs: tuple[str, Any],
    ) -> None:
        """Begin with what the recipe says; nothing is read yet.

        Args:
            label: of the button that starts.
            data: a graph, or the name of a data set; None for that of the recipe, or "club".
            recipe: all settings that the panel does not show, and the first value of those
                that it does.
            ticked: offer the structural tasks, too, with a check box for each task.
            needs: the control, and its value, at which weights can be moved.
        """
        super().__init__(label)
        self.base = recipe or Recipe(train=TRAIN)
        if isinstance(data, str) or (data is None and self.base.data == Recipe().data):
            self.base = replace(self.base, data=data or "club")
        self._graph = data
        self._prepared: dict[object, Prepared] = {}
        first = tuple(map(task_name, self.base.tasks.chosen()))
        self.names = tuple(dict.fromkeys((*STRUCTURAL_TASKS, *first))) if ticked else first
        self.ticked = ticked
        for name, color in task_colors(self.names).items():
            meaning = {**TASK_MEANINGS, **OBJECTIVE_AIMS}.get(name, "a task of your own")
            if ticked:
                self.offer(**{use(name): Tick(f"Use {name}", name in first, shown=False)})
            weight = Slider(
                task_label(name), 0.5, color=color, motif=motif(name), hint=meaning, needs=needs,
                tick=use(name) if ticked else "",
            )  # fmt: skip
            self.offer(**{name: weight})

    @property
    def weights(self) -> dict[str, float]:
        """The weights of the tasks that take part."""
        return {name: self.state[name] for name in self.names if self.state.get(use(name), True)}

    def set(
        self: APanel,
        *,
        tasks: Sequence[str] | None = None,
        weights: Mapping[str, float] | None = None,
        **values: Any,
    ) -> APanel:
        """Set some controls.

        Args:
            tasks: the tasks to tick.
            weights: by task, from 0 to 1.
            values: by the name of the control.

        Raises:
            AusrecError: on a value that a control does not take.
        """
        for name in (*(tasks or ()), *(weights or ())):
            if name not in self.names:
                raise AusrecError(f"unknown task '{name}'{nearest(name, self.names)}")
        ticks = {} if tasks is None else {use(name): name in tasks for name in self.names}
        return super().set(**(weights or {}), **ticks, **values)

    @property
    def shown_metrics(self) -> tuple[str, str]:
        """The two validation metrics that are shown: the one that chooses, and another."""
        select = self.base.train.select
        kind, _, k = select.partition("@")
        return f"val/{select}", f"val/{'ndcg' if kind == 'recall' else 'recall'}@{k}"

    def variant(self, weighting: str, weights: Mapping[str, float], train: TrainConfig) -> Recipe:
        """Return the recipe with some of its settings as a panel shows them.

        Args:
            weighting: `automatic` is the learned one of the recipe; manual, equal or none.
            weights: by task that takes part; without any there is nothing to weigh.
            train: how to train.
        """
        recipe = replace(self.base, train=train)
        if weighting == NONE or not weights:
            return recipe.without_tasks()
        known = {task_name(choice): str(choice) for choice in self.base.tasks.chosen()}
        tasks = "+".join(known.get(name, name) for name in weights)
        chosen: Any = weighting
        if weighting == "manual":
            chosen = written("manual", {"weights": {n: float(w) for n, w in weights.items()}})
        elif weighting == "automatic":
            chosen = "ausrec" if recipe.weighting.name in OFFERED else recipe.weighting
        elif recipe.weighting.name == weighting:
            chosen = recipe.weighting
        tasks = ALL if tuple(weights) == STRUCTURAL_TASKS else tasks
        return replace(recipe, tasks=tasks, weighting=chosen)

    @cached_property
    def graph(self) -> HeteroData:
        """All of the data."""
        return self._graph if isinstance(self._graph, HeteroData) else self.base.data.load()

    def train_recipe(self, recipe: Recipe, draw: Callable[[Epoch], None] | None = None) -> Trained:
        """Train a variant; splits and relations are made once.

        Args:
            recipe: what `variant` returns.
            draw: shows the training as it stands.
        """
        key = recipe.tasks, recipe.weighting.name == NONE
        if key not in self._prepared:
            self._prepared[key] = prepare(recipe, graph=self.graph, show=False)
        prepared = replace(self._prepared[key], recipe=recipe)
        return run(recipe, prepared=prepared, callbacks=[self.follow(draw)], show_progress=False)


def use(task: str) -> str:
    """Return the name of the check box of a task."""
    return f"use_{task}"
