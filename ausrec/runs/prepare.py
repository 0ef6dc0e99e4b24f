"""From a recipe to what a run needs: the data, its parts and the tasks."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch_geometric.data import HeteroData

from ausrec.choice import Choice
from ausrec.data import RATES, TRUSTS, reading_of
from ausrec.errors import AusrecError, naming, settings_within
from ausrec.evaluation.ranking import check_cutoffs, some_users
from ausrec.graph import RELATIONS, STRUCTURAL_TASKS, Splits, add_relations
from ausrec.graph.relations import noise_relations
from ausrec.models.encoder import Encoder
from ausrec.progress import progress
from ausrec.runs.recipe import Recipe
from ausrec.runs.task_sets import NONE, relation_of, task_name
from ausrec.tasks import RelationTask, Task, published_tasks, relation_tasks
from ausrec.tasks.losses import ranks_by_cosine
from ausrec.weighting.weighting import Weighting


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

    def check_parts(self, *, read_test: bool = True, needed: Collection[str] = ()) -> None:
        """Refuse parts that are to be measured and are empty; a share of 0 asks for none.

        Args:
            read_test: whether the test part will be read, too.
            needed: `val` or `test`, where nothing can be done without it.

        Raises:
            AusrecError: when one is empty, or the lists are far longer than the catalogue.
        """
        parts = {"val": ("validation", "no epoch can be chosen")}
        if read_test:
            parts["test"] = ("test", "nothing can be measured")
        for part, (name, why) in parts.items():
            table = getattr(self.recipe.data, part)
            joined = part == "val" and self.recipe.split.join_val
            asked = not joined and (table or getattr(self.recipe.split, part) != 0)
            asked = asked or part in needed
            # What a table holds out may be of users and items that nothing is known of.
            apart = table and (cold_rows_of(self, part) or reading_of(self.graph).unknown.get(part))
            if not asked or self.has_part(part) or (apart and part not in needed):
                continue
            if table:
                raise AusrecError(
                    f"{table}: every row is among the interactions, too, so that nothing is held "
                    "out; take these rows out of the other table (--data.drop_overlap true does)"
                )
            raise AusrecError(
                f"the {name} part is empty, so {why}: set split.{part} above 0, or give more "
                "interactions"
            )
        with settings_within("train"):
            check_cutoffs(self.recipe.train.ks, int(self.graph["item"].num_nodes))

    def has_part(self, part: str) -> bool:
        """Tell whether the part `val` or `test` holds something."""
        return bool(getattr(self.splits, part)[RATES].edge_label_index.size(1))

    def build_weighting(self) -> Weighting | None:
        """Make the recipe's weighting; None where no task is left of those that it would weigh."""
        return None if self.left_out and not self.tasks else self.recipe.build_weighting()

    @cached_property
    def assumed(self) -> tuple[str, ...]:
        """Every guess of this run, a sentence each, so that a wrong one is seen."""
        return (*reading_of(self.graph).assumed, *assumptions(self))

    def build_model(self) -> Encoder:
        """Build the untrained encoder."""
        with settings_within("model"):
            given = {"graph": self.splits.train, "seed": self.recipe.train.seed}
            model = self.recipe.model.build(Encoder, "name", **given)
        model.by_cosine = ranks_by_cosine(self.recipe.train.loss())
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
    recipe.check_split()
    graph = recipe.data.load() if graph is None else graph
    splits = recipe.split.split(graph)
    if recipe.weighting.name == NONE or not with_tasks:
        return Prepared(recipe, graph, splits, ())
    every = STRUCTURAL_TASKS if TRUSTS in graph.edge_types else ("metapath_uiu",)
    chosen = {task_name(choice): choice for choice in recipe.tasks.chosen(every)}
    relations = {name: relation_of(choice) for name, choice in chosen.items()}
    related = {name: relation for name, relation in relations.items() if relation is not None}
    # As the split, so the controls: other pairs only where another seed is set.
    related |= {n: r for n, r in noise_relations(recipe.split.seed).items() if n in related}
    tasks: dict[str, Task] = {}
    left_out = []
    train = splits.train
    # Meta-paths first: they walk over the data's own edges, not over those added here.
    for name in progress(sorted(related, key=RELATIONS.__contains__), "relations", show=show):
        with_relation = add_relations(train, [name], related)
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
    tasks |= {n: _objective(c, train) for n, c in chosen.items() if n not in related}
    ordered = tuple(tasks[name] for name in chosen if name in tasks)
    return Prepared(recipe, graph, splits._replace(train=train), ordered, tuple(left_out))


def _as_published(recipe: Recipe, train: HeteroData, names: list[str]) -> dict[str, RelationTask]:
    """Sample the tasks as the published code does; it knows the seven only, no meta-paths."""
    if TRUSTS not in train.edge_types:
        raise AusrecError("the published mode samples by social links, and this data has none")
    generator = np.random.default_rng(recipe.train.seed)
    return {task.name: task for task in published_tasks(train, generator, names)}


def _objective(choice: Choice, train: HeteroData) -> Task:
    with settings_within(f"tasks.{choice.name}"), naming(f"task '{choice.name}'"):
        return choice.build(Task, "object", graph=train)  # type: ignore[type-abstract]


def cold_rows_of(prepared: Prepared, part: str) -> int:
    """Return how many rows of a held-out part are measured apart."""
    cold = getattr(prepared.splits, part)[RATES].get("cold_index")
    return 0 if cold is None else int(cold.size(1))


def facts(graph: HeteroData) -> dict[str, int]:
    """Count what the data holds."""
    counts = {
        "Users": int(graph["user"].num_nodes),
        "Items": int(graph["item"].num_nodes),
        "Interactions": int(graph[RATES].edge_index.size(1)),
    }
    if TRUSTS in graph.edge_types:
        counts["Social links"] = int(graph[TRUSTS].edge_index.size(1))
    return counts


def assumptions(prepared: Prepared) -> Iterator[str]:
    """Yield what a run assumes beyond its tables: how it splits, and which tasks it has."""
    recipe, store = prepared.recipe, prepared.graph[RATES]
    for part, name in (("val", "validation"), ("test", "test")):
        cold = getattr(prepared.splits, part)[RATES].get("cold_index")
        if cold is not None:
            users, items = (len(each.unique()) for each in cold)
            yield (
                f"{name} part: {cold.size(1):,} rows of {users:,} users and {items:,} items are of "
                "a user or an item without a training row; the metrics leave them out"
                + (", and they are measured apart" if part == "test" else "")
            )
    if recipe.split.how == "leave_one_out" and "time" not in store:
        yield "no column of times: leave_one_out holds out an interaction at random, not the latest"
    if recipe.split.how == "random" and not recipe.data.test:
        _, trained = prepared.splits.train[RATES].edge_index
        tested = prepared.splits.test[RATES].edge_label_index[1].unique()
        new = int((~torch.isin(tested, trained)).sum())
        if new:
            yield f"test part: {new:,} of its {len(tested):,} items have no training row by chance"
    for part, name in (("val", "validation"), ("test", "test")):
        if getattr(recipe.data, part) and not prepared.has_part(part):
            yield f"{name} part: no row is left that can be ranked, so it has no metrics"
    if recipe.split.join_val:
        yield "validation part: its rows are trained on (split.join_val), and none are left in it"
    if not prepared.has_part("val"):
        yield "no validation part: all epochs are trained, and the last is kept"
    judging = some_users(prepared.splits.val, recipe.train.evaluate_users)
    if judging is not prepared.splits.val:
        number = len(judging[RATES].edge_label_index[0].unique())
        yield f"epochs are judged by {number:,} validation users, drawn at random"
    number = prepared.splits.train[RATES].edge_index.size(1)
    size, least = recipe.train.sized(number), recipe.train.sized(1)
    if size != least:
        yield (
            f"batches of {size.batch_size:,} (tasks: {size.task_batch_size:,}), because there are "
            f"{number:,} training interactions; train.batch_size sets another size"
        )
    if prepared.left_out:
        yield (
            f"tasks left out, as their relation is empty here or joins everybody: "
            f"{', '.join(prepared.left_out)}"
        )
    if recipe.tasks.has_all and TRUSTS not in prepared.graph.edge_types:
        yield "no social links: of the seven structural tasks, metapath_uiu alone is possible"
    if prepared.left_out and not prepared.tasks:
        yield "no auxiliary task is left: the encoder is trained alone"
