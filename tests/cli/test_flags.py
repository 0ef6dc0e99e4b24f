"""Flags, files and Python mean the same."""

from pathlib import Path

import pytest

from ausrec.cli.command import Command
from ausrec.cli.flags import EVERYDAY, Flags, setting_of, settings_help
from ausrec.errors import AusrecError
from ausrec.graph import RELATIONS
from ausrec.models import ENCODERS
from ausrec.runs.data_config import DataConfig
from ausrec.runs.recipe import STRATEGIES, Recipe, check_name
from ausrec.runs.recipe_file import read_recipe, to_yaml
from ausrec.tasks import MAIN_LOSSES, OBJECTIVES
from ausrec.training import TrainConfig
from ausrec.weighting.estimators import ESTIMATORS


@Command
def go(*, tasks: str | None = None, flags: Flags) -> None:
    """Go."""


@Command
def stay(*, flags: Flags) -> None:
    """Stay."""


def recipe_of(words: list[str]) -> Recipe:
    recipe: Recipe = stay.read(words)["flags"].recipe()
    return recipe


def test_without_flags_all_settings_have_their_defaults() -> None:
    assert recipe_of([]) == Recipe()


def test_every_everyday_flag_leads_to_a_setting_and_is_in_the_help() -> None:
    for flag, name in EVERYDAY.items():
        assert check_name(name) == name == setting_of(flag)
        assert flag in settings_help()
    assert "--epochs" not in settings_help(["data"])
    assert [setting_of(flag) for flag in ("--out", "--datum", "-k")] == [None] * 3


def test_short_and_full_flags_mean_the_same() -> None:
    short = ["--dataset", "lastfm", "--epochs=7", "--encoder", "mf", "--seed", "3"]
    full = [
        *("--data.dataset", "lastfm", "--train.epochs", "7", "--model", "mf"),
        *("--train.seed", "3"),
    ]
    expected = Recipe(DataConfig("lastfm"), model="mf", train=TrainConfig(epochs=7, seed=3))
    assert recipe_of(short) == recipe_of(full) == expected


def test_settings_of_a_choice_are_written_behind_it_or_as_flags() -> None:
    in_one = recipe_of(["--weighting", "gradnorm(asymmetry=2)"])
    assert recipe_of(["--weighting.asymmetry", "2", "--weighting", "gradnorm"]) == in_one
    assert in_one == Recipe(weighting="gradnorm(asymmetry=2)")
    assert recipe_of(["--tasks", "sgl", "--tasks.sgl.rate=0.3"]).tasks.get("sgl.rate") == 0.3
    assert recipe_of(["--dim", "8"]) == Recipe(model="lightgcn(dim=8)")


def test_metapaths_and_links_may_be_repeated() -> None:
    recipe = recipe_of(
        [
            *("--metapath", "user-item-user", "--link", "item-has-genre=g=1.csv"),
            *("--metapath=user-user-user", "--link=user-in-town=t.csv"),
        ]
    )
    assert str(recipe.tasks) == ("all+metapath(path=user-item-user)+metapath(path=user-user-user)")
    assert recipe.data.links == {"item-has-genre": "g=1.csv", "user-in-town": "t.csv"}


def test_names_that_look_like_numbers_stay_names() -> None:
    assert recipe_of(["--interactions", "2024"]).data.interactions == "2024"


def test_flags_win_over_the_file_wherever_they_are(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("train: {epochs: 3, seed: 4}\nmodel: {dim: 16}\n")
    for words in (["--epochs", "9", "--config", str(file)], ["--config", str(file), "--epochs=9"]):
        expected = Recipe(model="lightgcn(dim=16)", train=TrainConfig(epochs=9, seed=4))
        assert recipe_of(words) == expected


def test_a_recipe_survives_its_file(tmp_path: Path) -> None:
    recipe = Recipe(
        DataConfig(interactions="plays.csv", links={"item-has-genre": "g.csv"}),
        model="mf(dim=3)",
        tasks="two_hop+sgl(temperature=0.1)+metapath(path=user-item-user)",
        weighting="manual(weights={two_hop: 0.5})",
        train=TrainConfig(ks=(10, 3), learning_rate=1e-5, threads=2, loss="ssm(temperature=0.2)"),
    )
    file = tmp_path / "config.yaml"
    file.write_text(to_yaml(recipe, "ausrec train"), encoding="utf-8")
    assert read_recipe(file) == recipe
    assert file.read_text().startswith("# Written by `ausrec train`")


def test_a_file_has_every_setting_of_a_choice_so_that_a_later_default_changes_nothing() -> None:
    text = to_yaml(Recipe(), "ausrec train")
    assert "model: lightgcn(dim=64, layers=3, " in text
    assert "weighting: ausrec(" in text and "meta_share=0.3" in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("train:\n  epochz: 3\n", ":2: train.epochz is no setting; did you mean 'epochs'"),
        ("trian:\n  epochs: 3\n", ":1: trian is no setting; did you mean 'train'"),
        ("model:\n  dim: 4\ntrain:\n  epochs: many\n", ":4: train.epochs is 'many', but must be"),
        ("split:\n  seed: 1\ntrain:\n  seed: x\n", ":4: train.seed is 'x'"),
        ("train:\n  seed: 2\nmodel: lightgn\n", ":3: model 'lightgn' is unknown; did you mean"),
        ("model: lightgcn(dmi=3)\n", ":1: model.dmi is no setting of 'lightgcn'; did you mean"),
        ("model:\n  layers: 2\n  dim: x\n", ":3: model.dim is 'x', but must be a whole number"),
        ("tasks: all+sgll\n", ":1: tasks 'sgll' is unknown; did you mean"),
        ("train:\n  device: null\n", ":2: train.device is 'null'"),
        ("train:\n  seed: 4\n  epochs: 0\n", ":3: train.epochs is 0, but"),
        ("train:\n  select: ndcg@7\n", ":2: train.select is 'ndcg@7', but must be a metric"),
        ("train:\n  ks: 5\n", ":2: train.ks is '5', but must be a list"),
        ("data:\n  links: [1]\n", ":2: data.links is '[1]', but must be a mapping"),
        ("train: 5\n", ":1: train is 5, but must hold settings by name"),
        ("train:\n", ":1: train is null, but must hold settings by name"),
        ("model: null\n", ":1: model is null, but must be a text, as NAME"),
        ("train:\n  loss: ssm(temperature=0)\n", ":2: train.loss.temperature is 0.0, but must be"),
        ("- 1\n", ": no settings in it"),
        ("", ": no settings in it"),
        ("train: [\n", ":2: no valid YAML"),
        ("a: b: c\n", ":1: no valid YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    with pytest.raises(AusrecError) as raised:
        read_recipe(file)
    assert str(raised.value).startswith(f"{file}{words}")
    assert "\n" not in str(raised.value)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AusrecError, match=r"none\.yaml: cannot be read"):
        read_recipe(tmp_path / "none.yaml")
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AusrecError, match=r"b.yaml: cannot be read .*name a configuration in YAML"):
        read_recipe(tmp_path / "b.yaml")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--epochs", "--seed", "3"], "--epochs: expected one argument"),
        (["--link", "genres.csv"], "write NAME=TABLE"),
        (["--link", "a=b", "--link", "a=c"], "--link a is given twice"),
        (["--epochs", "3", "--train.epochs", "5"], "--train.epochs is given twice"),
        (["--data-root", ""], "--data-root is empty: give it a value, or leave it out"),
        (["--config", "a", "--config", "b"], "--config is given twice"),
    ],
)
def test_what_no_command_line_means_is_refused(words: list[str], message: str) -> None:
    with pytest.raises(AusrecError, match=message):
        stay.read(words)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--weighting.hypergradient", "fixed_lenght"], "did you mean 'fixed_length'"),
        (["--weighting.learning_rate", "x"], "weighting.learning_rate is 'x', but must be a num"),
        (["--train.epoch", "3"], "train.epoch is no setting; did you mean 'epochs'"),
        (["--weighting", "equal", "--weighting.scale", "3"], "no setting of 'equal'"),
        (["--train", "3"], "train is a group of settings: name one, as train.epochs"),
        (["--train.loss.temperature", "3"], "written behind a name, as train.loss NAME(temperat"),
        (["--tasks.sgl.rate", "3"], "tasks.sgl is not among the tasks; add it, as all+sgl"),
        (["--tasks.sgl", "3", "--tasks", "sgl"], "tasks.sgl is a task: name one of its settings"),
        (["--tasks.", "3"], "tasks. names no setting behind the dot"),
    ],
)
def test_a_wrong_setting_is_told_by_its_name(words: list[str], message: str) -> None:
    with pytest.raises(AusrecError) as raised:
        recipe_of([*words, "--dataset", "club"]).check()
    assert message in str(raised.value)


def test_options_of_the_command_go_before_settings_of_their_name() -> None:
    found = go.read(["--epochs", "3", "--tasks", "a,b"])
    assert found["tasks"] == "a,b"
    assert found["flags"].settings == {"train.epochs": "3"}
    assert found["flags"].command == "ausrec go --epochs 3 --tasks a,b"


def test_the_help_says_what_each_thing_does_and_takes() -> None:
    text = settings_help()
    for name in (*STRATEGIES, *OBJECTIVES, *ESTIMATORS, *ENCODERS, *MAIN_LOSSES):
        assert f"  {name}: " in text
    assert all(name in text for name in RELATIONS)
    assert "      asymmetry=1.5  " in text
    assert "--train.epochs 200  Most epochs to train." in text
    assert "--train.device auto  Where to train. One of auto, cpu, cuda." in text
    assert max(map(len, text.splitlines())) <= 100
