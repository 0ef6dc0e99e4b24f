"""What may be searched: read, refused, and fit for every strategy."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("optuna", reason="the extra 'search' is not installed")

from optuna.distributions import (
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from ausrec.errors import AusrecError
from ausrec.experiments.space import (
    Values,
    check_space,
    default_space,
    holds,
    read_space,
)
from ausrec.experiments.strategies import DERIVED, parse_strategy
from ausrec.runs.recipe import STRATEGIES, Recipe
from tests.experiments.small import BASE


@pytest.mark.parametrize("name", STRATEGIES)
def test_the_default_space_fits_every_strategy(name: str) -> None:
    strategy = parse_strategy(name)
    recipe = Recipe().without_tasks() if name == "none" else strategy.apply(Recipe(), {})
    check_space(default_space(strategy), recipe)


def test_what_a_strategy_was_given_is_not_searched() -> None:
    assert "weighting.weight" in default_space(parse_strategy("equal"))
    assert "weighting.weight" not in default_space(parse_strategy("equal(weight=0.1)"))
    assert "train.task_batch_size" not in default_space(parse_strategy("none"))
    assert not set(DERIVED) & set(STRATEGIES)


def test_a_space_is_read_from_yaml(tmp_path: Path) -> None:
    file = tmp_path / "space.yaml"
    file.write_text(
        "train.learning_rate: {low: 1e-4, high: 0.01, log: true}\n"
        "train.batch_size: {low: 256, high: 4096}\n"
        "train.l2: {low: 0, high: 1}\n"
        "model.dim: [8, 16]\n"
        "tasks: [all, all+sgl]\n"
    )
    space = read_space(file)
    assert space == {
        "train.learning_rate": FloatDistribution(1e-4, 1e-2, log=True),
        "train.batch_size": IntDistribution(256, 4096),
        "train.l2": IntDistribution(0, 1),
        "model.dim": (8, 16),
        "tasks": ("all", "all+sgl"),
    }
    # A range between whole numbers holds the others, too, where the setting does.
    found = check_space(space, BASE)
    assert found["train.l2"] == FloatDistribution(0, 1)
    assert found["train.batch_size"] == space["train.batch_size"]
    assert found["model.dim"] == CategoricalDistribution((8, 16))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no settings in it"),
        ("[1]", "no settings in it"),
        ("a: [", "no valid YAML"),
        ("train.learnin_rate: [1]", ":1: train.learnin_rate is no setting; did you mean"),
        ("train.l2: 3", r":1: train\.l2 must be a list of values, or a range, as \{low"),
        ("train.l2: []", "must be a list"),
        ("train.l2: {low: 0, high: 1, step: 2}", "must be a list"),
        ("train.l2: {low: a, high: 1}", "train.l2 has no range from a to 1"),
        ("train.l2: {low: 2, high: 1}", "no range from 2 to 1"),
        ("train.l2: {low: 0, high: 1, log: true}", "no range from 0 to 1"),
        ("train: {l2: [1]}", ":1: train is a group of settings: name one, as train.epochs"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "space.yaml"
    file.write_text(text)
    with pytest.raises(AusrecError, match=words) as raised:
        read_space(file)
    assert str(raised.value).startswith(f"{file}:") and "\n" not in str(raised.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AusrecError, match="cannot be read"):
        read_space(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("train.seed", (0, 1), "cannot be searched: it is chance"),
        ("data.dataset", ("club",), "cannot be searched: it names the data"),
        ("split.val", (0.1, 0.2), "decides what is measured"),
        ("train.l2", FloatDistribution(0, float("inf")), "^train.l2 is inf, but must be"),
        ("weighting", ("equal",), "search each with the same number"),
        ("weighting.radius", FloatDistribution(0.1, 0.9), "is no setting of 'ausrec'"),
        ("train.batch_size", FloatDistribution(1, 2), "must be"),
        ("train.learning_rate", FloatDistribution(-1, 0), "must be above 0"),
        ("model", ("lightgn",), "^model 'lightgn' is unknown; did you mean"),
        ("tasks", ("socal_link",), "^tasks 'socal_link' is unknown; did you mean"),
    ],
)
def test_what_a_recipe_cannot_have_is_refused(name: str, values: object, words: str) -> None:
    with pytest.raises(AusrecError, match=words):
        check_space({name: values}, Recipe())


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("model.dim", (0, 8), "^model.dim is 0, but must be above 0"),
        (
            "model.layers",
            IntDistribution(1, 3),
            "^model.layers cannot be 1 in this search: task 'xsimgcl': 2 layers or more are needed",
        ),
        ("tasks.xsimgcl.noise", (float("nan"),), "tasks.xsimgcl.noise is nan, but must be"),
    ],
)
def test_what_no_run_can_have_is_refused(name: str, values: Values, words: str) -> None:
    tasks = replace(BASE, tasks="xsimgcl", model="lightgcn(dim=4, layers=2)")
    with pytest.raises(AusrecError, match=words):
        check_space({name: values}, tasks)


def test_nothing_to_search_is_refused() -> None:
    with pytest.raises(AusrecError, match="nothing to search"):
        check_space({}, Recipe())


@pytest.mark.parametrize(
    ("values", "inside", "outside"),
    [
        (FloatDistribution(1, 3), 2.5, 4),
        (IntDistribution(1, 3), 3, None),
        (CategoricalDistribution((1, "a")), "a", 2),
    ],
)
def test_what_a_space_holds(values: Any, inside: object, outside: object) -> None:
    assert holds(values, inside) and not holds(values, outside)
