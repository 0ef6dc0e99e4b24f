from dataclasses import replace

import pytest
from ausrec.training.settings import DataConfig, TasksConfig
from ausrec.training.weighting_config import WeightingConfig
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.lab.panels.training.bench import Bench, train_otherwise
from ausrec.training.recipe import Recipe, run
from ausrec.weighting import Equal


def test_data_comes_by_name_as_a_graph_or_from_the_recipe(club: HeteroData, short: Recipe) -> None:
    assert Bench(None, None).base.data == DataConfig("club")
    assert Bench("lastfm", short).base.data == DataConfig("lastfm")
    assert Bench(None, replace(short, data=DataConfig("lastfm"))).base.data.dataset == "lastfm"
    assert Bench(club, Recipe()).graph is club


def test_recipes_hold_what_was_chosen(short: Recipe) -> None:
    bench = Bench(None, short)
    chosen = bench.recipe("manual", ["two_hop", "social_link"], {"two_hop": 1.0, "x": 2.0}, 7, 3)
    assert chosen.weighting == WeightingConfig(
        "manual", weights={"two_hop": 1.0, "social_link": 0.0}
    )
    assert chosen.tasks == TasksConfig(("two_hop", "social_link"))
    assert (chosen.train.epochs, chosen.train.seed) == (7, 3)
    assert chosen.model == short.model
    assert bench.recipe("automatic", STRUCTURAL_TASKS, {}, 2, 0) == short
    assert bench.recipe("equal", ["two_hop"], {}, 2, 0).weighting == WeightingConfig("equal")
    for weighting, tasks in (("none", STRUCTURAL_TASKS), ("automatic", ())):
        assert bench.recipe(weighting, tasks, {}, 2, 0) == short.without_tasks()
    with pytest.raises(AusrecError, match="weighting is 'best'"):
        bench.recipe("best", ["two_hop"], {}, 2, 0)


def test_a_learned_weighting_of_the_recipe_stays(short: Recipe) -> None:
    published = replace(short, weighting=WeightingConfig("published"))
    chosen = Bench(None, published).recipe("automatic", ["two_hop"], {}, 2, 0)
    assert chosen.weighting.name == "published"


def test_metapaths_are_tasks_to_choose_from(short: Recipe) -> None:
    path = "user-item-genre-item-user"
    bench = Bench(None, replace(short, tasks=TasksConfig("all", (path,))))
    name = "metapath_user_item_genre_item_user"
    assert bench.names == (*STRUCTURAL_TASKS, name)
    assert bench.first_tasks == bench.names
    assert bench.recipe("equal", [name], {}, 2, 0).tasks == TasksConfig("none", (path,))
    trained = bench.train(bench.recipe("equal", [name, "social_link"], {}, 1, 0))
    assert [task.name for task in trained.prepared.tasks] == ["social_link", name]


def test_sets_of_tasks_may_be_told_in_words(short: Recipe) -> None:
    bench = Bench(None, replace(short, tasks=TasksConfig("all-three_hop+noise")))
    assert bench.names == (*STRUCTURAL_TASKS, "noise")
    assert bench.first_tasks == tuple(name for name in bench.names if name != "three_hop")


def test_training_gives_what_the_recipe_gives(club: HeteroData, short: Recipe) -> None:
    bench = Bench(club, short)
    ours = bench.train(bench.recipe("automatic", STRUCTURAL_TASKS, {}, 2, 0))
    again = run(short, show_progress=False)
    for history in (ours.history, again.history):
        history.records = [record for record in history.records if record.quantity != "seconds"]
    assert ours.history.records == again.history.records


def test_relations_are_made_once(club: HeteroData, short: Recipe) -> None:
    bench = Bench(club, short)
    recipes = [bench.recipe("equal", ["social_link"], {}, 1, seed) for seed in (0, 1)]
    first, second = (bench.prepared(recipe) for recipe in recipes)
    assert first.splits is second.splits
    assert second.recipe == recipes[1]


def test_a_weighting_without_a_name_trains_alike(club: HeteroData, short: Recipe) -> None:
    bench = Bench(club, short)
    recipe = bench.recipe("equal", ["social_link"], {}, 2, 0)
    named = bench.train(recipe)
    given = train_otherwise(bench.prepared(recipe), Equal())
    assert given.val.metrics == named.val.metrics
