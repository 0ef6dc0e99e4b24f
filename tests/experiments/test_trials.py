"""Trials in a storage: chosen from a seed, kept, and continued after a kill at any point."""

import sys
from importlib import reload
from pathlib import Path
from typing import Any

import pytest

optuna = pytest.importorskip("optuna", reason="the extra 'search' is not installed")

from optuna.distributions import FloatDistribution, IntDistribution

from ausrec.errors import AusrecError
from ausrec.experiments import space as space_module
from ausrec.experiments.engine import Failure
from ausrec.experiments.trials import batches, finished, keep, open_study, settings_of_trial

SPACE = {
    "train.l2": FloatDistribution(1e-6, 1e-1, log=True),
    "train.batch_size": IntDistribution(1, 9),
    "tasks.names": ("all", ("two_hop", "social_link")),
}
FIRST = [{"train.l2": 1e-3, "train.batch_size": 100, "tasks.names": "all"}]


def opened(storage: Any, plan: Any = None) -> Any:
    return open_study(storage, plan or {"a": 1, "b": [2]}, SPACE, FIRST)


def some(study: Any, number: int, seed: int = 0) -> Any:
    return batches(study, SPACE, number, seed=seed, size=4)


def score(trial: Any) -> dict[str, float]:
    return {"v": trial.params["train.l2"] * trial.params["train.batch_size"]}


def do(study: Any, number: int, seed: int = 0) -> list[dict[str, Any]]:
    """Run a search whose value is a formula; return all settings."""
    for batch in some(study, number, seed):
        for trial in reversed(batch):
            keep(study, trial, "v", [score(trial)])
    return [settings_of_trial(trial, SPACE) for trial, _ in finished(study)]


def test_the_first_trial_is_the_start_where_the_space_holds_it(tmp_path: Path) -> None:
    first = do(opened(tmp_path / "j"), 1)[0]
    assert (first["train.l2"], first["tasks.names"]) == (1e-3, "all")
    assert first["train.batch_size"] in range(1, 10)


def test_settings_come_as_a_recipe_takes_them(tmp_path: Path) -> None:
    found = do(opened(tmp_path / "j"), 12)
    assert {each["tasks.names"] for each in found} == set(SPACE["tasks.names"])
    assert all(type(each["train.batch_size"]) is int for each in found)
    assert all(list(each) == list(SPACE) for each in found)


def test_the_same_seed_chooses_the_same_and_another_does_not(tmp_path: Path) -> None:
    one = do(opened(tmp_path / "a"), 14)
    assert do(opened(tmp_path / "b"), 14) == one
    assert do(opened(f"sqlite:///{tmp_path / 'c.db'}"), 14) == one
    assert do(opened(tmp_path / "d"), 14, seed=1) != one


def test_a_search_that_is_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole = do(opened(tmp_path / "a"), 16)
    file = tmp_path / "b"
    do(opened(file), 8)
    # Killed within the third batch: two of its trials are kept, two are only begun.
    study = opened(file)
    batch = next(some(study, 16))
    for trial in batch[1:3]:
        keep(study, trial, "v", [score(trial)])
    begun = next(some(opened(file), 16))
    assert [trial.number for trial in begun] == [batch[0].number, batch[3].number]
    assert do(opened(file), 16) == whole
    # What is finished is not chosen again.
    assert list(some(opened(file), 16)) == []


def test_a_trial_that_was_killed_while_being_chosen_does_not_count(tmp_path: Path) -> None:
    opened(tmp_path / "j").ask(fixed_distributions={"train.l2": SPACE["train.l2"]})
    study = opened(tmp_path / "j")
    assert len(do(study, 3)) == 3
    assert [trial.number for trial, _ in finished(study)] == [1, 2, 3]


def test_seeds_are_averaged_and_a_failed_one_fails_the_trial(tmp_path: Path) -> None:
    study = opened(tmp_path / "j")
    one, two, *_ = next(some(study, 4))
    keep(study, one, "v", [{"v": 1.0, "s": 3.0}, {"v": 2.0, "s": 5.0}])
    keep(study, two, "v", [{"v": 1.0, "s": 3.0}, Failure("ValueError: no")])
    (good, scores), (bad, nothing) = finished(opened(tmp_path / "j"))
    assert (good.value, bad.value) == (1.5, None)
    assert scores == {"scores": [{"v": 1.0, "s": 3.0}, {"v": 2.0, "s": 5.0}], "error": ""}
    assert nothing == {"scores": [], "error": "ValueError: no"}


def test_another_search_in_the_same_place_is_refused(tmp_path: Path) -> None:
    opened(tmp_path / "j")
    opened(tmp_path / "j")
    with pytest.raises(AusrecError, match="holds a search that differs in b; repeat its command"):
        opened(tmp_path / "j", {"a": 1, "b": [3]})


@pytest.mark.parametrize("storage", ["nonsense://x", "sqlite:///none/of/this.db"])
def test_a_storage_that_cannot_be_is_one_line(storage: str) -> None:
    with pytest.raises(AusrecError, match="trials cannot be kept here") as raised:
        opened(storage)
    assert "\n" not in str(raised.value)


def test_a_missing_library_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("optuna", "optuna.distributions"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(AusrecError, match=r"pip install 'ausrec\[search\]'"):
        reload(space_module)
