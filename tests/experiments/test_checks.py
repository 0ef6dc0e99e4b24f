"""What cannot be done is said before anything is trained."""

from dataclasses import replace
from pathlib import Path

import pytest

from ausrec.errors import AusrecError
from ausrec.experiments.checks import Checked
from ausrec.experiments.strategies import parse_strategy
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.runs.data_config import DataConfig
from ausrec.runs.task_sets import TaskSet
from ausrec.training.config import SplitConfig
from tests.experiments.small import BASE, grid


def test_data_that_does_not_allow_the_grid_is_refused(tmp_path: Path) -> None:
    plays = tmp_path / "plays.csv"
    rows = [f"u{user},i{(user * 3 + step) % 11}" for user in range(12) for step in range(5)]
    plays.write_text("\n".join(["user,item", *rows]))
    base = replace(BASE, data=DataConfig(interactions=str(plays)))
    with pytest.raises(AusrecError, match=r"'published' on tasks 'all' .* samples by social links"):
        grid("published", "all", base=base).runs(show=False)
    with pytest.raises(AusrecError, match="social"):
        grid("equal", "social_link", base=base).runs(show=False)
    with pytest.raises(AusrecError, match="the validation part is empty"):
        grid("equal", base=replace(BASE, split=SplitConfig(val=0.0))).runs(show=False)
    missing = replace(BASE, data=DataConfig(interactions=str(tmp_path / "none.csv")))
    with pytest.raises(AusrecError, match="both the data set 'club' and a table"):
        grid("equal", "all", base=base, datasets="club").runs(show=False)
    with pytest.raises(AusrecError, match="no such file"):
        grid("equal", base=missing).runs(show=False)
    with pytest.raises(AusrecError, match="no data is named"):
        grid("equal", base=replace(BASE, data=DataConfig())).runs(show=False)


def test_data_is_prepared_once_for_each_set_of_tasks() -> None:
    checked, tasks = Checked(BASE, {}), TaskSet.read("social_link")
    assert checked.prepared(tasks) is checked.prepared(tasks)
    assert checked.allowed == list(STRUCTURAL_TASKS)


def test_what_is_wrong_names_strategy_tasks_and_data() -> None:
    checked = Checked(BASE, {})
    checked.check(parse_strategy("none"), TaskSet.read("none"))
    checked.check(parse_strategy("shuffled"), TaskSet.read("social_link+two_hop"))
    where = r"^strategy 'manual' on tasks 'social_link' of club: no weights are given"
    with pytest.raises(AusrecError, match=where):
        checked.check(parse_strategy("manual"), TaskSet.read("social_link"))


@pytest.mark.parametrize(
    ("tasks", "settings", "message"),
    [
        ("sgl", {"model": "mf"}, "task 'sgl': an encoder that propagates"),
        ("xsimgcl", {"model.layers": 1}, "task 'xsimgcl': 2 layers or more are needed"),
        ("xsimgcl(layer=9)", {}, "layer is 9, but the encoder"),
        ("autocf(seeds=5)", {}, r"tasks\.autocf\.seeds is 5.0, but must be a"),
        ("social_link", {"split.test": 0.0}, "the test part is empty, so nothing can be measur"),
        ("social_link", {"train.ks": (10, 5000)}, r"train\.ks is \[10, 5000\].* 5000"),
    ],
)
def test_what_only_training_refused_is_refused_before(
    tasks: str, settings: dict[str, object], message: str
) -> None:
    base = BASE.set("model.layers", 2).set_all(settings)
    with pytest.raises(AusrecError, match=message):
        grid("equal", tasks, base=base).runs(show=False)


def test_a_search_needs_no_test_part() -> None:
    base = replace(BASE, split=SplitConfig(test=0.0))
    assert grid("equal", base=base).runs(show=False, read_test=False)
