from dataclasses import replace

import pytest
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.lab import PredictThenReveal, TaskLab
from ausrec.runs.data_config import DataConfig
from ausrec.runs.recipe import Recipe
from ausrec.runs.task_sets import TaskSet
from ausrec.runs.trained import run

ALL = dict.fromkeys(STRUCTURAL_TASKS, 0.5)


def test_data_comes_by_name_as_a_graph_or_from_the_recipe(club: HeteroData, short: Recipe) -> None:
    assert TaskLab().base.data == DataConfig.read("club")
    assert TaskLab("lastfm", recipe=short).base.data == DataConfig.read("lastfm")
    assert TaskLab(recipe=replace(short, data="lastfm")).base.data == DataConfig.read("lastfm")
    assert TaskLab(club, recipe=Recipe()).graph is club


def test_variants_hold_what_was_chosen(short: Recipe) -> None:
    lab = TaskLab(recipe=short)
    train = replace(short.train, epochs=7, seed=3)
    chosen = lab.variant("manual", {"two_hop": 1.0, "social_link": 0.0}, train)
    assert chosen.weighting.get("weights") == {"two_hop": 1.0, "social_link": 0.0}
    assert str(chosen.tasks) == "two_hop+social_link"
    assert (chosen.train, chosen.model) == (train, short.model)
    assert lab.variant("automatic", ALL, short.train) == short
    assert lab.variant("equal", {"two_hop": 1.0}, short.train).weighting.name == "equal"
    for weighting, weights in (("none", ALL), ("automatic", {})):
        assert lab.variant(weighting, weights, short.train) == short.without_tasks()


def test_the_weighting_and_the_tasks_of_the_recipe_keep_their_settings(short: Recipe) -> None:
    recipe = replace(short, weighting="published", tasks="all+sgl(temperature=0.5)")
    chosen = TaskLab(recipe=recipe).variant("automatic", {"two_hop": 1.0, "sgl": 1.0}, short.train)
    assert chosen.weighting.name == "published"
    assert str(chosen.tasks) == "two_hop+sgl(temperature=0.5)"


def test_metapaths_are_tasks_to_choose_from(short: Recipe) -> None:
    path, name = "user-item-genre-item-user", "metapath_user_item_genre_item_user"
    lab = TaskLab(recipe=replace(short, tasks=f"all+metapath(path={path})"))
    assert lab.names == (*STRUCTURAL_TASKS, name)
    assert tuple(lab.weights) == lab.names
    trained = lab.set(weighting="equal", tasks=["social_link", name], epochs=1).train()
    assert [task.name for task in trained.prepared.tasks] == ["social_link", name]


def test_sets_of_tasks_may_be_written_in_words(short: Recipe) -> None:
    lab = TaskLab(recipe=replace(short, tasks=TaskSet.read("all-three_hop+noise")))
    assert lab.names == (*STRUCTURAL_TASKS, "noise")
    assert set(lab.names) - set(lab.weights) == {"three_hop"}


def test_training_gives_what_the_recipe_gives(club: HeteroData, short: Recipe) -> None:
    ours = TaskLab(club, recipe=short).train()
    again = run(short, show_progress=False)
    for history in (ours.history, again.history):
        history.records = [record for record in history.records if record.quantity != "seconds"]
    assert ours.history.records == again.history.records


def test_relations_are_made_once(club: HeteroData, short: Recipe) -> None:
    lab = TaskLab(club, recipe=short).set(weighting="equal", tasks=["social_link"], epochs=1)
    first, second = (lab.set(seed=seed).train().prepared for seed in (0, 1))
    assert first.splits is second.splits
    assert second.recipe.train.seed == 1


def test_without_check_boxes_all_are_chosen_and_sliders_bear_the_names(short: Recipe) -> None:
    panel = PredictThenReveal(recipe=replace(short, tasks="two_hop+noise"))
    assert panel.weights == {"two_hop": 0.5, "noise": 0.5}
    assert [control.label for control in panel.offered.values()] == ["Two hops", "Noise"]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"two_hop": 0.9, "social_link": 1.5}, "social_link is 1.5, but must be from 0 to 1"),
        ({"twohop": 0.9}, "unknown task 'twohop'; did you mean 'two_hop'"),
    ],
)
def test_all_or_nothing_is_set(weights: dict[str, float], message: str, short: Recipe) -> None:
    panel = PredictThenReveal(recipe=replace(short, tasks="two_hop+social_link"))
    with pytest.raises(AusrecError, match=message):
        panel.set(weights=weights)
    assert set(panel.weights.values()) == {0.5}
