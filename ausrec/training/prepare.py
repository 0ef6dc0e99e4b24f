"""From a recipe to what a run needs: the data, its parts and the tasks."""

from dataclasses import dataclass

import numpy as np
from torch_geometric.data import HeteroData

from ausrec.choice import Choice
from ausrec.data import RATES, TRUSTS
from ausrec.errors import AusrecError, SettingError, settings_within
from ausrec.evaluation.ranking import check_cutoffs
from ausrec.graph import RELATIONS, STRUCTURAL_TASKS, Splits, add_relations
from ausrec.graph.relations import noise_relations
from ausrec.models.encoder import Encoder
from ausrec.progress import progress
from ausrec.tasks import (
    OBJECTIVES,
    SEQUENCE_TASKS,
    RelationTask,
    Task,
    published_tasks,
    relation_tasks,
)
from ausrec.training.recipe import Recipe
from ausrec.training.task_sets import METAPATH, NONE, task_name


@dataclass(frozen=True)
class Prepared:
    """What a run starts from.

    Attributes:
        recipe: what was set.
        graph: all of the data.
        splits: its parts; `splits.train` holds the relations of the tasks, too.
        tasks: the auxiliary tasks.
        left_out: tasks that were left out because their relation is empty or joins everybody.
    """

    recipe: Recipe
    graph: HeteroData
    splits: Splits
    tasks: tuple[Task, ...]
    left_out: tuple[str, ...] = ()

    def check_parts(self, *, read_test: bool = True) -> None:
        """Refuse parts that cannot be measured.

        Args:
            read_test: whether the test part will be read, too.

        Raises:
            AusrecError: when one is empty, or the lists are far longer than the catalogue.
        """
        parts = {"validation": ("val", "no epoch can be chosen")}
        if read_test:
            parts["test"] = ("test", "nothing can be measured")
        for part, (name, why) in parts.items():
            if getattr(self.splits, name)[RATES].edge_label_index.size(1) == 0:
                if name == "test" and self.recipe.data.test:
                    raise AusrecError(
                        f"{self.recipe.data.test}: every row is among the interactions, too, so "
                        "that nothing is held out; take these rows out of the other table"
                    )
                raise AusrecError(
                    f"the {part} part is empty, so {why}: set split.{name} above 0, or give more "
                    "interactions"
                )
        with settings_within("train"):
            check_cutoffs(self.recipe.train.ks, int(self.graph["item"].num_nodes))

    def build_model(self) -> Encoder:
        """Build the untrained encoder."""
        with settings_within("model"):
            model: Encoder = self.recipe.model(graph=self.splits.train, seed=self.recipe.train.seed)
        return model


def prepare(
    recipe: Recipe,
    *,
    graph: HeteroData | None = None,
    with_tasks: bool = True,
    show: bool = True,
) -> Prepared:
    """Read the data, split it, and build the tasks.

    Args:
        recipe: what to run.
        graph: the data where it has been read already.
        with_tasks: False leaves the tasks out, which take the time on large data.
        show: show a progress bar while relations are built.

    Raises:
        AusrecError: when the data cannot be had, or a task has no pairs in it.
    """
    graph = recipe.data.load() if graph is None else graph
    splits = recipe.split.split(graph)
    if recipe.weighting.name == NONE or not with_tasks:
        return Prepared(recipe, graph, splits, ())
    every = STRUCTURAL_TASKS if TRUSTS in graph.edge_types else ("metapath_uiu",)
    chosen = {task_name(choice): choice for choice in recipe.tasks.chosen(every)}
    # As the split, so the controls: other pairs only where another seed is set.
    relations = RELATIONS | noise_relations(recipe.split.seed)
    relations |= {name: choice() for name, choice in chosen.items() if choice.name == METAPATH}
    objectives = {*OBJECTIVES, *SEQUENCE_TASKS}
    tasks: dict[str, Task] = {}
    left_out = []
    train = splits.train
    # Meta-paths first: they walk over the data's own edges, not over those added here.
    structural = [name for name, choice in chosen.items() if choice.name not in objectives]
    structural.sort(key=lambda name: chosen[name].name != METAPATH)
    for name in progress(structural, "relations", show=show):
        with_relation = add_relations(train, [name], relations)
        try:
            (tasks[name],) = relation_tasks(with_relation, [name])
        except AusrecError:
            # "all" means all that this data allows; a task asked for by name is missed.
            if name in recipe.tasks.named:
                raise
            left_out.append(name)
        else:
            train = with_relation
    if recipe.weighting.name == "published":
        tasks |= _as_published(recipe, train, [name for name in STRUCTURAL_TASKS if name in tasks])
    tasks |= {n: _objective(c, train) for n, c in chosen.items() if c.name in objectives}
    ordered = tuple(tasks[name] for name in chosen if name in tasks)
    return Prepared(recipe, graph, splits._replace(train=train), ordered, tuple(left_out))


def _as_published(recipe: Recipe, train: HeteroData, names: list[str]) -> dict[str, RelationTask]:
    """Sample the tasks as the published code does; it knows the seven only, no meta-paths."""
    if TRUSTS not in train.edge_types:
        raise AusrecError("the published mode samples by social links, and this data has none")
    generator = np.random.default_rng(recipe.train.seed)
    return {task.name: task for task in published_tasks(train, generator, names)}


def _objective(choice: Choice, train: HeteroData) -> Task:
    try:
        task: Task = choice(graph=train)
    except SettingError as error:
        raise error.within(f"tasks.{choice.name}") from error
    except AusrecError as error:
        raise AusrecError(f"task '{choice.name}': {error}") from error
    return task
