"""Quality under one tuning budget: every model is tuned alike, and nothing is done twice."""

import json
from pathlib import Path

import pandas as pd
import pytest

from ausrec.experiments.space import check_space
from ausrec.runs.data_config import DataConfig
from ausrec.runs.prepare import prepare
from ausrec.runs.recipe import Recipe
from ausrec.tasks import OBJECTIVES
from benchmarks.quality import (
    ENCODER,
    EVERY_MODEL,
    MODELS,
    SPACES,
    TRIED,
    main,
    plain,
    row_of,
    runs_of,
    untuned,
    value_of,
)
from benchmarks.tuned import read_tuned

BASE = Recipe(data=DataConfig("club"))


TUNED = Path(__file__).parents[2] / "benchmarks" / "tuned"


@pytest.mark.parametrize("name", MODELS)
def test_the_first_trial_is_the_model_as_it_stands(name: str) -> None:
    check_space(SPACES[name], untuned(name, BASE))
    for setting, values in SPACES[name].items():
        assert value_of(untuned(name, BASE), setting) in values, setting


@pytest.mark.parametrize("name", MODELS)
def test_every_model_tries_the_same_and_each_of_its_strengths(name: str) -> None:
    model = MODELS[name]
    assert [{n: v for n, v in given.items() if n in EVERY_MODEL} for given in model.given] == [
        settings for settings, _ in TRIED
    ]
    for given in model.given:
        assert all(value in SPACES[name][setting] for setting, value in given.items())
    for setting, (less, full) in model.space.items():
        assert full == value_of(untuned(name, BASE), setting) != less
        assert [given.get(setting, full) for given in model.given] == [
            less if low else full for _, low in TRIED
        ]


def test_an_objective_alone_starts_with_its_published_weight() -> None:
    graph = prepare(BASE, show=False, with_tasks=False).splits.train
    alone = {m.tasks: m.start for m in MODELS.values() if m.tasks in OBJECTIVES}
    assert len(alone) == 5
    for task, start in alone.items():
        assert start["weighting.weight"] == OBJECTIVES[task](graph).paper_weight, task


def test_variants_are_called_as_the_models() -> None:
    for name in (ENCODER, "SGL"):
        runs = runs_of(name, untuned(name, BASE), 3, "club")
        assert [(run.recipe.split.seed, run.recipe.train.seed) for run in runs] == [
            (0, 0),
            (1, 1),
            (2, 2),
        ]
        assert {run.dataset for run in runs} == {"club"}
    assert {(run.strategy, run.tasks) for run in runs} == {("SGL", "all")}
    assert runs_of(ENCODER, untuned(ENCODER, BASE), 1, "club")[0].recipe.weighting.name == "none"


def test_a_row_says_what_was_searched_and_nothing_else() -> None:
    row = row_of("SGL", {"model.social": False, "weighting.weight": 0.1}, 0.1234)
    assert row["validation ndcg@10"] == "0.1234"
    assert (row["social"], row["weight"], row["scale"]) == ("out", "0.1", "–")
    assert plain({"sgl": 0.1}) == "sgl 0.1"


def test_the_command_goes_on_where_it_was(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    words = [
        "--dataset", "club", "--models", ENCODER, "SGL", "--trials", "2", "--seeds", "2",
        "--epochs", "1", "--jobs", "1", "--out", str(tmp_path),
    ]  # fmt: skip
    assert main(words) == 0
    table = pd.read_csv(tmp_path / "table.csv")
    cells = table[["strategy", "seed"]].drop_duplicates()
    assert sorted(map(tuple, cells.to_numpy())) == [
        ("SGL", 0),
        ("SGL", 1),
        ("none", 0),
        ("none", 1),
        ("popularity", 0),
        ("popularity", 1),
    ]
    assert "0.0" in capsys.readouterr().out
    tuned = (tmp_path / "tables" / "tuned.md").read_text(encoding="utf-8").splitlines()
    assert [line.split("|")[1].strip() for line in tuned[2:]] == [ENCODER, "SGL"]
    trials = (tmp_path / "tables" / "trials.md").read_text(encoding="utf-8").splitlines()
    assert [line.split("|")[1].strip() for line in trials[2:]] == [ENCODER] * 2 + ["SGL"] * 2
    assert trials[0] == tuned[0] and set(tuned[2:]) <= set(trials[2:])
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").glob("*.parquet")}
    assert main(words) == 0
    assert kept == {p: p.stat().st_mtime_ns for p in (tmp_path / "runs").glob("*.parquet")}
    # Other trials cannot be told from those that are kept by their number alone.
    assert main([*words, "--epochs", "2"]) == 2
    assert "holds a search that differs in its recipe" in capsys.readouterr().err


@pytest.mark.parametrize("file", sorted(TUNED.glob("*.yaml")), ids=lambda file: file.stem)
def test_what_was_found_is_among_what_is_tried(file: Path) -> None:
    for name, best in read_tuned(file, SPACES).items():
        tried = [{}, *MODELS[name].given]
        start = {setting: value_of(untuned(name, BASE), setting) for setting in SPACES[name]}
        assert best.settings in [{**start, **settings} for settings in tried], name
        assert 0 < best.value < 1


def test_what_was_found_need_not_be_searched_again(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    names = [ENCODER, "AusRec published", "mix with learned weights"]
    words = [
        "--dataset", "club", "--models", *names, "--trials", "1", "--seeds", "1", "--epochs", "1",
        "--jobs", "1", "--update-every", "2", "--learning-rate", "0.01", "--patience", "6",
        "--runs", str(tmp_path / "runs"),
    ]  # fmt: skip
    searched, taken = tmp_path / "searched", tmp_path / "taken"
    assert main([*words, "--out", str(searched)]) == 0
    runs = {path.name for path in (tmp_path / "runs").iterdir()}
    kept_runs = [json.loads(path.read_text("utf-8")) for path in (tmp_path / "runs").glob("*.json")]
    # Popularity, and the folder's manifest, have no settings of training.
    trained = [each for run in kept_runs if "train.patience" in (each := run.get("settings", {}))]
    had = [[settings[f"train.{n}"] for n in ("learning_rate", "patience")] for settings in trained]
    assert had == [[0.01, 6]] * 3
    assert main([*words, "--out", str(taken), "--tuned", str(searched / "tuned.yaml")]) == 0
    # The same recipes, so no run was done again, and no search.
    assert {path.name for path in (tmp_path / "runs").iterdir()} == runs
    assert not (taken / "search").exists() and not (taken / "tables" / "trials.md").exists()
    for kept in ("tuned.yaml", "tables/tuned.md", "tables/quality.md"):
        assert (taken / kept).read_text("utf-8") == (searched / kept).read_text("utf-8")
    assert main([*words, "--out", str(taken), "--tuned", str(tmp_path / "no.yaml")]) == 2
    assert "no.yaml: cannot be read" in capsys.readouterr().err
