"""What there is to say about runs."""

from dataclasses import replace

import pandas as pd
import pytest
from torch_geometric.data import HeteroData

from ausrec.data import ListeningClub
from ausrec.evaluation.metrics import shown_metrics
from ausrec.lab.reports.run_tables import (
    below_popularity,
    branches_kept,
    describe_agreement,
    describe_tasks,
    explained_weights,
    group_frames,
    metrics_frame,
    model_comparison,
    model_name,
    recommendations,
    truth,
    user_label,
    weights_frame,
    wide_groups,
)
from ausrec.runs.data_config import DataConfig
from ausrec.runs.prepare import facts, prepare
from ausrec.runs.recipe import Recipe
from ausrec.runs.trained import Trained
from ausrec.training import TrainConfig


def test_models_are_named_by_encoder_and_weighting(trained: Trained) -> None:
    assert model_name(trained.prepared) == "AusRec"
    plain = prepare(trained.prepared.recipe.without_tasks())
    assert model_name(plain) == "LightGCN"
    equal = Recipe(plain.recipe.data, model="mf", weighting="equal", train=TrainConfig())
    assert model_name(prepare(equal)) == "MF, equal weights"


def test_a_comparison_has_a_row_a_run_and_popularity(trained: Trained) -> None:
    table = model_comparison({"AusRec": trained})
    assert list(table["model"]) == ["Popularity", "AusRec"]
    two = model_comparison({"LightGCN": trained, "AusRec": trained})
    assert list(two["model"]) == ["LightGCN", "AusRec", "Popularity"]
    assert list(table.columns) == ["model", *shown_metrics([10, 20]), "seconds"]
    assert table.loc[1, "ndcg@10"] == trained.test.metrics["ndcg@10"]
    assert pd.isna(table.loc[0, "seconds"])


def test_models_below_popularity_are_named() -> None:
    table = pd.DataFrame({"model": ["Popularity", "MF", "SGL"], "ndcg@10": [0.1, 0.09, 0.2]})
    assert below_popularity(table).startswith("Below popularity (ndcg@10 0.1000)")
    assert below_popularity(table).endswith(": MF.")
    assert below_popularity(table.drop(index=1)) == below_popularity(pd.DataFrame()) == ""


def test_the_branches_that_the_kept_model_is_of_are_named() -> None:
    assert branches_kept({"equal": 0.0, "none": 1.0}) == "It is the model of none."
    assert branches_kept({"a": 0.25, "b": 0.75, "c": 0.0}) == "It is mixed of a (0.25), b (0.75)."
    assert branches_kept({}) == ""


def test_metrics_are_tabulated_by_part_and_cutoff() -> None:
    metrics = {
        "val": {"recall@5": 0.5, "ndcg@5": 0.25, "recall@10": 1.0, "ndcg@10": 0.75},
        "test": {"recall@5": 0.125, "ndcg@5": 0.0},
        "epochs": 3,
    }
    assert metrics_frame(metrics).to_dict("records")[1:] == [
        {"part": "val", "K": 10, "recall": 1.0, "ndcg": 0.75},
        {"part": "test", "K": 5, "recall": 0.125, "ndcg": 0.0},
    ]


def test_facts_count_what_the_data_holds(club: HeteroData) -> None:
    assert facts(club) == {
        "Users": 500,
        "Items": 600,
        "Interactions": 10_030,
        "Social links": 7_434,
    }


def test_truth_is_known_where_tastes_are(trained: Trained, club: HeteroData) -> None:
    tasteless = club.clone()
    del tasteless["user"].taste
    assert truth(replace(trained.prepared, graph=tasteless)) is None
    recipe = Recipe(DataConfig("club"), tasks="social_link+three_hop")
    true = truth(prepare(recipe, graph=ListeningClub()[0]))
    assert true is not None
    # As data/README.md states for the default split.
    assert {name: round(value, 2) for name, value in true.items()} == {
        "social_link": 2.20,
        "three_hop": 0.87,
    }


def test_other_objectives_have_no_truth_beside_them() -> None:
    recipe = Recipe(DataConfig("club"), tasks="two_hop+apr")
    true = truth(prepare(recipe, graph=ListeningClub()[0]))
    assert true is not None and list(true) == ["two_hop"]
    table = weights_frame({"apr": 0.5, "two_hop": 0.25}, true)
    assert pd.isna(table["true informativeness"][0])
    assert table["true informativeness"][1] == true["two_hop"]
    recipe = Recipe(DataConfig("club"), tasks="apr")
    assert truth(prepare(recipe, graph=ListeningClub()[0])) is None


def test_items_have_no_tastes_to_be_true_to() -> None:
    recipe = Recipe(DataConfig("club"), tasks="marec")
    true = truth(prepare(recipe, graph=ListeningClub()[0]))
    assert true is not None and list(true) == ["metapath_uiu"]


def test_weights_stand_from_high_to_low_beside_the_truth() -> None:
    table = weights_frame({"a": 0.25, "b": 0.75}, {"a": 1.0, "b": 2.0})
    assert table.to_dict("list") == {
        "task": ["b", "a"],
        "weight": [0.75, 0.25],
        "true informativeness": [2.0, 1.0],
    }


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1, 2, 3, 4], "1.00: the order of the weights is nearly that of the truth"),
        ([2, 1, 4, 3], "0.60: the order of the weights resembles the truth"),
        ([4, 3, 2, 1], "-1.00: the order of the weights does not follow the truth"),
        ([1, 1, 1, 1], "all equal"),
    ],
)
def test_the_words_follow_the_correlation(weights: list[float], words: str) -> None:
    names = ["a", "b", "c", "d"]
    said = describe_agreement(
        dict(zip(names, map(float, weights), strict=True)),
        dict(zip(names, [1.0, 2.0, 3.0, 4.0], strict=True)),
    )
    assert words in said


def test_recommendations_are_named_and_new_to_the_user(trained: Trained) -> None:
    graph, user = trained.prepared.graph, 7
    table = recommendations(trained, user, 5)
    assert list(table.columns) == ["rank", "name", "id", "score"]
    assert list(table["score"]) == sorted(table["score"], reverse=True)
    known = trained.prepared.splits.test["user", "rates", "item"].known_index
    items = graph["item"].raw_id
    assert list(table["name"]) == [graph["item"].name[items.index(i)] for i in table["id"]]
    assert not set(table["id"]) & {items[i] for i in known[1, known[0] == user].tolist()}


def test_users_are_called_by_name_where_there_is_one() -> None:
    graph = ListeningClub()[0]
    assert user_label(graph, 0) == f"{graph['user'].name[0]} (u001)"
    graph["user"].name = graph["user"].raw_id
    assert user_label(graph, 0) == "u001"


def test_groups_are_laid_out_a_group_a_row(trained: Trained) -> None:
    tables = group_frames(trained.test, trained)
    names = ["recall@5", "ndcg@5", "recall@10", "ndcg@10", "ndcg@11"]
    wide = wide_groups(tables["By how active a user is"], names)
    assert list(wide.columns) == ["group", "training interactions", "users", *names[:4]]
    assert wide["users"].sum() == len(trained.test.per_user)


def test_explained_weights_name_tasks_for_people() -> None:
    table = explained_weights({"three_hop": 0.1, "same_genre": 0.9}, {"three_hop": 1.5})
    assert table["task"].tolist() == ["Same genre", "Three hops"]
    assert table["brings together"][1] == "users three social links apart and no fewer"
    assert pd.isna(table["brings together"][0])
    assert table["weight"].tolist() == [0.9, 0.1]
    assert table["true informativeness"][1] == 1.5


def test_every_task_says_what_it_does() -> None:
    weights = {"sgl": 0.9, "two_hop": 0.5, "own_path": 0.3, "unknown": 0.1}
    table = explained_weights(weights, own={"own_path": "users joined by a path"})
    assert list(table) == ["task", "what it does", "weight"]
    assert table["what it does"].fillna("nothing known").tolist() == [
        "finds each node again when other edges of the graph are dropped",
        "brings together users two social links apart who are not friends",
        "brings together users joined by a path",
        "nothing known",
    ]
    assert list(explained_weights({"two_hop": 0.5}))[1] == "brings together"


@pytest.mark.parametrize(
    ("tasks", "words"),
    [
        (["two_hop", "own_path"], "each takes pairs of users from the graph"),
        (["metapath_uiu", "metapath_iui"], "each takes pairs of users, or of items, from"),
        (["two_hop", "sgl"], "some take pairs of users from the graph and ask that they be alike,"),
        (["apr", "masked_edges"], "each has an objective of its own"),
        (["unknown"], "each has an objective of its own"),
    ],
)
def test_tasks_are_described_as_what_they_are(tasks: list[str], words: str) -> None:
    assert describe_tasks(tasks, ["own_path"]).startswith(words)
