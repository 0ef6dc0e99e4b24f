"""A search on the club: by validation alone, the same however it is done or stopped."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

optuna = pytest.importorskip("optuna", reason="the extra 'search' is not installed")

from optuna.distributions import FloatDistribution
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.evaluation import Evaluation
from ausrec.experiments import Failure, SerialEngine, execute
from ausrec.experiments.search import Found, Search, search, validate
from ausrec.runs.trained import Trained
from tests.experiments.small import BASE, equal_run

SPACE = {"train.learning_rate": FloatDistribution(1e-4, 1e-1, log=True), "model.dim": (2, 4)}
PLAN = Search("equal", tasks="social_link", seeds=2, base=BASE, space=SPACE, batch=2)


class Counting(SerialEngine):
    """Does jobs, backwards, and stops for ever after some."""

    def __init__(self, most: int = 10**6) -> None:
        self.done, self.most = 0, most

    def map(self, jobs: Sequence[Any], work: Callable[[Any], Any]) -> Iterator[tuple[int, Any]]:
        for place in reversed(range(len(jobs))):
            if self.done == self.most:
                raise KeyboardInterrupt
            self.done += 1
            yield place, work(jobs[place])


def find(storage: Path, trials: int = 4, plan: Search = PLAN, engine: Any = None) -> Found:
    return search(plan, trials, storage, engine=engine or SerialEngine(), show=False)


def without_seconds(found: Found) -> pd.DataFrame:
    return found.trials.drop(columns="seconds")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """The search, done in one go."""
    return find(tmp_path_factory.mktemp("whole") / "j")


def test_a_trial_is_the_mean_of_its_seeds_on_validation(whole: Found) -> None:
    assert list(whole.trials["trial"]) == [0, 1, 2, 3]
    row = whole.trials.iloc[2]
    values = []
    for run in PLAN.runs():
        settings = {name: row[name] for name in ("train.learning_rate", "model.dim")}
        recipe = run.recipe.set_all({**settings, "model.dim": int(row["model.dim"])})
        values.append(execute(replace(run, recipe=recipe)).val["ndcg@10"])
    assert row["value"] == np.mean(values)
    assert row["std"] == np.std(values, ddof=1)


def test_the_best_trial_is_the_recipe_that_is_given_back(whole: Found) -> None:
    row = whole.trials.loc[whole.trials["value"].idxmax()]
    assert (whole.value, whole.metric) == (row["value"], "ndcg@10")
    assert whole.best.train.learning_rate == row["train.learning_rate"]
    assert whole.best.get("model.dim") == row["model.dim"]
    assert (whole.best.weighting.name, whole.best.train.seed) == ("equal", 0)


def test_the_first_trial_has_the_settings_as_they_are(whole: Found) -> None:
    first = whole.trials.iloc[0]
    assert first["train.learning_rate"] == BASE.train.learning_rate
    assert first["model.dim"] == BASE.get("model.dim")


def test_what_is_given_is_tried_next_and_the_rest_as_in_the_first(
    tmp_path: Path, whole: Found
) -> None:
    plan = replace(PLAN, given=[{"model.dim": 2}, {"train.learning_rate": 0.02}])
    found = find(tmp_path / "j", trials=3, plan=plan)
    start = whole.trials.iloc[0]
    tried = found.trials[list(SPACE)].to_dict("records")
    assert tried[0] == {name: start[name] for name in SPACE}
    assert tried[1] == {**tried[0], "model.dim": 2}
    assert tried[2] == {**tried[0], "train.learning_rate": 0.02}
    with pytest.raises(AusrecError, match="holds a search that differs in what it is given"):
        find(tmp_path / "j", trials=3, plan=replace(plan, given=[]))


def test_a_killed_search_goes_on_and_repeats_no_finished_trial(
    whole: Found, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        # Of 8 runs: one trial of the second batch is finished, the other half done.
        find(tmp_path / "j", engine=Counting(7))
    rest = Counting()
    again = find(tmp_path / "j", engine=rest)
    assert rest.done == 2
    # The trial that was cut short is done again, under another number.
    assert again.trials["trial"].tolist() == [0, 1, 3, 4]
    order = ["train.learning_rate", "model.dim"]
    one, other = (
        without_seconds(found).drop(columns="trial").sort_values(order, ignore_index=True)
        for found in (again, whole)
    )
    pd.testing.assert_frame_equal(one, other)
    none = Counting()
    find(tmp_path / "j", engine=none)
    assert none.done == 0


def test_the_test_part_is_never_read(
    whole: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rank = Trained.rank

    def watched(self: Trained, part: HeteroData, *given: Any) -> Evaluation:
        assert part is not self.splits.test, "the test part was read"
        return rank(self, part, *given)

    monkeypatch.setattr(Trained, "rank", watched)
    with pytest.raises(AssertionError, match="was read"):
        execute(equal_run())
    found = find(tmp_path / "j")
    assert (found.trials["error"] == "").all()
    pd.testing.assert_frame_equal(without_seconds(found), without_seconds(whole))


def test_failed_trials_are_told_and_counted(tmp_path: Path) -> None:
    space = {"train.learning_rate": (5e-3, 1e30)}
    base = replace(BASE, train=replace(BASE.train, epochs=2, batch_size=1024))
    plan = replace(PLAN, space=space, seeds=1, base=base)
    found = find(tmp_path / "j", 6, plan)
    failed = found.trials[found.trials["train.learning_rate"] == 1e30]
    assert len(found.trials) == 6 and len(failed) > 0
    assert failed["value"].isna().all() and (failed["error"] != "").all()
    assert found.best.train.learning_rate == 5e-3
    with pytest.raises(AusrecError, match="all 2 trials failed; the first: "):
        find(tmp_path / "k", 2, replace(plan, space={"train.learning_rate": (1e30,)}))


def test_what_is_measured_is_the_metric_that_chooses_epochs() -> None:
    run = equal_run()
    measured = validate(run)
    assert measured["value"] == execute(run).val["ndcg@10"]
    assert measured.keys() == {"value", "best_epoch", "seconds"}
    assert not isinstance(measured, Failure)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"strategy": "equal,none"}, "strategy is 'equal,none': a search takes one strategy"),
        ({"strategy": "frozen"}, "takes the weights of another run"),
        ({"strategy": "eqal"}, "strategy 'eqal' is unknown; did you mean 'equal'"),
        ({"batch": 0}, "batch is 0, but must be above 0"),
        ({"batch": 2**63}, r"batch is about 2\^63, but must be below"),
        ({"seed": 2**70}, r"the seed of the search is about 2\^70, but must be below"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(AusrecError, match=words):
        replace(PLAN, **changes)


def test_what_shows_with_the_data_is_refused_before_anything_is_kept(tmp_path: Path) -> None:
    for changes, words in (
        ({"tasks": "alone"}, "are several sets: search one at a time"),
        ({"tasks": "socal_link"}, "did you mean 'social_link'"),
        ({"space": {"weighting.scale": (1.0, 2.0)}}, "weighting.scale is no setting of 'equal'"),
        ({"given": [{"train.l2": 0.1}]}, "train.l2: 0.1 is given to be tried, and is not in the"),
        ({"given": [{"model.dim": 3}]}, "model.dim: 3 is given to be tried, and is not in the"),
    ):
        with pytest.raises(AusrecError, match=words):
            find(tmp_path / "j", 1, replace(PLAN, **changes))
    with pytest.raises(AusrecError, match=r"trials is about 2\^63, but must be below"):
        find(tmp_path / "j", 2**63)
    with pytest.raises(AusrecError, match="trials is 0, but must be above 0"):
        find(tmp_path / "j", 0)
    assert list(tmp_path.iterdir()) == []
