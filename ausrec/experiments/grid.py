"""A grid: strategies on sets of tasks, over data sets and seeds, expanded into runs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from ausrec.choice import choose, split_outside
from ausrec.data.datasets import choose_dataset
from ausrec.errors import SettingError, check_not_negative
from ausrec.experiments.checks import Checked
from ausrec.experiments.run import Run, seeded
from ausrec.experiments.strategies import (
    LEARNED,
    NO_TASKS,
    POPULARITY,
    Strategy,
    check_shared,
    parse_strategy,
)
from ausrec.models import ENCODERS
from ausrec.progress import progress
from ausrec.runs.data_config import DataConfig
from ausrec.runs.recipe import Recipe
from ausrec.runs.task_sets import ALONE, LEFT_OUT, NONE, TaskSet, expand_sets

Names = str | Sequence[Any]
# A longer count is a seed that was meant as one of a list.
MOST_SEEDS = 1000


@dataclass(frozen=True)
class Grid:
    """Every strategy on every set of tasks, on every data set, with every seed.

    Grid("none,equal(weight=0.1),ausrec", tasks="all,alone", seeds=10, datasets="club")
    """

    strategies: Names
    """Names of weightings, with settings in parentheses; as a list, or one text with commas. In a
    list, a weighting of your own, its class or an object, is like a name."""

    tasks: Names = ("all",)
    """`all`, `none`, `social_link`, `a+b`, `all-a`; `alone` and `left_out` stand for a set for
    each task. In a list, a task or a relation of your own is a set, and so are several in a
    tuple."""

    seeds: int | str | Sequence[int] = 1
    """How many (3 is 0, 1, 2), or which (`"3,5,8"` or a list)."""

    datasets: Names = ()
    """Names of data sets, and tables of one's own under a name, as `mine=plays.csv,friends.csv` (in
    a list); empty takes the data of `base`."""

    base: Recipe = field(default_factory=Recipe)
    """All other settings; its seeds, weighting and tasks are replaced."""

    weighting: Mapping[str, Any] = field(default_factory=dict)
    """Settings of weightings, for every strategy that has them, as `{"scale": 0.3}`."""

    condition: str = ""
    """What is special about this grid's settings; stands behind the data set in tables."""

    encoders: Names = ()
    """Encoders, each a condition of its own; empty takes that of `base`. Settings of its encoder go
    to the others that have them."""

    def __post_init__(self) -> None:
        """Refuse what cannot be read.

        Raises:
            SettingError: when there is no strategy, no set of tasks or no seed, when one is
                unknown, or a setting of the weighting is impossible.
        """
        self._models()
        for text in read_names(self.tasks, "tasks"):
            if not (isinstance(text, str) and text in (ALONE, LEFT_OUT)):
                TaskSet.read(text)
        read_seeds(self.seeds)
        strategies = read_strategies(self.strategies)
        _check_names("strategies", [strategy.label for strategy in strategies])
        check_shared(self.weighting, strategies)
        for strategy in strategies:
            strategy.apply(self.base, self.weighting)

    def runs(self, *, show: bool = True, read_test: bool = True) -> list[Run]:
        """Return all runs, each once, after checking that each is possible.

        A seed of a data set is complete before the next begins. A strategy without tasks and tasks
        without a strategy are the encoder alone: strategy `none`, tasks `none`.

        Args:
            show: show progress while data is read and its tasks are prepared.
            read_test: whether the runs will read the test part; an empty one is refused then.

        Raises:
            AusrecError: when something in the grid is unknown or impossible.
        """
        strategies = read_strategies(self.strategies)
        named = [DataConfig.read(name) for name in read_names(self.datasets)]
        for data in named:
            if data.dataset is not None:
                choose_dataset(data.dataset)
        # A table beside a name is refused where the data is read.
        places = [replace(self.base.data, **data.changes()) for data in named] or [self.base.data]
        _check_names("datasets", [data.describe() for data in dict.fromkeys(places)])
        elsewhere = [s.choice.settings.get("dataset") for s in strategies]
        others = [self._data(name) for name in elsewhere if name is not None]
        found: list[Run] = []
        for data in progress(places, "checking the data", show=show):
            for name, base in self._models().items():
                label = ", ".join(filter(None, (data.describe(), name, self.condition)))
                found += self._runs_on(replace(base, data=data), label, strategies, read_test)
        for data in others:
            if data not in places:
                Checked(replace(self.base, data=data), {}).graph  # noqa: B018 - reads it
        return unique(found)

    def _data(self, name: object) -> DataConfig:
        choose_dataset(str(name))
        return DataConfig(str(name), self.base.data.data_root)

    def _models(self) -> dict[str, Recipe]:
        """Return the base with each encoder, by its name in tables; "" for that of the base."""
        found: dict[str, Recipe] = {}
        for given in read_names(self.encoders):
            choice = choose(given, ENCODERS, "encoders")
            found[str(choice)] = self.base.set("model", choice.over(self.base.model))
        # One split for all, which sequences decide, or no score compares with another's.
        for how in {recipe.split.how for recipe in found.values()} - {"random"}:
            found = {name: replace(e, split=replace(e.split, how=how)) for name, e in found.items()}
        return found or {"": self.base}

    def _runs_on(
        self, base: Recipe, label: str, strategies: Sequence[Strategy], read_test: bool
    ) -> list[Run]:
        seeds, texts = read_seeds(self.seeds), read_names(self.tasks)
        checked = Checked(seeded(base, seeds[0]), self.weighting, read_test=read_test)
        each_alone = {ALONE, LEFT_OUT} & {text for text in texts if isinstance(text, str)}
        sets = expand_sets(texts, checked.allowed if each_alone else ())
        variants: dict[tuple[str, str], tuple[Strategy, TaskSet]] = {}
        for tasks, strategy in product(sets, strategies):
            pair = (strategy, tasks)
            if strategy.is_recommender:
                pair = (strategy, TaskSet.read(NONE))
            elif NONE in (str(tasks), strategy.name):
                pair = (NO_TASKS, TaskSet.read(NONE))
            variants.setdefault((pair[0].label, str(pair[1])), pair)
        for strategy, tasks in variants.values():
            checked.check(strategy, tasks)
        return [
            self._run(base, label, strategy, tasks, seed)
            for seed in seeds
            for strategy, tasks in variants.values()
        ]

    def _run(self, base: Recipe, label: str, strategy: Strategy, tasks: TaskSet, seed: int) -> Run:
        base = seeded(base, seed)
        source = None
        if strategy.is_derived:
            other = strategy.choice.settings.get("dataset")
            there = base if other is None else replace(base, data=self._data(other))
            label_there = ", ".join([there.data.describe(), *label.split(", ")[1:]])
            source = self._run(there, label_there, parse_strategy(LEARNED), tasks, seed)
        return Run(
            strategy.apply(replace(base, tasks=tasks), self.weighting),
            label,
            strategy.label,
            str(tasks),
            seed,
            weights_of=source,
            shuffled=strategy.name == "shuffled",
            recommender=strategy.choice if strategy.is_recommender else None,
        )


def with_sources(runs: Iterable[Run]) -> list[Run]:
    """Put the runs whose weights others take before them, where they are missing."""
    found: list[Run] = []
    for run in runs:
        found += [run] if run.weights_of is None else [run.weights_of, run]
    return unique(found)


def with_popularity(runs: Sequence[Run]) -> list[Run]:
    """Add mere popularity on every data set and seed: below it, a model has learned nothing."""
    choice = parse_strategy(POPULARITY).choice
    plain = [
        replace(
            run,
            recipe=run.recipe.without_tasks(),
            strategy=POPULARITY,
            tasks=NONE,
            weights_of=None,
            shuffled=False,
            recommender=choice,
        )
        for run in runs
    ]
    return unique([*runs, *plain])


def unique(runs: Iterable[Run]) -> list[Run]:
    """Return runs without those that repeat an earlier one of the same data under another name.

    Under another condition, a run that its settings do not change stands again, so that each
    condition has its own baseline; it is done once.
    """
    found: dict[tuple[str, str], Run] = {}
    for run in runs:
        found.setdefault((run.dataset, run.key), run)
    return list(found.values())


def _check_names(setting: str, names: Sequence[str]) -> None:
    for name, number in Counter(names).items():
        if number > 1:
            raise SettingError(setting, f"are two of the name '{name}': give one another")


def read_strategies(names: Names) -> list[Strategy]:
    """Read a list of strategies; see `read_names`."""
    return [parse_strategy(text, "strategies") for text in read_names(names, "strategies")]


def read_names(names: Any, what: str = "") -> tuple[Any, ...]:
    """Read a list of names, or one text with commas; each name once.

    Args:
        names: the list; what is no text stays as it is.
        what: they are, for complaints; "" where there may be none.

    Raises:
        SettingError: when brackets do not match, or there is none.
    """
    parts: Iterable[Any] = names if isinstance(names, Sequence) else [names]
    if isinstance(names, str):
        parts = [part for _, part in split_outside(names, ",", what)]
    found: list[Any] = []
    for part in parts:
        name = part.strip() if isinstance(part, str) else part
        if not isinstance(name, str) or (name and name not in found):
            found.append(name)
    if what and not found:
        raise SettingError(what, "are missing: name at least one")
    return tuple(found)


def read_seeds(seeds: int | str | Sequence[int]) -> tuple[int, ...]:
    """Read `3` as 0, 1, 2, and `"3,5,8"` as these.

    Raises:
        SettingError: when there is none, one is below 0 or beyond 64 bits, or a count is above
            1,000.
    """
    if isinstance(seeds, str):
        words = [word.strip() for word in seeds.split(",") if word.strip()]
        if not all(word.isascii() and word.isdigit() for word in words):
            raise SettingError("seeds", f"'{seeds}': write how many, or which, as 3,5,8")
        numbers = [int(word) for word in words]
        # "3," is seed 3 alone.
        given: int | list[int] = numbers[0] if len(words) == 1 and "," not in seeds else numbers
    else:
        given = seeds if isinstance(seeds, int) else list(seeds)
    if isinstance(given, int) and given > MOST_SEEDS:
        raise SettingError(
            "seeds",
            f"'{given}' are the seeds from 0 to {given - 1}, more than {MOST_SEEDS}: write "
            f"'{given},' for this seed alone",
        )
    listed = list(range(given)) if isinstance(given, int) else given
    if not listed:
        raise SettingError("seeds", "are missing: give a number above 0, or which, as 3,5,8")
    for seed in listed:
        check_not_negative(seed=seed)
    return tuple(dict.fromkeys(listed))
