"""The trials of a search, kept by Optuna so that a killed search goes on where it stopped."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from ausrec.errors import AusrecError
from ausrec.experiments.engine import Failure
from ausrec.experiments.space import Space, holds

Trial: TypeAlias = optuna.Trial | optuna.trial.FrozenTrial
FINISHED, FAILED = optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.FAIL
PLAN = "plan"


def open_study(
    storage: str | Path,
    plan: Mapping[str, Any],
    space: Space,
    first: Sequence[Mapping[str, Any]],
) -> optuna.Study:
    """Begin a search in a storage, or go on with the one that is there.

    Args:
        storage: a journal file, or the URL of a database that Optuna knows.
        plan: everything else that decides what is found, by what to call it.
        space: what is searched.
        first: settings of the first trials, as far as the space holds them.

    Raises:
        AusrecError: when the storage cannot be opened, or holds a search with another plan.
    """
    study = _open(storage)
    plan = json.loads(json.dumps({**plan, "its space": describe(space)}))
    known = study.user_attrs.get(PLAN)
    if known is None:
        study.set_user_attr(PLAN, plan)
    elif known != plan:
        differ = ", ".join(name for name in plan if known.get(name) != plan[name])
        raise AusrecError(
            f"{storage}: holds a search that differs in {differ}; repeat its command, or choose "
            "another folder"
        )
    for settings in first if not study.trials else ():
        # What the space does not hold, Optuna chooses.
        inside = {n: _stored(v) for n, v in settings.items() if holds(space[n], v)}
        study.enqueue_trial(inside)
    return study


def _open(storage: str | Path) -> optuna.Study:
    # Optuna tells every trial on standard error.
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        place: Any = str(storage)
        if "://" not in place:
            file = Path(storage).expanduser()
            file.parent.mkdir(parents=True, exist_ok=True)
            place = JournalStorage(JournalFileBackend(str(file)))
        return optuna.create_study(
            storage=place, study_name="ausrec", direction="maximize", load_if_exists=True
        )
    except Exception as error:  # each kind of database raises its own
        words = " ".join(str(error).split())
        raise AusrecError(
            f"{storage}: trials cannot be kept here ({words}); name a file in a folder that "
            "you may write, or a database, as sqlite:///trials.db"
        ) from error


def batches(
    study: optuna.Study, space: Space, number: int, *, seed: int, size: int
) -> Iterator[list[Trial]]:
    """Yield trials to do until `number` of them have ended.

    First come those that a killed search had begun. Each batch must be kept before the next.

    Args:
        study: where they are kept.
        space: what is searched.
        number: how many trials there are to be.
        seed: of the search.
        size: trials that are chosen at a time.
    """
    begun: list[Trial] = []
    for trial in study.get_trials(states=(optuna.trial.TrialState.RUNNING,)):
        if trial.params.keys() == space.keys():
            begun.append(trial)
        else:  # killed while it was being chosen
            study.tell(trial.number, state=FAILED)
    if begun:
        yield begun
    fixed = _distributions(space)
    while (done := len(finished(study))) < number:
        # Seeded by how far the search has come, so that one that was stopped chooses alike.
        state = np.random.SeedSequence([seed, done]).generate_state(1)
        study.sampler = optuna.samplers.TPESampler(seed=int(state[0]))
        size_now = min(size - done % size, number - done)
        yield [study.ask(fixed_distributions=fixed) for _ in range(size_now)]


def keep(
    study: optuna.Study,
    trial: Trial,
    metric: str,
    outcomes: Sequence[Mapping[str, float] | Failure],
) -> None:
    """Keep what came of a trial, which fails where one of its seeds does.

    Args:
        study: where it is kept.
        trial: the trial.
        metric: the quantity whose mean is its value.
        outcomes: of its seeds.
    """
    errors = [each.error for each in outcomes if isinstance(each, Failure)]
    scores = [dict(each) for each in outcomes if not isinstance(each, Failure)]
    left = {"scores": [] if errors else scores, "error": errors[0] if errors else ""}
    study.set_user_attr(_key(trial), left)
    value = None if errors else float(np.mean([score[metric] for score in scores]))
    study.tell(trial.number, value, state=FAILED if errors else FINISHED)


def finished(study: optuna.Study) -> list[tuple[optuna.trial.FrozenTrial, dict[str, Any]]]:
    """Return the trials that have ended, in their order, each with its scores and its error."""
    known = study.user_attrs
    return [
        (trial, left)
        for trial in study.get_trials(states=(FINISHED, FAILED))
        if (left := known.get(_key(trial)))
    ]


def settings_of_trial(trial: Trial, space: Space) -> dict[str, Any]:
    """Return a trial's settings as a recipe takes them, in the order of the space."""
    found = trial.params
    return {
        name: values[[_stored(value) for value in values].index(found[name])]
        if isinstance(values, tuple)
        else found[name]
        for name, values in space.items()
    }


def describe(space: Space) -> dict[str, str]:
    """Return a space as Optuna writes it."""
    to_json = optuna.distributions.distribution_to_json
    return {name: to_json(values) for name, values in _distributions(space).items()}


def _distributions(space: Space) -> dict[str, optuna.distributions.BaseDistribution]:
    kind = optuna.distributions.CategoricalDistribution
    return {
        name: kind([_stored(v) for v in values]) if isinstance(values, tuple) else values
        for name, values in space.items()
    }


def _key(trial: Trial) -> str:
    return f"trial {trial.number}"


def _stored(value: Any) -> Any:
    """Return a value as a storage can hold it: plain, or as JSON."""
    plain = value is None or isinstance(value, bool | int | float | str)
    return value if plain else json.dumps(value)
