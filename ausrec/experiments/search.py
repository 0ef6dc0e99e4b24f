"""Search for settings with Optuna, on the validation part alone."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import chain
from math import nan
from pathlib import Path
from typing import Any

import pandas as pd
from optuna import Study, Trial

from ausrec.errors import (
    AusrecError,
    SettingError,
    check_above_zero,
    check_not_negative,
    check_size,
)
from ausrec.experiments.engine import Engine, Failure, LocalEngine
from ausrec.experiments.grid import Grid, read_names, read_seeds
from ausrec.experiments.run import Run, execute, settings_of
from ausrec.experiments.space import (
    Distributions,
    Space,
    check_space,
    default_space,
    holds,
    read_space,
    stored,
)
from ausrec.experiments.strategies import parse_strategy
from ausrec.experiments.trials import LEFT, batches, ended, keep, open_study
from ausrec.progress import progress
from ausrec.runs.read_yaml import complaints_about
from ausrec.runs.recipe import Recipe


@dataclass(frozen=True)
class Search:
    """What is searched: settings of one strategy on one set of tasks of one data set.

    search(Search("ausrec", dataset="lastfm", seeds=3), 30, "runs/search/trials.journal")
    """

    strategy: Any
    """Name of a weighting, whose settings in parentheses are not searched; or one of your own."""

    tasks: Any = "all"
    """The set of tasks, as in a grid."""

    dataset: str | None = None
    """Name of the data set; None takes the data of `base`."""

    seeds: int | str | Sequence[int] = 1
    """Seeds of each trial, as in a grid; its value is their mean."""

    base: Recipe = field(default_factory=Recipe)
    """All settings that are not searched."""

    weighting: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the weighting that are not searched, besides those in parentheses."""

    space: Space | Path | None = None
    """What is searched, or the YAML file that says it; None for `default_space`."""

    given: Sequence[Mapping[str, object]] = ()
    """Settings to try after the first trial and before Optuna chooses; what one of them leaves out
    is as in the first."""

    seed: int = 0
    """Seed of the search itself."""

    batch: int = 4
    """Trials chosen at a time, which can so run at a time; it is part of what decides."""

    def __post_init__(self) -> None:
        """Refuse what no search can be.

        Raises:
            AusrecError: on several strategies, a derived one, no seed, or a batch of nothing.
        """
        read_seeds(self.seeds)
        if isinstance(self.strategy, str) and len(read_names(self.strategy, "strategy")) != 1:
            raise SettingError("strategy", f"is '{self.strategy}': a search takes one strategy")
        check_above_zero(batch=self.batch)
        check_not_negative(**{"the seed of the search": self.seed})
        if parse_strategy(self.strategy).is_derived:
            raise AusrecError(
                f"strategy '{self.strategy}' takes the weights of another run: search the settings "
                "of 'ausrec' instead"
            )

    @property
    def searched(self) -> Space:
        """The space, the default one filled in."""
        if isinstance(self.space, Path):
            return read_space(self.space)
        return default_space(parse_strategy(self.strategy)) if self.space is None else self.space

    def runs(self) -> list[Run]:
        """Return the runs of a trial, one for each seed, with the settings as they are.

        Raises:
            AusrecError: when something is unknown or impossible.
        """
        grid = Grid(
            (self.strategy,),
            (self.tasks,),
            self.seeds,
            () if self.dataset is None else (self.dataset,),
            self.base,
            weighting=self.weighting,
        )
        runs = grid.runs(show=False, read_test=False)
        if len({run.tasks for run in runs}) != 1:
            raise AusrecError(f"tasks '{self.tasks}' are several sets: search one at a time")
        return runs

    def distributions(self, recipe: Recipe) -> Distributions:
        """Return the space as Optuna takes it; see `check_space`."""
        with complaints_about(self.space) if isinstance(self.space, Path) else nullcontext():
            return check_space(self.searched, recipe)


@dataclass(frozen=True)
class Found:
    """What a search has found."""

    trials: pd.DataFrame
    """One row a trial, in their order: trial, value (mean of the seeds, NaN where it failed), the
    settings, std, best_epoch, seconds (means of the seeds), error."""

    best: Recipe
    """The base with the best trial's settings, and the first seed."""

    value: float
    """The best trial's mean validation metric."""

    metric: str
    """Which metric that is."""


def validate(run: Run) -> dict[str, float]:
    """Do a run without reading the test part; return its validation metric and what it took."""
    result = execute(run, read_test=False)
    value = result.val[run.recipe.train.select]
    return {"value": value, "best_epoch": float(result.best_epoch), "seconds": result.seconds}


def search(
    plan: Search,
    trials: int,
    storage: str | Path,
    *,
    engine: Engine | None = None,
    show: bool = True,
) -> Found:
    """Search by the tree-structured Parzen estimator; go on where a killed search stopped.

    The first trial has the settings as they are, where the space holds them; then comes what the
    plan gives. The same plan finds the same wherever its runs are done. One process at a time may
    work on a storage.

    Args:
        plan: what to search.
        trials: how many settings to try, those in the storage included.
        storage: a journal file, or the URL of a database that Optuna knows.
        engine: where runs are done; None for all cores of this machine.
        show: show progress.

    Raises:
        AusrecError: when Optuna is not installed, the plan is impossible, the storage holds
            another search, or every trial failed.

    Source: Bergstra et al., Algorithms for hyper-parameter optimization (NeurIPS 2011).
    """
    check_size(trials=trials)
    check_above_zero(trials=trials)
    runs = plan.runs()
    recipe = runs[0].recipe
    space = plan.distributions(recipe)
    decides = {
        "its recipe": settings_of(recipe),
        "its seeds": [run.seed for run in runs],
        "the search's seed": plan.seed,
        "its batch": plan.batch,
        "what it is given": [dict(settings) for settings in plan.given],
    }
    for name, value in chain.from_iterable(settings.items() for settings in plan.given):
        if name not in space or not holds(space[name], stored(value)):
            raise AusrecError(f"{name}: {value} is given to be tried, and is not in the space")
    start = {name: recipe.get(name) for name in space}
    study = open_study(storage, decides, space, [start, *({**start, **g} for g in plan.given)])
    with progress(range(trials), "trials", show=show) as bar:
        bar.update(min(trials, len(ended(study))))
        for batch in batches(study, space, trials, seed=plan.seed, size=plan.batch):
            for trial, outcomes in _do(batch, runs, engine or LocalEngine()):
                keep(study, trial, outcomes)
                bar.update()
    return _found(study, space, recipe)


def _do(
    batch: Sequence[Trial], runs: Sequence[Run], engine: Engine
) -> Iterator[tuple[Trial, list[dict[str, float] | Failure]]]:
    """Do the runs of some trials; yield a trial and its outcomes when its last seed is done."""
    jobs = [replace(r, recipe=r.recipe.set_all(t.params)) for t in batch for r in runs]
    outcomes: dict[int, dict[int, dict[str, float] | Failure]] = {}
    for place, outcome in engine.map(jobs, validate):
        trial, seed = divmod(place, len(runs))
        outcomes.setdefault(trial, {})[seed] = outcome
        if len(outcomes[trial]) == len(runs):
            # In the order of the seeds: a mean depends on it in the last bit.
            yield batch[trial], [outcomes[trial][seed] for seed in range(len(runs))]


def _found(study: Study, space: Distributions, base: Recipe) -> Found:
    rows = [
        {"trial": trial.number, "value": trial.value}
        | {name: trial.params[name] for name in space}
        | {"std": nan, "best_epoch": nan, "seconds": nan, **trial.user_attrs[LEFT]}
        for trial in ended(study)
    ]
    table = pd.DataFrame(rows).astype({"value": float})
    if table["value"].isna().all():
        raise AusrecError(f"all {len(table)} trials failed; the first: {table['error'].iloc[0]}")
    best = study.best_trial
    return Found(table, base.set_all(best.params), float(best.value or 0), base.train.select)
