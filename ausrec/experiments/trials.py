"""The trials of a search, kept by Optuna so that a killed search goes on where it stopped."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
from optuna.distributions import distribution_to_json
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.storages.journal._file import BaseJournalFileLock
from optuna.trial import FrozenTrial, TrialState

from ausrec.errors import AusrecError, complaint
from ausrec.experiments.engine import Failure
from ausrec.experiments.space import Distributions, holds, stored
from ausrec.files import write_whole

# Under these names a study keeps what decides about it, and a trial what came of it.
PLAN, LEFT = "plan", "left"


def open_study(
    storage: str | Path,
    plan: Mapping[str, Any],
    space: Distributions,
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
    ranges = {name: distribution_to_json(values) for name, values in space.items()}
    plan = json.loads(json.dumps({**plan, "its space": ranges}))
    known = study.user_attrs.get(PLAN, plan)
    if known != plan:
        differ = ", ".join(name for name in plan if known.get(name) != plan[name])
        raise AusrecError(
            f"{storage}: holds a search that differs in {differ}; repeat its command, or choose "
            "another folder"
        )
    study.set_user_attr(PLAN, plan)
    for settings in first if not study.trials else ():
        # What the space does not hold, Optuna chooses.
        plain = {name: stored(value) for name, value in settings.items()}
        study.enqueue_trial({n: v for n, v in plain.items() if holds(space[n], v)})
    for trial in study.get_trials(states=(TrialState.RUNNING,)):
        # A killed search had begun it: it is done once more.
        study.tell(trial.number, state=TrialState.FAIL)
        study.enqueue_trial(trial.params)
    return study


def _open(storage: str | Path) -> optuna.Study:
    # Optuna tells every trial on standard error.
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    place: Any = str(storage)
    if "://" not in place:
        file = Path(storage).expanduser()
        file.parent.mkdir(parents=True, exist_ok=True)
        _mend(file)
    remedy = "name a file in a folder that you may write, or a database, as sqlite:///trials.db"
    with complaint(f"{storage}: trials cannot be kept here", remedy):
        if "://" not in place:
            # The lock of Optuna outlives a process that is killed; that of the folder does not.
            place = JournalStorage(JournalFileBackend(str(file), lock_obj=_NoLock()))
        return optuna.create_study(
            storage=place, study_name="ausrec", direction="maximize", load_if_exists=True
        )


class _NoLock(BaseJournalFileLock):
    """Takes the place of Optuna's lock: one process at a time works on a storage."""

    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        pass


def _mend(journal: Path) -> None:
    """Take away the last line of a journal where a kill has cut it off.

    Raises:
        AusrecError: when the file is no journal.
    """
    if not journal.exists():
        return
    content = journal.read_bytes() if journal.is_file() else b"no plain file"
    whole = content[: content.rfind(b"\n") + 1]
    if content and not content.startswith(b'{"op_code":'):
        raise AusrecError(
            f"{journal}: is there, and is not the journal of a search; name another file"
        )
    if len(whole) < len(content):
        write_whole(journal, whole)


def batches(
    study: optuna.Study, space: Distributions, number: int, *, seed: int, size: int
) -> Iterator[list[optuna.Trial]]:
    """Yield trials to do until `number` of them have ended.

    Args:
        study: where they are kept; each batch before the next.
        space: what is searched.
        number: how many trials there are to be.
        seed: of the search.
        size: trials that are chosen at a time.
    """
    while (done := len(ended(study))) < number:
        # Seeded by how far the search has come, so that one that goes on chooses nothing twice.
        state = np.random.SeedSequence([seed, done]).generate_state(1)
        study.sampler = optuna.samplers.TPESampler(seed=int(state[0]))
        size_now = min(size - done % size, number - done)
        yield [study.ask(fixed_distributions=dict(space)) for _ in range(size_now)]


def keep(
    study: optuna.Study, trial: optuna.Trial, outcomes: Sequence[dict[str, float] | Failure]
) -> None:
    """Keep what came of a trial, the mean of its seeds; it fails where one of them does.

    Args:
        study: where it is kept.
        trial: the trial.
        outcomes: of its seeds: `value`, which is searched for, and what else was measured.
    """
    errors = [each.error for each in outcomes if isinstance(each, Failure)]
    if errors:
        trial.set_user_attr(LEFT, {"error": errors[0]})
        study.tell(trial, state=TrialState.FAIL)
        return
    scores = pd.DataFrame(outcomes)
    means = scores.mean().to_dict()
    value = means.pop("value")
    trial.set_user_attr(LEFT, {"std": scores["value"].std(), **means, "error": ""})
    study.tell(trial, value)


def ended(study: optuna.Study) -> list[FrozenTrial]:
    """Return the trials that were done to their end, in their order; failed ones, too."""
    return [
        trial for trial in study.trials if LEFT in trial.user_attrs and trial.state.is_finished()
    ]
