"""Trials in a storage: chosen from a seed, kept, and continued after a kill at any point."""

import sys
from pathlib import Path
from typing import Any

import pytest

from ausrec.errors import AusrecError
from ausrec.experiments.engine import Failure
from ausrec.experiments.search.space import Range
from ausrec.experiments.search.trials import Trial, Trials

pytest.importorskip("optuna", reason="the extra 'search' is not installed")

SPACE = {
    "train.l2": Range(1e-6, 1e-1, log=True),
    "train.batch_size": Range(1, 9, whole=True),
    "tasks.names": ("all", ("two_hop", "social_link")),
}


def open_trials(storage: Any, *, plan: Any = None, batch: int = 4, seed: int = 0) -> Trials:
    start = {"train.l2": 1e-3, "train.batch_size": 100, "tasks.names": "all"}
    return Trials(storage, SPACE, [start], plan or {"a": 1, "b": [2]}, seed=seed, batch=batch)


def score(trial: Trial) -> float:
    return trial.settings["train.l2"] * trial.settings["train.batch_size"]


def do(trials: Trials, number: int) -> list[dict[str, Any]]:
    """Run a search whose value is a formula; return all settings."""
    for batch in trials.batches(number):
        for trial in reversed(batch):
            trials.tell(trial, "v", [{"v": score(trial)}])
    return [dict(trial.settings) for trial in trials.finished()]


def test_the_first_trial_is_the_start_where_the_space_holds_it(tmp_path: Path) -> None:
    first = do(open_trials(tmp_path / "j"), 1)[0]
    assert (first["train.l2"], first["tasks.names"]) == (1e-3, "all")
    assert first["train.batch_size"] in range(1, 10)


def test_settings_come_as_a_recipe_takes_them(tmp_path: Path) -> None:
    found = do(open_trials(tmp_path / "j"), 12)
    assert {each["tasks.names"] for each in found} == set(SPACE["tasks.names"])
    assert all(type(each["train.batch_size"]) is int for each in found)
    assert all(list(each) == list(SPACE) for each in found)


def test_the_same_seed_chooses_the_same_and_another_does_not(tmp_path: Path) -> None:
    one = do(open_trials(tmp_path / "a"), 14)
    assert do(open_trials(tmp_path / "b"), 14) == one
    assert do(open_trials(f"sqlite:///{tmp_path / 'c.db'}"), 14) == one
    assert do(open_trials(tmp_path / "d", seed=1), 14) != one


def test_a_search_that_is_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole = do(open_trials(tmp_path / "a"), 16)
    file = tmp_path / "b"
    do(open_trials(file), 8)
    # Killed within the third batch: two of its trials are told, two are only begun.
    trials = open_trials(file)
    batch = next(trials.batches(16))
    for trial in batch[1:3]:
        trials.tell(trial, "v", [{"v": score(trial)}])
    again = open_trials(file)
    begun = next(again.batches(16))
    assert [trial.number for trial in begun] == [batch[0].number, batch[3].number]
    assert do(open_trials(file), 16) == whole
    # What is finished is not chosen again.
    assert list(open_trials(file).batches(16)) == []


def test_a_trial_that_was_killed_while_being_chosen_does_not_count(tmp_path: Path) -> None:
    import optuna

    trials = open_trials(tmp_path / "j")
    partly = {"train.l2": optuna.distributions.FloatDistribution(1e-6, 1e-1, log=True)}
    trials._study.ask(fixed_distributions=partly)
    assert len(do(open_trials(tmp_path / "j"), 3)) == 3
    assert [trial.number for trial in trials.finished()] == [1, 2, 3]


def test_seeds_are_averaged_and_a_failed_one_fails_the_trial(tmp_path: Path) -> None:
    trials = open_trials(tmp_path / "j")
    one, two, *_ = next(trials.batches(4))
    trials.tell(one, "v", [{"v": 1.0, "s": 3.0}, {"v": 2.0, "s": 5.0}])
    trials.tell(two, "v", [{"v": 1.0, "s": 3.0}, Failure("ValueError: no")])
    good, bad = open_trials(tmp_path / "j").finished()
    assert (good.mean("v"), good.mean("s"), good.error) == (1.5, 4.0, "")
    assert (bad.scores, bad.error) == ((), "ValueError: no")
    assert bad.mean("v") != bad.mean("v")  # NaN


def test_another_search_in_the_same_place_is_refused(tmp_path: Path) -> None:
    open_trials(tmp_path / "j")
    open_trials(tmp_path / "j")
    with pytest.raises(AusrecError, match="holds a search that differs in b; repeat its command"):
        open_trials(tmp_path / "j", plan={"a": 1, "b": [3]})


@pytest.mark.parametrize("storage", ["nonsense://x", "sqlite:///none/of/this.db"])
def test_a_storage_that_cannot_be_is_one_line(storage: str) -> None:
    with pytest.raises(AusrecError, match="trials cannot be kept here") as raised:
        open_trials(storage)
    assert "\n" not in str(raised.value)


def test_a_missing_library_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(AusrecError, match=r"pip install 'ausrec\[search\]'"):
        open_trials(tmp_path / "j")
