"""One run of an experiment: what decides about it, how it is known, what it leaves."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache
from math import nan
from typing import Any

import pandas as pd
from torch_geometric.data import HeteroData

from ausrec.choice import Choice
from ausrec.errors import AusrecError
from ausrec.evaluation import Evaluation, evaluate
from ausrec.evaluation.metrics import cutoff_of, kept_metrics
from ausrec.evaluation.ranking import CUTOFFS
from ausrec.files import checksum
from ausrec.memory import Cost
from ausrec.runs.data_config import DataConfig, link_table
from ausrec.runs.prepare import Prepared, facts, prepare
from ausrec.runs.recipe import Recipe
from ausrec.runs.trained import Trained
from ausrec.runs.trained import run as train
from ausrec.weighting import Manual, Shuffled, Weighting

HISTORY_TYPES = {"epoch": int, "quantity": str, "task": str, "value": float}
# What changes where or how a run is done, and not what it finds.
FREE = ("data.data_root", "data.title", "train.device", "train.threads", "train.checkpoint_every")


@dataclass(frozen=True)
class Run:
    """One cell of a grid: a strategy on a set of tasks, on one data set, with one seed."""

    recipe: Recipe
    """Everything that decides about the run."""

    dataset: str
    """Label of the data in tables."""

    strategy: str
    """Label of the weighting in tables."""

    tasks: str
    """Label of the set of tasks in tables."""

    seed: int
    """Seed of the split and of training."""

    weights_of: "Run | None" = None
    """Train with the kept weights of that finished run, fixed."""

    shuffled: bool = False
    """With `weights_of`: give each task the weight of another one."""

    recommender: Choice | None = None
    """Recommend by this, one of `RECOMMENDERS`, and train nothing."""

    metrics: tuple[str, ...] = ()
    """Further metrics whose value of each user is kept, as `recall@50`; they decide nothing."""

    @cached_property
    def key(self) -> str:
        """The digest of all settings by which the run is known in a store."""
        text = json.dumps(self.settings, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    @property
    def settings(self) -> dict[str, Any]:
        """Everything that decides about the run, as JSON can hold it.

        These are the settings that differ from their defaults, so that a setting that comes later
        leaves the runs known as they were. Device, threads and labels do not count; a table counts
        by its content, wherever it lies.
        """
        found = settings_of(self.recipe)
        if self.weights_of is not None:
            found["weights_of"] = self.weights_of.settings
            found["shuffled"] = self.shuffled
        if self.recommender is not None:
            # Settings of the encoder and its training count for nothing here.
            start = ("data.", "split.")
            found = {name: value for name, value in found.items() if name.startswith(start)}
            found["recommender"] = self.recommender.in_full()
        return found

    @property
    def cutoffs(self) -> tuple[int, ...]:
        """Lengths of the lists on the test part."""
        return (*CUTOFFS, *map(cutoff_of, self.metrics))

    @property
    def label(self) -> str:
        """The run in a few words."""
        return f"{self.dataset}: {self.strategy}, tasks {self.tasks}, seed {self.seed}"


@dataclass(frozen=True)
class Result:
    """What a finished run leaves."""

    test: dict[str, float]
    """Metrics on the test part; empty where it was not to be read."""

    val: dict[str, float]
    """Metrics on the validation part."""

    users: list[str]
    """Test users by the ids of the data."""

    per_user: dict[str, list[float]]
    """Metrics of each test user, in the order of `users`."""

    weights: dict[str, float]
    """Mean weight of each task in the epoch that was kept."""

    epochs: int
    """Epochs trained."""

    best_epoch: int
    """Epoch that was kept."""

    seconds: float
    """Time of the whole run: data, relations, training, evaluation."""

    seconds_per_epoch: float
    """Mean time of an epoch, evaluation left out."""

    peak_mib: float
    """Largest resident size of the process during the run, in MiB."""

    history: pd.DataFrame = field(repr=False)
    """The record of training: columns epoch, quantity, task, value."""

    cpu_seconds: float = nan
    """CPU time of the whole run, of all threads."""

    facts: dict[str, int] = field(default_factory=dict)
    """Counts of what the data holds."""

    assumed: list[str] = field(default_factory=list)
    """Every guess about the data and the tasks, a sentence each."""


def settings_of(recipe: Recipe) -> dict[str, Any]:
    """Return the settings of a recipe that decide about what it finds, but for the defaults."""
    found = {name: value for name, value in recipe.changes().items() if name not in FREE}
    contents = {name: checksum(path) or path for name, path in recipe.data.files().items()}
    for group in ("links", "tests"):
        if f"data.{group}" in found:
            tables = {n: contents.pop(f"data.{group}.{n}") for n in found[f"data.{group}"]}
            found[f"data.{group}"] = tables
    # Which columns of a table are meant decides, too.
    columns = {name: link_table(text)[1] for name, text in recipe.data.links.items()}
    if any(columns.values()):
        found["data.link_columns"] = {name: list(pair) for name, pair in columns.items()}
    own = {name: choice.code for name, choice in recipe.choices().items() if choice.code}
    return found | contents | ({"code": own} if own else {})


def execute(
    run: Run,
    *,
    weights: Mapping[str, float] | None = None,
    read_test: bool = True,
) -> Result:
    """Do a run in this process.

    Args:
        run: what to do.
        weights: the kept weights of `run.weights_of`.
        read_test: False leaves the test part unread, as a search over settings must.

    Raises:
        AusrecError: as `prepare` and `fit`, and when weights are missing.
    """
    if run.weights_of is not None and weights is None:
        raise AusrecError(f"the run whose weights it takes failed ({run.weights_of.label})")
    cost = Cost()
    prepared = prepare(run.recipe, graph=load(run.recipe.data), show=False)
    if run.recommender is not None:
        return _recommended(run, prepared, read_test, cost)
    names = [task.name for task in prepared.tasks]
    weighting = None if weights is None else fixed_weighting(run, weights, names)
    trained = train(
        run.recipe,
        prepared=prepared,
        weighting=weighting,
        read_test=read_test,
        show_progress=False,
    )
    return _result(run, trained, read_test, cost)


def fixed_weighting(run: Run, weights: Mapping[str, float], names: list[str]) -> Weighting:
    """Build the weighting that repeats the kept weights of another run.

    Math: λ_t = s λ'_t, with λ' the other run's kept weights and s its `scale`, so that the tasks
    count as much as they did there.

    Args:
        run: the run that takes the weights.
        weights: the other run's weights by task; of tasks that are not in this run, none is used.
        names: the tasks of this run.

    Raises:
        AusrecError: when the other run has no weight for a task of this one.
    """
    assert run.weights_of is not None
    missing = [name for name in names if name not in weights]
    if missing:
        raise AusrecError(
            f"{run.label}: the run that gives its weights ({run.weights_of.label}) has none for "
            f"{', '.join(missing)}; name tasks that both have"
        )
    other = run.weights_of.recipe.weighting
    scale = float(other.get("scale")) if other.has("scale") else 1.0
    manual = Manual({name: scale * weights[name] for name in names})
    return Shuffled(manual) if run.shuffled else manual


def _recommended(run: Run, prepared: Prepared, read_test: bool, cost: Cost) -> Result:
    """Measure a recommender that is not trained: no epochs, no weights, an empty history."""
    assert run.recommender is not None
    prepared.check_parts(read_test=read_test)
    parts = prepared.splits
    scores = run.recommender(split=parts.train)
    test = evaluate(scores, parts.test, run.cutoffs, beyond=True) if read_test else None
    return Result(
        **_of_test(run, prepared, test),
        val=evaluate(scores, parts.val).metrics if prepared.has_part("val") else {},
        weights={},
        epochs=0,
        best_epoch=0,
        seconds_per_epoch=nan,
        **cost.so_far(),
        # With the types of a history: joined with others, it must not change theirs.
        history=pd.DataFrame(columns=list(HISTORY_TYPES)).astype(HISTORY_TYPES),
    )


def _of_test(run: Run, prepared: Prepared, test: Evaluation | None) -> dict[str, Any]:
    """Return what the test part says, and the data."""
    said = {"facts": facts(prepared.graph), "assumed": [*prepared.assumed]}
    if test is None:
        return {"test": {}, "users": [], "per_user": {}} | said
    each, ids = test.per_user, prepared.graph["user"].raw_id
    kept = dict.fromkeys([*kept_metrics(), *run.metrics])
    return {
        "test": test.metrics,
        "users": [str(ids[place]) for place in each.index],
        "per_user": {name: each[name].tolist() for name in kept if name in each},
        **said,
    }


def _result(run: Run, trained: Trained, read_test: bool, cost: Cost) -> Result:
    history = trained.history
    test = trained.rank(trained.splits.test, run.cutoffs) if read_test else None
    return Result(
        **_of_test(run, trained.prepared, test),
        val=trained.val.metrics if trained.prepared.has_part("val") else {},
        weights=history.weights,
        epochs=history.epochs,
        best_epoch=history.best_epoch,
        seconds_per_epoch=float(history.of("seconds").to_numpy().mean()),
        **cost.so_far(),
        history=history.table,
    )


@lru_cache(maxsize=1)
def load(data: DataConfig) -> HeteroData:
    """Read the data, or take that of the run before where it is the same."""
    return data.load()


def seeded(recipe: Recipe, seed: int) -> Recipe:
    """Return a recipe whose split and training have the same seed."""
    return replace(
        recipe, split=replace(recipe.split, seed=seed), train=replace(recipe.train, seed=seed)
    )


# What is one number or a few; the rest are tables.
RESULT_FIELDS = tuple(
    each.name for each in fields(Result) if each.name not in ("users", "per_user", "history")
)
