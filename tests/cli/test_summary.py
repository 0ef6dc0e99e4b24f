"""What is told about runs."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ausrec.cli.saved import load_run
from ausrec.data import ListeningClub
from ausrec.lab.reports.run_facts import (
    SHOWN,
    compare,
    describe_agreement,
    facts,
    group_frames,
    make_report,
    metrics_frame,
    model_name,
    recommendations,
    truth,
    user_label,
    weights_frame,
    wide_groups,
)
from ausrec.training import TrainConfig
from ausrec.training.recipe import Recipe, Trained, prepare
from ausrec.training.settings import DataConfig, ModelConfig, TasksConfig
from ausrec.training.weighting_config import WeightingConfig


@pytest.fixture
def trained(with_run: Path) -> Trained:
    return load_run(Path("run"), with_tasks=True)


def test_models_are_named_by_encoder_and_weighting(trained: Trained) -> None:
    assert model_name(trained.prepared) == "AusRec"
    plain = prepare(trained.prepared.recipe.without_tasks())
    assert model_name(plain) == "LightGCN"
    equal = Recipe(
        plain.recipe.data, model=ModelConfig("mf"), weighting=WeightingConfig("equal"),
        train=TrainConfig(),
    )  # fmt: skip
    assert model_name(prepare(equal)) == "MF, equal weights"


def test_a_comparison_has_a_row_a_run_and_popularity(trained: Trained) -> None:
    table = compare({"AusRec": trained})
    assert list(table["model"]) == ["Popularity", "AusRec"]
    two = compare({"LightGCN": trained, "AusRec": trained})
    assert list(two["model"]) == ["LightGCN", "AusRec", "Popularity"]
    assert list(table.columns) == ["model", *SHOWN, "seconds"]
    assert table.loc[1, "ndcg@10"] == trained.test.metrics["ndcg@10"]
    assert pd.isna(table.loc[0, "seconds"])


def test_metrics_are_tabulated_by_part_and_cutoff() -> None:
    metrics = {
        "val": {"recall@5": 0.5, "ndcg@5": 0.25, "recall@10": 1.0, "ndcg@10": 0.75},
        "test": {"recall@5": 0.125, "ndcg@5": 0.0},
        "epochs": 3,
    }
    assert metrics_frame(metrics).to_dict("records")[1:] == [
        {"part": "val", "K": 10, "recall": "1.0000", "ndcg": "0.7500"},
        {"part": "test", "K": 5, "recall": "0.1250", "ndcg": "0.0000"},
    ]


def test_facts_count_what_the_tables_hold(trained: Trained) -> None:
    plays = pd.read_csv("plays.csv")
    assert facts(trained.prepared.graph) == {
        "Users": 30,
        "Items": plays["item"].nunique(),
        "Interactions": len(plays),
        "Social links": len(pd.read_csv("friends.csv")),
    }


def test_truth_is_known_where_tastes_are(trained: Trained) -> None:
    assert truth(trained.prepared) is None
    recipe = Recipe(DataConfig("club"), tasks=TasksConfig("social_link,three_hop"))
    true = truth(prepare(recipe, graph=ListeningClub()[0]))
    assert true is not None
    # As data/README.md states for the default split.
    assert {name: round(value, 2) for name, value in true.items()} == {
        "social_link": 2.20,
        "three_hop": 0.87,
    }


def test_other_objectives_have_no_truth_beside_them() -> None:
    recipe = Recipe(DataConfig("club"), tasks=TasksConfig("two_hop,apr"))
    true = truth(prepare(recipe, graph=ListeningClub()[0]))
    assert true is not None and list(true) == ["two_hop"]
    table = weights_frame({"apr": 0.5, "two_hop": 0.25}, true)
    assert list(table["true informativeness"]) == ["–", f"{true['two_hop']:.2f}"]
    recipe = Recipe(DataConfig("club"), tasks=TasksConfig("apr"))
    assert truth(prepare(recipe, graph=ListeningClub()[0])) is None


def test_items_have_no_tastes_to_be_true_to() -> None:
    recipe = Recipe(DataConfig("club"), tasks=TasksConfig("marec"))
    true = truth(prepare(recipe, graph=ListeningClub()[0]))
    assert true is not None and list(true) == ["metapath_uiu"]


def test_weights_stand_from_high_to_low_beside_the_truth() -> None:
    table = weights_frame({"a": 0.25, "b": 0.75}, {"a": 1.0, "b": 2.0})
    assert table.to_dict("list") == {
        "task": ["b", "a"],
        "weight": ["0.750", "0.250"],
        "true informativeness": ["2.00", "1.00"],
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
    user = trained.prepared.graph["user"].raw_id.index("ann-7")
    table = recommendations(trained, user, 5)
    assert list(table.columns) == ["rank", "name", "id", "score"]
    assert [f"The Band No. {int(i[1:])}" for i in table["id"]] == list(table["name"])
    assert list(table["score"]) == sorted(table["score"], reverse=True)
    known = trained.prepared.splits.test["user", "rates", "item"].known_index
    items = trained.prepared.graph["item"].raw_id
    assert not set(table["id"]) & {items[i] for i in known[1, known[0] == user].tolist()}


def test_users_are_called_by_name_where_there_is_one() -> None:
    graph = ListeningClub()[0]
    assert user_label(graph, 0) == f"{graph['user'].name[0]} (u001)"
    graph["user"].name = graph["user"].raw_id
    assert user_label(graph, 0) == "u001"


def test_groups_are_laid_out_a_group_a_row(trained: Trained) -> None:
    tables = group_frames(trained.test, trained)
    wide = wide_groups(tables["By how active a user is"], [5, 10])
    assert list(wide.columns) == [
        *("interactions", "users", "recall@5", "ndcg@5", "recall@10", "ndcg@10"),
    ]
    assert wide["users"].sum() == len(trained.test.per_user)


def test_a_report_tells_of_the_run_in_question(trained: Trained) -> None:
    report = make_report({"AusRec": trained}, "ausrec train --config c --out d")
    assert report.title == "AusRec on plays.csv"
    assert report.best_epoch == trained.history.best_epoch
    assert report.weights == trained.history.weights
    parts = ("Training", "Validation", "Test")
    assert sum(report.data[f"{part} interactions"] for part in parts) == report.data["Interactions"]
    assert report.recommendations is not None and len(report.recommendations) > 0


def test_a_report_says_whom_a_meta_path_joins(trained: Trained) -> None:
    recipe = trained.prepared.recipe
    tasks = replace(recipe.tasks, metapaths=("user-item-user",))
    prepared = replace(trained.prepared, recipe=replace(recipe, tasks=tasks))
    report = make_report({"AusRec": replace(trained, prepared=prepared)}, "command")
    assert report.meanings == {
        "metapath_user_item_user": "users joined by the meta-path user–item–user"
    }
