"""Search for settings with Optuna, on the validation part alone."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from ausrec.errors import (
    AusrecError,
    SettingError,
    check_above_zero,
    check_not_negative,
    check_size,
)
from ausrec.experiments.engine import Engine, Failure
from ausrec.experiments.grid import Grid, read_names, read_seeds
from ausrec.experiments.local_engine import LocalEngine
from ausrec.experiments.read_yaml import complaints_about
from ausrec.experiments.run import Run, execute, settings_of
from ausrec.experiments.space import Space, check_given, check_space, default_space, read_space
from ausrec.experiments.strategies import parse_strategy
from ausrec.experiments.trials import (
    Trial,
    batches,
    finished,
    keep,
    open_study,
    settings_of_trial,
)
from ausrec.progress import progress
from ausrec.training.recipe import Recipe


@dataclass(frozen=True)
class Search:
    """What is searched: settings of one strategy on one set of tasks of one data set.

    search(Search("ausrec", dataset="lastfm", seeds=3), 30, "runs/search/trials.journal")
    """

    strategy: str
    """Name of a weighting; settings given in parentheses are not searched."""

    tasks: str = "all"
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
            AusrecError: on several strategies, a derived one, no seed, a batch of nothing, or
                given settings that are not in the space.
        """
        read_seeds(self.seeds)
        if len(read_names(self.strategy, "strategy")) != 1:
            raise SettingError("strategy", f"is '{self.strategy}': a search takes one strategy")
        check_above_zero(batch=self.batch)
        check_not_negative(**{"the seed of the search": self.seed})
        if parse_strategy(self.strategy).is_derived:
            raise AusrecError(
                f"strategy '{self.strategy}' takes the weights of another run: search the settings "
                "of 'ausrec' instead"
            )
        check_given(self.given, self.searched)

    @property
    def searched(self) -> Space:
        """The space, the default one filled in."""
        if isinstance(self.space, Path):
            return read_space(self.space)
        return default_space(parse_strategy(self.strategy)) if self.space is None else self.space

    def runs(self) -> list[Run]:
        """Return the runs of a trial, one for each seed, with the settings as they are.

        Raises:
            AusrecError: when something is unknown or impossible, or the space does not fit.
        """
        datasets = () if self.dataset is None else (self.dataset,)
        grid = Grid(
            (self.strategy,),
            (self.tasks,),
            self.seeds,
            datasets,
            self.base,
            weighting=self.weighting,
        )
        runs = grid.runs(show=False, read_test=False)
        if len({run.tasks for run in runs}) != 1:
            raise AusrecError(f"tasks '{self.tasks}' are several sets: search one at a time")
        with complaints_about(self.space) if isinstance(self.space, Path) else nullcontext():
            check_space(self.searched, runs[0].recipe)
        return runs


@dataclass(frozen=True)
class Found:
    """What a search has found."""

    trials: pd.DataFrame
    """One row a trial, in their order: trial, value (mean of the seeds, NaN where it failed), std,
    the settings, best_epoch, seconds (means of the seeds), error."""

    best: Recipe
    """The base with the best trial's settings, and the first seed."""

    value: float
    """The best trial's mean validation metric."""

    metric: str
    """Which metric that is."""


def validate(run: Run) -> dict[str, float]:
    """Do a run without reading the test part; return its validation metric and what it took."""
    result = execute(run, read_test=False)
    metric = run.recipe.train.select
    return {
        metric: result.val[metric],
        "best_epoch": float(result.best_epoch),
        "seconds": result.seconds,
    }


def check_trials(trials: int) -> None:
    """Raise `AusrecError` on a number of trials below 1."""
    check_size(trials=trials)
    if trials < 1:
        raise AusrecError(f"{trials} trials find nothing: give 1 or more")


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
    plan gives. The same plan finds the same wherever its runs are done, and however often it was
    stopped between two batches. One process at a time may work on a storage.

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
    check_trials(trials)
    runs = plan.runs()
    recipe, space = runs[0].recipe, plan.searched
    decides = {
        "its recipe": settings_of(recipe),
        "its seeds": [run.seed for run in runs],
        "the search's seed": plan.seed,
        "its batch": plan.batch,
        "what it is given": [dict(settings) for settings in plan.given],
    }
    start = {name: recipe.get(name) for name in space}
    first = [start, *({**start, **settings} for settings in plan.given)]
    study = open_study(storage, decides, space, first)
    with progress(range(trials), "trials", show=show) as bar:
        bar.update(min(trials, len(finished(study))))
        for batch in batches(study, space, trials, seed=plan.seed, size=plan.batch):
            settings = [settings_of_trial(trial, space) for trial in batch]
            for place, outcomes in _do(settings, runs, engine or LocalEngine()):
                keep(study, batch[place], recipe.train.select, outcomes)
                bar.update()
    return _found(finished(study), space, recipe)


def _do(
    settings: Sequence[Mapping[str, Any]], runs: Sequence[Run], engine: Engine
) -> Iterator[tuple[int, list[dict[str, float] | Failure]]]:
    """Do the runs of some trials; yield a trial's place and outcomes when its last seed is done."""
    jobs = [replace(r, recipe=r.recipe.set_all(each)) for each in settings for r in runs]
    outcomes: dict[int, dict[int, dict[str, float] | Failure]] = {}
    for place, outcome in engine.map(jobs, validate):
        trial, seed = divmod(place, len(runs))
        outcomes.setdefault(trial, {})[seed] = outcome
        if len(outcomes[trial]) == len(runs):
            # In the order of the seeds: a mean depends on it in the last bit.
            yield trial, [outcomes[trial][seed] for seed in range(len(runs))]


def _found(trials: Sequence[tuple[Trial, dict[str, Any]]], space: Space, base: Recipe) -> Found:
    metric = base.train.select
    rows = []
    for trial, left in trials:
        columns = [metric, "best_epoch", "seconds"]
        scores = pd.DataFrame(left["scores"], columns=columns, dtype=float)
        mean = scores.mean()
        value = {"trial": trial.number, "value": mean[metric], "std": scores[metric].std()}
        took = {name: mean[name] for name in ("best_epoch", "seconds")}
        rows.append({**value, **settings_of_trial(trial, space), **took, "error": left["error"]})
    table = pd.DataFrame(rows)
    if table["value"].isna().all():
        raise AusrecError(f"all {len(table)} trials failed; the first: {table['error'].iloc[0]}")
    best = int(table["value"].argmax())
    return Found(
        trials=table,
        best=base.set_all(settings_of_trial(trials[best][0], space)),
        value=float(table["value"].iloc[best]),
        metric=metric,
    )
