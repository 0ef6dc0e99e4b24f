"""The trials of a search, kept by Optuna so that a killed search goes on where it stopped."""

import importlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ausrec.errors import AusrecError
from ausrec.experiments.engine import Failure
from ausrec.experiments.search.space import Range, Space, Values, holds

NAME, PLAN = "ausrec", "plan"


@dataclass(frozen=True)
class Trial:
    """One choice of settings, and what came of it."""

    number: int
    """Its place among all trials, from 0."""

    settings: Mapping[str, Any]
    """Values by dotted name."""

    scores: tuple[Mapping[str, float], ...] = ()
    """What each seed measured; empty while it is not finished, or where it failed."""

    error: str = ""
    """Why it failed."""

    def mean(self, quantity: str) -> float:
        """Return the mean over the seeds; NaN where there are none."""
        numbers = [score[quantity] for score in self.scores]
        return float(np.mean(numbers)) if numbers else float("nan")


class Trials:
    """The trials of one search in a storage.

    Attributes:
        space: what is searched.
    """

    def __init__(
        self,
        storage: str | Path,
        space: Space,
        first: Sequence[Mapping[str, Any]],
        plan: Mapping[str, Any],
        *,
        seed: int,
        batch: int,
    ) -> None:
        """Open a storage.

        Args:
            storage: a journal file, or the URL of a database that Optuna knows.
            space: what is searched.
            first: settings of the first trials, as far as the space holds them.
            plan: everything that decides what is found, by what to call it.
            seed: of the search.
            batch: trials that are chosen at a time.

        Raises:
            AusrecError: when Optuna is not installed, or the storage cannot be opened or holds
                another search.
        """
        try:
            self._optuna: Any = importlib.import_module("optuna")
        except ImportError as error:
            raise AusrecError("Optuna is not installed: pip install 'ausrec[search]'") from error
        self.space, self._seed, self._batch = space, seed, batch
        self._distributions = {n: self._distribution(values) for n, values in space.items()}
        # Optuna tells every trial on standard error.
        self._optuna.logging.set_verbosity(self._optuna.logging.ERROR)
        self._study = self._open(storage)
        self._claim(storage, json.loads(json.dumps(plan)))
        if not self._study.trials:
            for settings in first:
                # What is not in it, Optuna chooses.
                inside = {n: _stored(v) for n, v in settings.items() if holds(space[n], v)}
                self._study.enqueue_trial(inside)

    def _open(self, storage: str | Path) -> Any:
        try:
            place: Any = str(storage)
            if "://" not in place:
                file = Path(storage).expanduser()
                file.parent.mkdir(parents=True, exist_ok=True)
                storages = self._optuna.storages
                place = storages.JournalStorage(storages.journal.JournalFileBackend(str(file)))
            return self._optuna.create_study(
                storage=place, study_name=NAME, direction="maximize", load_if_exists=True
            )
        except Exception as error:  # each kind of database raises its own
            words = " ".join(str(error).split())
            raise AusrecError(
                f"{storage}: trials cannot be kept here ({words}); name a file in a folder that "
                "you may write, or a database, as sqlite:///trials.db"
            ) from error

    def _claim(self, storage: str | Path, plan: dict[str, Any]) -> None:
        known = self._study.user_attrs.get(PLAN)
        if known is None:
            self._study.set_user_attr(PLAN, plan)
        elif known != plan:
            differ = ", ".join(name for name in plan if known.get(name) != plan[name])
            raise AusrecError(
                f"{storage}: holds a search that differs in {differ}; repeat its command, or "
                "choose another folder"
            )

    def finished(self) -> list[Trial]:
        """Return the trials that have ended, in their order."""
        known = self._study.user_attrs
        return [
            Trial(t.number, self._settings(t), tuple(left["scores"]), left["error"])
            for t in self._study.trials
            if t.state.is_finished() and (left := known.get(_key(t.number)))
        ]

    def batches(self, number: int) -> Iterator[list[Trial]]:
        """Yield trials to do until `number` of them have ended.

        First come those that a killed search had begun. Each batch must be told before the next.
        """
        running = (self._optuna.trial.TrialState.RUNNING,)
        begun = []
        for trial in self._study.get_trials(states=running):
            if trial.params.keys() == self.space.keys():
                begun.append(Trial(trial.number, self._settings(trial)))
            else:  # killed while it was being chosen
                self._study.tell(trial.number, state=self._optuna.trial.TrialState.FAIL)
        if begun:
            yield begun
        while (done := len(self.finished())) < number:
            # Seeded by how far the search has come, so that one that was stopped chooses alike.
            state = np.random.SeedSequence([self._seed, done]).generate_state(1)
            self._study.sampler = self._optuna.samplers.TPESampler(seed=int(state[0]))
            chosen = [
                self._study.ask(fixed_distributions=self._distributions)
                for _ in range(min(self._batch - done % self._batch, number - done))
            ]
            yield [Trial(trial.number, self._settings(trial)) for trial in chosen]

    def tell(
        self, trial: Trial, metric: str, outcomes: Sequence[Mapping[str, float] | Failure]
    ) -> None:
        """Keep what came of a trial.

        Args:
            trial: the trial.
            metric: the quantity whose mean is its value.
            outcomes: of its seeds.
        """
        errors = [each.error for each in outcomes if isinstance(each, Failure)]
        scores = [dict(each) for each in outcomes if not isinstance(each, Failure)]
        left = {"scores": [] if errors else scores, "error": errors[0] if errors else ""}
        self._study.set_user_attr(_key(trial.number), left)
        if errors:
            self._study.tell(trial.number, state=self._optuna.trial.TrialState.FAIL)
        else:
            value = float(np.mean([score[metric] for score in scores]))
            self._study.tell(trial.number, value)

    def _settings(self, trial: Any) -> dict[str, Any]:
        """Return a trial's settings as a recipe takes them, in the order of the space."""
        found = trial.params
        return {
            name: values[[_stored(v) for v in values].index(found[name])]
            if isinstance(values, tuple)
            else found[name]
            for name, values in self.space.items()
            if name in found
        }

    def _distribution(self, values: Values) -> Any:
        kinds = self._optuna.distributions
        if isinstance(values, tuple):
            return kinds.CategoricalDistribution([_stored(value) for value in values])
        if values.whole:
            return kinds.IntDistribution(int(values.low), int(values.high), log=values.log)
        return kinds.FloatDistribution(values.low, values.high, log=values.log)


def describe_space(space: Space) -> dict[str, Any]:
    """Return a space as JSON can hold it."""
    return {
        name: asdict(values) if isinstance(values, Range) else list(values)
        for name, values in space.items()
    }


def _key(number: int) -> str:
    return f"trial {number}"


def _stored(value: Any) -> Any:
    """Return a value as a storage can hold it: plain, or as JSON."""
    plain = value is None or isinstance(value, bool | int | float | str)
    return value if plain else json.dumps(value)
