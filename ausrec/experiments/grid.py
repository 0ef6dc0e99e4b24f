"""A grid: strategies on sets of tasks, over data sets and seeds, expanded into runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from ausrec.data.datasets import DATASETS
from ausrec.errors import AusrecError
from ausrec.experiments.checks import Checked, recipe_for
from ausrec.experiments.names import Names, read_names, read_seeds
from ausrec.experiments.run import Run, seeded
from ausrec.experiments.strategies import (
    DERIVED,
    LEARNED,
    NONE,
    Strategy,
    check_read,
    parse_strategy,
)
from ausrec.experiments.task_sets import (
    EXPANDING,
    check_paths,
    check_set,
    check_settings,
    expand_sets,
)
from ausrec.progress import progress
from ausrec.suggest import nearest
from ausrec.training.recipe import Recipe
from ausrec.training.settings import DataConfig
from ausrec.training.task_names import NAMES


@dataclass(frozen=True)
class Grid:
    """Every strategy on every set of tasks, on every data set, with every seed.

    Grid("none,equal(weight=0.1),ausrec", tasks="all,alone", seeds=10, datasets="club")
    """

    strategies: Names
    """Names of weightings, with settings in parentheses; as a list, or one text with commas."""

    tasks: Names = ("all",)
    """`all`, `none`, `social_link`, `a+b`, `all-a`; `alone` and `left_out` stand for a set for
    each task."""

    seeds: int | str | Sequence[int] = 1
    """How many (3 is 0, 1, 2), or which (`"3,5,8"` or a list)."""

    datasets: Names = ()
    """Names of data sets; empty takes the data of `base`."""

    base: Recipe = field(default_factory=Recipe)
    """All other settings; its seeds, weighting and tasks are replaced."""

    condition: str = ""
    """What is special about this grid's settings; stands behind the data set in tables."""

    def __post_init__(self) -> None:
        """Refuse what cannot be read.

        Raises:
            AusrecError: when there is no strategy, no set of tasks or no seed.
        """
        for name, given in (("strategies", self.strategies), ("tasks", self.tasks)):
            if not read_names(given):
                raise AusrecError(f"a grid needs {name}: name at least one")
        read_seeds(self.seeds)

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
        strategies = [parse_strategy(text) for text in read_names(self.strategies)]
        check_read(self.base, strategies)
        for strategy in strategies:
            strategy.apply(self.base)
        known = (*NAMES, *self.base.tasks.paths())
        for text in read_names(self.tasks):
            check_set(text, known)
        check_settings(read_names(self.tasks), self.base.tasks)
        check_paths(read_names(self.tasks), self.base.tasks)
        own = self.base.data
        named = [self._data(name) for name in read_names(self.datasets)]
        # A table beside a name is refused where the data is read.
        places = [replace(own, dataset=data.dataset) for data in named]
        places = places or [self.base.data]
        others = [self._data(s.settings["dataset"]) for s in strategies if "dataset" in s.settings]
        found: list[Run] = []
        for data in progress(places, "checking the data", show=show):
            found += self._runs_on(data, strategies, read_test)
        for data in others:
            if data not in places:
                Checked(replace(self.base, data=data)).graph  # noqa: B018 - reads it
        return unique(found)

    def _data(self, name: object) -> DataConfig:
        if not isinstance(name, str) or name not in DATASETS:
            raise AusrecError(f"data set {name!r} is unknown{nearest(str(name), DATASETS)}")
        return DataConfig(name, self.base.data.data_root)

    def _runs_on(
        self, data: DataConfig, strategies: Sequence[Strategy], read_test: bool
    ) -> list[Run]:
        base = replace(self.base, data=data)
        seeds, texts = read_seeds(self.seeds), read_names(self.tasks)
        checked = Checked(seeded(base, seeds[0]), read_test=read_test)
        sets = expand_sets(texts, checked.allowed if set(texts) & set(EXPANDING) else ())
        variants: dict[tuple[str, str], Strategy] = {}
        for text, strategy in product(sets, strategies):
            is_none = NONE in (text, strategy.name)
            pair = (NONE, NONE) if is_none else (strategy.label, text)
            variants.setdefault(pair, parse_strategy(NONE) if is_none else strategy)
        for (_, text), strategy in variants.items():
            checked.check(strategy, text)
        return [
            self._run(base, strategy, text, seed)
            for seed in seeds
            for (_, text), strategy in variants.items()
        ]

    def _run(self, base: Recipe, strategy: Strategy, text: str, seed: int) -> Run:
        base = seeded(base, seed)
        dataset = base.data.describe() + (f", {self.condition}" if self.condition else "")
        if strategy.name == NONE:
            return Run(base.without_tasks(), dataset, NONE, NONE, seed)
        source = None
        if strategy.name in DERIVED:
            other = strategy.settings.get("dataset")
            there = base if other is None else replace(base, data=self._data(other))
            source = self._run(there, parse_strategy(LEARNED), text, seed)
        return Run(
            recipe_for(strategy, text, base),
            dataset,
            strategy.label,
            text,
            seed,
            weights_of=source,
            shuffled=strategy.name == "shuffled",
        )


def with_sources(runs: Iterable[Run]) -> list[Run]:
    """Put the runs whose weights others take before them, where they are missing."""
    found: list[Run] = []
    for run in runs:
        found += [run] if run.weights_of is None else [run.weights_of, run]
    return unique(found)


def unique(runs: Iterable[Run]) -> list[Run]:
    """Return runs without those that repeat an earlier one of the same data under another name.

    Under another condition, a run that its settings do not change stands again, so that each
    condition has its own baseline; it is done once.
    """
    found: dict[tuple[str, str], Run] = {}
    for run in runs:
        found.setdefault((run.dataset, run.key), run)
    return list(found.values())
