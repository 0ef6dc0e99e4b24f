"""Trials in a storage: chosen from a seed, kept, and continued after a kill at any point."""

import sys
from importlib import reload
from pathlib import Path
from typing import Any

import pytest

optuna = pytest.importorskip("optuna", reason="the extra 'search' is not installed")

from optuna.distributions import (
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from ausrec.errors import AusrecError
from ausrec.experiments import space as space_module
from ausrec.experiments.engine import Failure
from ausrec.experiments.trials import LEFT, batches, ended, keep, open_study

SPACE = {
    "train.l2": FloatDistribution(1e-6, 1e-1, log=True),
    "train.batch_size": IntDistribution(1, 9),
    "weighting.fixed": CategoricalDistribution(("{}", "{sgl: 0.1}")),
}
FIRST = [{"train.l2": 1e-3, "train.batch_size": 100, "weighting.fixed": {"sgl": 0.1}}]


def opened(storage: Any, plan: Any = None) -> Any:
    return open_study(storage, plan or {"a": 1, "b": [2]}, SPACE, FIRST)


def some(study: Any, number: int, seed: int = 0) -> Any:
    return batches(study, SPACE, number, seed=seed, size=4)


def score(trial: Any) -> dict[str, float]:
    return {"value": trial.params["train.l2"] * trial.params["train.batch_size"]}


def do(study: Any, number: int, seed: int = 0) -> list[dict[str, Any]]:
    """Run a search whose value is a formula; return all settings."""
    for batch in some(study, number, seed):
        for trial in reversed(batch):
            keep(study, trial, [score(trial)])
    return [trial.params for trial in ended(study)]


def test_the_first_trial_is_the_start_where_the_space_holds_it(tmp_path: Path) -> None:
    first = do(opened(tmp_path / "j"), 1)[0]
    assert (first["train.l2"], first["weighting.fixed"]) == (1e-3, "{sgl: 0.1}")
    assert first["train.batch_size"] in range(1, 10)


def test_the_same_seed_chooses_the_same_and_another_does_not(tmp_path: Path) -> None:
    one = do(opened(tmp_path / "a"), 14)
    assert do(opened(tmp_path / "b"), 14) == one
    assert do(opened(f"sqlite:///{tmp_path / 'c.db'}"), 14) == one
    assert do(opened(tmp_path / "d"), 14, seed=1) != one


def test_a_search_that_is_stopped_between_batches_goes_on_as_if_it_had_not_been(
    tmp_path: Path,
) -> None:
    whole = do(opened(tmp_path / "a"), 16)
    do(opened(tmp_path / "b"), 8)
    assert do(opened(tmp_path / "b"), 16) == whole
    # What is finished is not chosen again.
    assert list(some(opened(tmp_path / "b"), 16)) == []


def test_trials_that_a_killed_search_had_begun_are_done_once_more(tmp_path: Path) -> None:
    study = opened(tmp_path / "j")
    batch = next(some(study, 8))
    for trial in batch[1:3]:
        keep(study, trial, [score(trial)])
    # One was killed while it was being chosen.
    study.ask(fixed_distributions={"train.l2": SPACE["train.l2"]})
    again = do(opened(tmp_path / "j"), 8)
    assert len(again) == 8
    assert again[:4] == [batch[place].params for place in (1, 2, 0, 3)]


def test_seeds_are_averaged_and_a_failed_one_fails_the_trial(tmp_path: Path) -> None:
    study = opened(tmp_path / "j")
    one, two, *_ = next(some(study, 4))
    keep(study, one, [{"value": 1.0, "seconds": 3.0}, {"value": 2.0, "seconds": 5.0}])
    keep(study, two, [{"value": 1.0, "seconds": 3.0}, Failure("ValueError: no")])
    good, bad = ended(opened(tmp_path / "j"))
    assert (good.value, bad.value) == (1.5, None)
    assert good.user_attrs[LEFT] == {"std": 0.5**0.5, "seconds": 4.0, "error": ""}
    assert bad.user_attrs[LEFT] == {"error": "ValueError: no"}


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


def test_a_journal_that_is_cut_in_its_last_line_goes_on(tmp_path: Path) -> None:
    whole = do(opened(tmp_path / "a"), 8)
    do(opened(tmp_path / "b"), 5)
    journal = (tmp_path / "b").read_bytes()
    for cut in (1, 9, journal.rstrip().rfind(b"\n") - len(journal)):
        (tmp_path / "b").write_bytes(journal[: -abs(cut)])
        assert len(do(opened(tmp_path / "b"), 8)) == len(whole)


def test_a_file_that_is_no_journal_is_not_appended_to(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(AusrecError, match="is there, and is not the journal of a search"):
        opened(tmp_path / "thesis.txt")
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_lock_that_a_killed_process_has_left_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a.lock").symlink_to(tmp_path / "a")
    do(opened(tmp_path / "a"), 1)
