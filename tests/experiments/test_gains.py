"""Gains by condition and by users' activity, by hand."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import torch

from ausrec.evaluation import evaluate
from ausrec.evaluation.groups import by_user_activity
from ausrec.experiments.engine import SerialEngine
from ausrec.experiments.gains import (
    activity_wide,
    condition_table,
    gain_by_activity,
    numbered_conditions,
    training_activity,
)
from ausrec.experiments.results import GridResults, seed_table
from ausrec.experiments.run_grid import compare
from ausrec.runs.data_config import DataConfig
from ausrec.runs.prepare import prepare
from ausrec.training.config import SplitConfig
from tests.experiments.small import BASE, equal_run, grid
from tests.grids import EMPTY, make_grid

RATES = ("user", "rates", "item")


def test_counts_are_those_of_the_part_that_is_trained_on() -> None:
    run = equal_run(3)
    recipe = replace(run.recipe, split=SplitConfig(keep=0.5, seed=3))
    sparse = replace(run, recipe=recipe, dataset="club, half")
    table = training_activity([run, sparse, sparse])
    for each in (run, sparse):
        found = table[table["dataset"] == each.dataset].set_index("user")["interactions"]
        graph = prepare(each.recipe, with_tasks=False).splits.train
        ends = graph[RATES].edge_index[0]
        expected = torch.bincount(ends, minlength=graph["user"].num_nodes).tolist()
        assert found.loc[[str(name) for name in graph["user"].raw_id]].tolist() == expected
        held_out = prepare(each.recipe, with_tasks=False).splits.test[RATES].edge_label_index
        for user in (0, 17):
            tested = held_out[1, held_out[0] == user]
            mean = sum((graph[RATES].edge_index[1] == item).sum() for item in tested) / len(tested)
            name = str(graph["user"].raw_id[user])
            row = table[(table["dataset"] == each.dataset) & (table["user"] == name)]
            assert row["popularity"].item() == pytest.approx(float(mean))
    assert set(table["seed"]) == {3}
    half = table.groupby("dataset")["interactions"].sum()
    assert half["club, half"] == pytest.approx(half["club"] / 2, rel=0.05)


def test_data_that_is_gone_is_left_out(tmp_path: Path) -> None:
    data = DataConfig(interactions=str(tmp_path / "gone.csv"))
    gone = replace(equal_run(), recipe=replace(BASE, data=data), dataset="gone")
    assert training_activity([gone]).empty
    assert set(training_activity([gone, equal_run()])["dataset"]) == {"club"}


def by_hand() -> tuple[GridResults, pd.DataFrame]:
    """Two seeds of two users with 1 and 9 interactions; sgl adds 0.1 and 0.2, then 0.3 and 0."""
    values = {
        ("none", 0): [0.5, 0.4],
        ("none", 1): [0.2, 0.6],
        ("sgl", 0): [0.6, 0.6],
        ("sgl", 1): [0.5, 0.6],
    }
    rows = [
        ("a", variant, seed, user, metric, value)
        for (variant, seed), both in values.items()
        for metric in ("ndcg@10", "recall@10")
        for user, value in zip(("ann", "bob"), both, strict=True)
    ]
    columns = ["dataset", "variant", "seed", "user", "metric", "value"]
    activity = pd.DataFrame(
        [("a", seed, *row) for seed in (0, 1) for row in (("ann", 1, 30.4), ("bob", 9, 5.0))],
        columns=["dataset", "seed", "user", "interactions", "popularity"],
    )
    return replace(EMPTY, scores=pd.DataFrame(rows, columns=columns)), activity


def test_gains_by_hand() -> None:
    gains = gain_by_activity(*by_hand(), "none")
    found = gains.set_index(["variant", "group"]).sort_index()
    assert list(found.index) == [("none", 1), ("none", 2), ("sgl", 1), ("sgl", 2)]
    assert found["interactions"].tolist() == ["1", "9", "1", "9"]
    assert set(found["users"]) == {1} and set(found["seeds"]) == {2}
    assert found["mean"].tolist() == pytest.approx([0.35, 0.5, 0.55, 0.6])
    assert found["difference"].tolist()[2:] == pytest.approx([0.2, 0.1])
    assert found["low"].tolist()[2:] == pytest.approx([0.2 - 1.27062, 0.1 - 1.27062], abs=1e-4)
    assert found.loc["none"][["difference", "low", "high"]].isna().all(axis=None)


def test_by_popularity_those_with_the_rarest_test_items_come_first() -> None:
    gains = gain_by_activity(*by_hand(), "none", by="popularity")
    found = gains.set_index(["variant", "group"]).sort_index()
    assert found["interactions"].tolist() == ["5", "30"] * 2
    assert found["difference"].tolist()[2:] == pytest.approx([0.1, 0.2])


def test_they_are_read_with_the_numbers_of_the_group() -> None:
    wide = activity_wide(gain_by_activity(*by_hand(), "none"))
    assert wide.columns.tolist() == ["dataset", "variant", "group 1", "group 2"]
    assert wide.iloc[0].tolist() == ["a", "none", "1: 0.3500", "9: 0.5000"]
    assert wide.iloc[1].tolist()[:2] == ["a", "sgl"]
    assert str(wide.iloc[1]["group 1"]) == "+0.2000 (-1.0706 to +1.4706)"


def test_nothing_is_told_of_what_is_not_known() -> None:
    results, activity = by_hand()
    assert gain_by_activity(EMPTY, activity, "none").empty
    assert gain_by_activity(results, activity.iloc[:0], "none").empty
    assert gain_by_activity(results, activity, "equal").empty
    assert activity_wide(gain_by_activity(EMPTY, activity, "none")).empty


def test_the_groups_of_one_run_are_those_of_its_evaluation(tmp_path: Path) -> None:
    runs = grid("none", "none").runs(show=False)
    results = compare(runs, tmp_path, engine=SerialEngine(), show=False)
    found = gain_by_activity(results, training_activity(runs), "LightGCN")
    splits = prepare(runs[0].recipe, show=False).splits
    ranking = evaluate(lambda users: torch.rand(len(users), 600), splits.test)
    expected = by_user_activity(ranking, splits.test)
    expected = expected[expected["metric"] == "ndcg@10"]
    assert found["interactions"].tolist() == expected["label"].tolist()
    assert found["users"].tolist() == expected["size"].tolist()
    total = (found["mean"] * found["users"]).sum() / found["users"].sum()
    assert total == pytest.approx(results.runs["ndcg@10"].item())


def test_conditions_that_differ_in_one_number_belong_together() -> None:
    labels = ["a, 40 % kept", "a, 20 % kept", "b, 20 % kept", "b, 0.5 % kept", "a", "a, no links"]
    found = numbered_conditions([*labels, "a, τ 2", "a, 20 % kept", "c, 3 of 4", "c, 3 of 5"])
    assert [tuple(each) for each in found] == [
        ("a", "% kept", {"a, 20 % kept": 20.0, "a, 40 % kept": 40.0}),
        ("b", "% kept", {"b, 0.5 % kept": 0.5, "b, 20 % kept": 20.0}),
    ]
    assert numbered_conditions(["lastfm", "club", "hetrec2011"]) == []


def test_names_with_digits_are_no_numbers() -> None:
    assert numbered_conditions(["a, layer2", "a, layer3", "a, x-2", "a, x-3"]) == []


def test_the_table_has_means_spreads_and_paired_gains_by_hand() -> None:
    index = pd.MultiIndex.from_product(
        [["a, keep 0.5", "a, keep 0.2"], [0, 1]], names=["dataset", "seed"]
    )
    values = pd.DataFrame({"none": [0.1, 0.2, 0.3, 0.5], "sgl": [0.2, 0.4, None, 0.6]}, index)
    table = condition_table(values, "none").set_index(["number", "variant"])
    assert list(table.index) == [(0.2, "none"), (0.2, "sgl"), (0.5, "none"), (0.5, "sgl")]
    assert set(table["data"]) == {"a"} and set(table["condition"]) == {"keep"}
    rich = table.loc[(0.5, "sgl")]
    assert (rich["seeds"], rich["lowest"], rich["highest"]) == (2, 0.2, 0.4)
    assert rich["mean"] == pytest.approx(0.3)
    # Differences 0.1 and 0.2: their mean, and t of one degree of freedom, 12.706, times 0.05.
    assert rich["difference"] == pytest.approx(0.15)
    assert rich["low"] == pytest.approx(0.15 - 12.7062 * 0.05, abs=1e-4)
    poor = table.loc[(0.2, "sgl")]
    assert (poor["seeds"], poor["difference"]) == (1, pytest.approx(0.1))
    assert pd.isna(poor["low"])
    assert table.loc[(0.5, "none")][["difference", "low", "high"]].isna().all()


def test_without_numbers_there_is_nothing_to_say() -> None:
    grid = make_grid({("none", "none"): 0.0, ("ausrec", "all"): 0.0}, users=3)
    assert condition_table(seed_table(grid.runs, "ndcg@10"), "none").empty
