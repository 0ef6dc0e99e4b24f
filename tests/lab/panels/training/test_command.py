import shlex
from dataclasses import replace

import pytest
from ausrec.training.settings import DataConfig, ModelConfig, SplitConfig, TasksConfig
from ausrec.training.weighting_config import WeightingConfig

from ausrec.cli.train_command import parse
from ausrec.lab.panels.training.command import train_command
from ausrec.training import TrainConfig
from ausrec.training.recipe import Recipe

CLUB = Recipe(DataConfig("club"))
RECIPES = [
    CLUB,
    CLUB.without_tasks(),
    replace(CLUB, tasks=TasksConfig(("two_hop", "social_link"))),
    replace(CLUB, weighting=WeightingConfig("manual", weights={"two_hop": 0.35})),
    replace(CLUB, tasks=TasksConfig("none", ("user-item-genre-item-user", "user-user"))),
    replace(CLUB, train=TrainConfig(epochs=7, ks=(5, 10), seed=3, threads=1)),
    replace(CLUB, model=ModelConfig(social=False), split=SplitConfig(test=0.1)),
    Recipe(DataConfig(interactions="my plays.csv", links={"item-has-genre": "g.csv"})),
]


@pytest.mark.parametrize("recipe", RECIPES, ids=range(len(RECIPES)))
def test_the_command_means_the_recipe(recipe: Recipe) -> None:
    words = shlex.split(train_command(recipe, "runs/here it is"))
    assert words[:2] == ["ausrec", "train"]
    options = parse(words[2:])
    names = options.recipe.tasks.names
    if isinstance(names, str) and "," in names:
        # On the command line a list of names is one word.
        tasks = replace(options.recipe.tasks, names=tuple(names.split(",")))
        options = options._replace(recipe=replace(options.recipe, tasks=tasks))
    assert options.recipe == recipe
    assert str(options.out) == "runs/here it is"


def test_defaults_are_left_out_and_short_flags_used() -> None:
    assert train_command(CLUB) == "ausrec train --dataset club --out runs/lab"
    assert "--epochs 7" in train_command(RECIPES[5])


def test_a_graph_without_a_name_leaves_a_gap_to_fill() -> None:
    assert "--interactions YOUR_TABLE.csv" in train_command(Recipe())
