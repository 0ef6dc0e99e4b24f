"""Flags, files and Python mean the same."""

from pathlib import Path

import pytest

from ausrec.cli.parser import Parser
from ausrec.cli.settings import (
    EVERYDAY,
    add_settings,
    check_file,
    everyday_help,
    expand,
    groups,
    read_recipe,
    to_recipe,
    to_yaml,
    weightings_help,
)
from ausrec.errors import AusrecError
from ausrec.training import TrainConfig
from ausrec.training.recipe import Recipe
from ausrec.training.settings import DataConfig, ModelConfig, TasksConfig
from ausrec.training.weighting_config import WeightingConfig
from ausrec.training.weightings import WEIGHTINGS


def recipe_of(words: list[str]) -> Recipe:
    parser = Parser("train", "")
    parser.add_argument("--config", action="config")
    add_settings(parser)
    return to_recipe(parser.parse_args(expand(words)))


def test_without_flags_all_defaults_are_those_of_the_dataclasses() -> None:
    assert recipe_of([]) == Recipe()


def test_every_everyday_flag_leads_to_a_setting() -> None:
    known = {f"{group}.{name}" for group, kind in groups().items() for name in vars(kind())}
    assert set(EVERYDAY.values()) <= known
    assert all(flag in everyday_help() for flag in EVERYDAY)
    assert "--epochs" not in everyday_help(["data"])


def test_short_and_full_flags_mean_the_same() -> None:
    short = ["--dataset", "lastfm", "--epochs=7", "--weighting", "equal", "--seed", "3"]
    full = [
        *("--data.dataset", "lastfm", "--train.epochs", "7", "--weighting.name", "equal"),
        *("--train.seed", "3"),
    ]
    expected = Recipe(
        DataConfig(dataset="lastfm"),
        weighting=WeightingConfig("equal"),
        train=TrainConfig(epochs=7, seed=3),
    )
    assert recipe_of(short) == recipe_of(full) == expected


def test_metapaths_and_links_may_be_repeated() -> None:
    recipe = recipe_of(
        [
            *("--metapath", "user-item-user", "--link", "item-has-genre=g=1.csv"),
            *("--metapath=user-user-user", "--link=user-in-town=t.csv"),
        ]
    )
    assert recipe.tasks.metapaths == ("user-item-user", "user-user-user")
    assert recipe.data.links == {"item-has-genre": "g=1.csv", "user-in-town": "t.csv"}


def test_tasks_may_be_words_or_a_list() -> None:
    assert recipe_of(["--tasks", "none"]).tasks == TasksConfig("none")
    assert recipe_of(["--tasks", "two_hop,social_link"]).tasks == TasksConfig("two_hop,social_link")
    assert recipe_of(["--tasks", "[two_hop]"]).tasks == TasksConfig(("two_hop",))


def test_names_that_look_like_numbers_stay_names() -> None:
    assert recipe_of(["--interactions", "2024"]).data.interactions == "2024"


def test_flags_win_over_the_file_wherever_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("train: {epochs: 3, seed: 4}\nmodel: {dim: 16}\n")
    for words in (["--epochs", "9", "--config", str(file)], ["--config", str(file), "--epochs=9"]):
        assert recipe_of(words) == Recipe(
            model=ModelConfig(dim=16), train=TrainConfig(epochs=9, seed=4)
        )


def test_a_recipe_survives_its_file(tmp_path: Path) -> None:
    recipe = Recipe(
        DataConfig(interactions="plays.csv", links={"item-has-genre": "g.csv"}),
        model=ModelConfig("mf", dim=3),
        tasks=TasksConfig(("two_hop",), ("user-item-user",)),
        weighting=WeightingConfig("manual", weights={"two_hop": 0.5}),
        train=TrainConfig(ks=(10, 3), learning_rate=1e-5, threads=2),
    )
    file = tmp_path / "config.yaml"
    file.write_text(to_yaml(recipe, "ausrec train"), encoding="utf-8")
    assert read_recipe(file) == recipe
    assert file.read_text().startswith("# Written by `ausrec train`")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("train:\n  epochz: 3\n", ":2: unknown setting 'train.epochz'; did you mean 'epochs'"),
        ("trian:\n  epochs: 3\n", ":1: unknown setting 'trian'; did you mean 'train'"),
        ("model:\n  dim: 4\ntrain:\n  epochs: many\n", ":4: train.epochs is 'many', but must be"),
        ("split:\n  seed: 1\ntrain:\n  seed: x\n", ":4: train.seed is 'x'"),
        ("model:\n  encoder: lightgn\n", ":2: model.encoder "),
        ("train:\n  device: null\n", ":2: train.device is 'null'"),
        ("train:\n  seed: 4\n  epochs: 0\n", ":3: train.epochs is 0, but"),
        ("train:\n  select: ndcg@7\n", ":2: train.select is 'ndcg@7', but must be a metric"),
        ("train:\n  ks: 5\n", ":2: train.ks is '5', but must be a list"),
        ("data:\n  links: [1]\n", ":2: data.links is '[1]', but must be a mapping"),
        ("train: 5\n", ":1: 'train' must hold settings"),
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
        check_file(file)
    assert str(raised.value).startswith(f"{file}{words}")
    assert "\n" not in str(raised.value)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AusrecError, match=r"none\.yaml: cannot be read"):
        check_file(tmp_path / "none.yaml")
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AusrecError, match="not a text file"):
        check_file(tmp_path / "b.yaml")


def test_flags_without_their_values_are_refused() -> None:
    with pytest.raises(AusrecError, match="--epochs needs a value"):
        expand(["--epochs", "--seed", "3"])
    with pytest.raises(AusrecError, match="write NAME=TABLE"):
        expand(["--link", "genres.csv"])


def test_the_help_says_what_each_weighting_does() -> None:
    lines = weightings_help().splitlines()
    assert len(lines) == len(WEIGHTINGS)
    for line, (name, choice) in zip(lines, WEIGHTINGS.items(), strict=True):
        assert line.split(maxsplit=1) == [name, choice.says]
