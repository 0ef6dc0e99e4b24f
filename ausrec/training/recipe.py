"""A whole run as one value: everything that was set, and what it leads to."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import torch
from torch_geometric.data import HeteroData

from ausrec.allocator import keep_freed_memory
from ausrec.data import RATES, TRUSTS
from ausrec.errors import AusrecError
from ausrec.evaluation import Ranking, evaluate
from ausrec.evaluation.ranking import check_cutoffs
from ausrec.graph import RELATIONS, STRUCTURAL_TASKS, Splits, add_relations, metapath, noise
from ausrec.models.encoder import Embeddings, Encoder
from ausrec.progress import progress
from ausrec.tasks import OBJECTIVES, RelationTask, Task, published_tasks, relation_tasks
from ausrec.training.callbacks import Callback
from ausrec.training.config import TrainConfig
from ausrec.training.fit import fit
from ausrec.training.history import History
from ausrec.training.settings import (
    DataConfig,
    ModelConfig,
    SplitConfig,
    TasksConfig,
)
from ausrec.training.task_settings import check_names, make_objective
from ausrec.training.weighting_config import WeightingConfig
from ausrec.training.weightings import build_weighting
from ausrec.weighting.weighting import Weighting


@dataclass(frozen=True)
class Recipe:
    """Everything that decides about a run.

    Recipe(DataConfig("lastfm"), weighting=WeightingConfig("equal"))
    """

    data: DataConfig = field(default_factory=DataConfig)
    split: SplitConfig = field(default_factory=SplitConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    tasks: TasksConfig = field(default_factory=TasksConfig)
    weighting: WeightingConfig = field(default_factory=WeightingConfig)
    train: TrainConfig = field(default_factory=TrainConfig)

    def check(self) -> None:
        """Refuse what is wrong whatever the data holds; nothing is read.

        Raises:
            AusrecError: on data that is named wrongly, unknown tasks, and impossible weightings.
        """
        self.data.check()
        self.tasks.check()
        build_weighting(self.weighting)

    def without_tasks(self) -> "Recipe":
        """Return the same recipe for the encoder alone."""
        return replace(self, tasks=TasksConfig("none"), weighting=WeightingConfig("none"))

    def continues(self, other: "Recipe") -> bool:
        """Tell whether this run may go on where the other one stopped."""
        # A run may be continued for longer, and elsewhere; nothing else may differ.
        free = {name: getattr(self.train, name) for name in ("epochs", "device", "threads")}
        return self == replace(other, train=replace(other.train, **free))


@dataclass(frozen=True)
class Prepared:
    """What a run stands on.

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
        try:
            check_cutoffs(self.recipe.train.ks, int(self.graph["item"].num_nodes))
        except AusrecError as error:
            raise AusrecError(f"train.{error}") from error

    def build_model(self) -> Encoder:
        """Build the untrained encoder."""
        return self.recipe.model.build(self.splits.train, self.recipe.train.seed)


@dataclass(frozen=True)
class Trained:
    """What a run leads to.

    Attributes:
        prepared: what it stands on.
        model: the trained encoder.
        history: the record of training.
    """

    prepared: Prepared
    model: Encoder
    history: History

    @cached_property
    def embeddings(self) -> Embeddings:
        """The embeddings of all users and items."""
        with torch.no_grad():
            embeddings: Embeddings = self.model()
        return embeddings

    @cached_property
    def val(self) -> Ranking:
        """The ranking on the validation part."""
        return evaluate(self.embeddings.scores, self.prepared.splits.val)

    @cached_property
    def test(self) -> Ranking:
        """The ranking on the test part."""
        return evaluate(self.embeddings.scores, self.prepared.splits.test)

    @property
    def metrics(self) -> dict[str, object]:
        """What `metrics.json` holds; weights are those of the epoch that was kept."""
        seconds = self.history.of("seconds").to_numpy()
        return {
            "val": self.val.metrics,
            "test": self.test.metrics,
            "weights": self.history.weights,
            "seconds_per_epoch": float(np.mean(seconds)),
            "epochs": self.history.epochs,
            "best_epoch": self.history.best_epoch,
            "stopped": self.history.stopped,
        }


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
    weighting = build_weighting(recipe.weighting)
    if weighting is None or not with_tasks:
        return Prepared(recipe, graph, splits, ())
    paths = {name: metapath(*steps) for name, steps in recipe.tasks.paths().items()}
    # As the split, so the control: other pairs only where another seed is set.
    known = RELATIONS | {"noise": partial(noise, seed=recipe.split.seed)} | paths
    named = recipe.tasks.named()
    chosen = recipe.tasks.chosen(graph)
    check_names(recipe.tasks.settings, (*chosen, *paths))
    structural = [name for name in chosen if name not in OBJECTIVES]
    tasks: dict[str, Task] = {}
    left_out = []
    train = splits.train
    # Meta-paths first: they walk over the data's own edges, not over those added here.
    for name in progress([*paths, *structural], "relations", show=show):
        with_relation = add_relations(train, [name], known)
        try:
            (tasks[name],) = relation_tasks(with_relation, [name])
        except AusrecError:
            # "all" means all that this data allows; a task asked for by name is missed.
            if name in paths or name in named:
                raise
            left_out.append(name)
        else:
            train = with_relation
    if recipe.weighting.name == "published":
        tasks |= _published(recipe, train, [n for n in STRUCTURAL_TASKS if n in tasks])
    own = recipe.tasks.settings
    tasks |= {name: make_objective(name, train, own) for name in chosen if name in OBJECTIVES}
    ordered = tuple(tasks[name] for name in (*chosen, *paths) if name in tasks)
    return Prepared(recipe, graph, splits._replace(train=train), ordered, tuple(left_out))


def _published(recipe: Recipe, train: HeteroData, names: list[str]) -> dict[str, RelationTask]:
    """Sample the tasks as the published code does; it knows the seven only, no meta-paths."""
    if TRUSTS not in train.edge_types:
        raise AusrecError("the published mode samples by social links, and this data has none")
    generator = np.random.default_rng(recipe.train.seed)
    return {task.name: task for task in published_tasks(train, generator, names)}


def run(
    recipe: Recipe,
    *,
    prepared: Prepared | None = None,
    weighting: Weighting | None = None,
    checkpoint: str | Path | None = None,
    callbacks: Sequence[Callback] = (),
    read_test: bool = True,
    show_progress: bool = True,
) -> Trained:
    """Prepare and train, in a process that keeps the memory it frees (`keep_freed_memory`).

    Args:
        recipe: what to run.
        prepared: where `prepare` has been called already.
        weighting: takes the place of the recipe's own.
        checkpoint: a file to save to and, when it exists, to continue from.
        callbacks: called after each epoch, as by `fit`.
        read_test: whether the test part will be read; an empty one is refused then.
        show_progress: show progress bars.

    Raises:
        AusrecError: as `prepare` and `fit`.
    """
    keep_freed_memory()
    prepared = prepared or prepare(recipe, show=show_progress)
    prepared.check_parts(read_test=read_test)
    model = prepared.build_model()
    history = fit(
        model,
        prepared.splits.train,
        prepared.splits.val,
        prepared.tasks,
        weighting or build_weighting(recipe.weighting),
        recipe.train,
        callbacks=callbacks,
        checkpoint=checkpoint,
        show_progress=show_progress,
    )
    return Trained(prepared, model, history)


def checksum(graph: HeteroData) -> str:
    """Return the SHA-256 of what a model is tied to: ids of users and items, interactions.

    Args:
        graph: all of the data, before any split.
    """
    digest = hashlib.sha256()
    for node in ("user", "item"):
        digest.update("\0".join(graph[node].raw_id).encode() + b"\1")
    digest.update(graph[RATES].edge_index.cpu().numpy().tobytes())
    return digest.hexdigest()


def as_mapping(recipe: Recipe) -> dict[str, dict[str, object]]:
    """Return a recipe as plain dictionaries and lists, as they stand in a YAML file."""
    return {
        group: {
            name: list(v) if isinstance(v, tuple) else v
            for name, v in settings.items()
            if name != "loss"
        }
        for group, settings in asdict(recipe).items()
    }
