"""Results as tidy tables."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ausrec.errors import AusrecError
from ausrec.experiments import Failure, Store, read_results
from ausrec.experiments.results import (
    CELL,
    add_variant,
    choose_baseline,
    encoder_name,
    metrics_of,
    planned,
    seed_table,
    variant_name,
)
from ausrec.experiments.run import Run
from ausrec.runs.recipe import Recipe
from tests.experiments.small import equal_run
from tests.experiments.test_store import HISTORY, RESULT
from tests.grids import EMPTY, make_grid

RUNS = [equal_run(seed) for seed in (0, 1, 2)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two finished runs, and one that failed."""
    store = Store(tmp_path / "runs")
    later = HISTORY.assign(epoch=3, value=[0.05, 0.6])
    history = pd.concat([HISTORY, later], ignore_index=True)
    store.save(RUNS[0], replace(RESULT, history=history))
    store.save(RUNS[2], replace(RESULT, test={"ndcg@10": 0.5}))
    store.save_failure(RUNS[1], Failure("ValueError: no"))
    return store


def test_each_table_has_its_rows(store: Store) -> None:
    results = read_results(store, RUNS)
    assert results.runs["seed"].tolist() == [0, 2]
    assert results.runs.columns.tolist() == [
        *(*CELL, "key", "ndcg@10", "val/ndcg@10", "epochs", "best_epoch"),
        *("seconds", "cpu_seconds", "seconds_per_epoch", "peak_mib", "variant"),
    ]
    assert results.runs["ndcg@10"].tolist() == [0.1 + 0.2, 0.5]
    scores = results.scores
    assert scores.columns.tolist() == [*CELL, "user", "metric", "value", "variant"]
    assert len(scores) == 2 * 2 * 2
    bob = scores[(scores["user"] == "bob") & (scores["metric"] == "recall@10")]
    assert bob["value"].tolist() == [0.2, 0.2]
    columns = [*CELL, "epoch", "quantity", "task", "value", "variant"]
    assert results.histories.columns.tolist() == columns
    assert len(results.histories) == 4 + 2
    assert results.failures.to_dict("records") == [
        {"dataset": "club", "strategy": "equal", "tasks": "social_link", "seed": 1}
        | {"error": "ValueError: no", "variant": "equal · social_link"}
    ]


def test_what_is_known_of_the_data_is_that_of_its_run_with_the_most_tasks(store: Store) -> None:
    more = replace(RESULT, weights={"a": 1.0, "b": 1.0}, assumed=["a guess"])
    store.save(RUNS[2], more)
    results = read_results(store, RUNS)
    assert (results.facts, results.assumed) == ({"club": {"Users": 2}}, {"club": ["a guess"]})


def test_other_metrics_are_read_where_they_are_asked_for(store: Store) -> None:
    kept = RESULT.per_user | {"recall@20": [0.5, 0.6]}
    store.save(RUNS[2], replace(RESULT, per_user=kept))
    asked = [replace(run, metrics=("recall@20",)) for run in RUNS]
    # The first run has not kept it, so that it counts as not finished.
    results = read_results(store, asked)
    assert results.runs["seed"].tolist() == [2]
    assert set(results.scores["metric"]) == {"recall@10", "ndcg@10", "recall@20"}
    assert set(read_results(store, RUNS).scores["metric"]) == {"recall@10", "ndcg@10"}
    assert not store.is_damaged(asked[0])


def test_the_long_table_holds_every_number_once(store: Store) -> None:
    table = read_results(store, RUNS).table
    assert table.columns.tolist() == [*CELL, "key", "quantity", "task", "value"]
    assert not table.duplicated([*CELL, "quantity", "task"]).any()
    first = table[table["seed"] == 0].set_index(["quantity", "task"])["value"]
    assert first["test/ndcg@10", ""] == 0.1 + 0.2
    assert first["val/ndcg@10", ""] == 1 / 3
    assert (first["weight", "a"], first["final_weight", "a"]) == (0.7, 0.6)
    assert (first["epochs", ""], first["peak_mib", ""]) == (3, 400)


def test_tables_are_written_as_they_are(store: Store, tmp_path: Path) -> None:
    results = read_results(store, RUNS)
    results.save(tmp_path / "out")
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "out" / "table.parquet"), results.table
    )
    again = pd.read_csv(tmp_path / "out" / "table.csv", keep_default_na=False)
    pd.testing.assert_frame_equal(again, results.table, check_dtype=False)
    scores = pd.read_parquet(tmp_path / "out" / "scores.parquet")
    assert scores.columns.tolist() == [*CELL, "user", "metric", "value"]
    (tmp_path / "file").write_text("")
    with pytest.raises(AusrecError, match="cannot be written"):
        results.save(tmp_path / "file" / "out")


def test_nothing_gives_empty_tables_with_their_columns(tmp_path: Path) -> None:
    results = read_results(Store(tmp_path), RUNS)
    assert results.runs.empty and results.failures.empty and results.table.empty
    assert results.table.columns.tolist() == [*CELL, "key", "quantity", "task", "value"]
    assert results.scores.columns.tolist() == [*CELL, "user", "metric", "value", "variant"]
    results.save(tmp_path / "out")


def test_the_encoder_alone_has_the_name_of_the_paper(store: Store) -> None:
    def a_run(strategy: str, model: str = "lightgcn") -> Run:
        return Run(Recipe(model=model), "club", strategy, "none", 0)

    assert planned([a_run("none"), a_run("equal")])["variant"].tolist() == [
        "LightGCN",
        "equal · none",
    ]
    assert encoder_name([a_run("none", "mf")]) == "MF"
    assert encoder_name([a_run("none", "mf"), a_run("none")]) == "encoder alone"
    assert read_results(store, RUNS).encoder == "LightGCN"


def test_results_of_some_variants(store: Store) -> None:
    results = read_results(store, RUNS)
    assert results.of({"no such variant"}).runs.empty
    same = results.of({"equal · social_link"})
    pd.testing.assert_frame_equal(same.scores, results.scores)


GRID = make_grid(
    {("equal", "all"): 0.0, ("none", "none"): 0.0, ("ausrec", "two_hop"): 0.01},
    datasets=("lastfm", "epinions"),
    seeds=2,
    missing=[("equal", "all", 1)],
)


@pytest.mark.parametrize(
    ("strategy", "tasks", "name"),
    [
        ("ausrec", "all", "ausrec"),
        ("none", "none", "none"),
        ("equal(weight=0.1)", "all", "equal(weight=0.1)"),
        ("ausrec", "all-two_hop", "ausrec · all-two_hop"),
        ("none", "all", "none · all"),
        ("equal", "none", "equal · none"),
    ],
)
def test_names_say_what_does_not_go_without_saying(strategy: str, tasks: str, name: str) -> None:
    assert variant_name(strategy, tasks) == name


def test_a_row_a_seed_and_a_column_a_variant() -> None:
    table = seed_table(GRID.runs, "ndcg@10")
    assert list(table.columns) == ["equal", "none", "ausrec · two_hop"]
    assert list(table.index) == [("lastfm", 0), ("lastfm", 1), ("epinions", 0), ("epinions", 1)]
    assert table["equal"].isna().tolist() == [False, True, False, True]
    row = GRID.runs[(GRID.runs["dataset"] == "epinions") & (GRID.runs["strategy"] == "ausrec")]
    assert table.loc[("epinions", 1), "ausrec · two_hop"] == row["ndcg@10"].iloc[1]


def test_two_runs_of_one_cell_are_refused() -> None:
    twice = pd.concat([GRID.runs, GRID.runs.iloc[[0]]])
    with pytest.raises(AusrecError, match="lastfm: two runs of 'equal' with seed 0"):
        seed_table(twice, "ndcg@10")


def test_the_encoder_alone_is_the_baseline_where_it_was_run() -> None:
    assert choose_baseline(GRID.runs) == "none"
    without = GRID.runs[GRID.runs["strategy"] != "none"]
    assert choose_baseline(without) == "equal"
    assert choose_baseline(GRID.runs, "ausrec") == "ausrec · two_hop"
    assert choose_baseline(EMPTY.runs) == "none"
    with pytest.raises(AusrecError, match="no variant 'equl' to compare with; did you mean"):
        choose_baseline(GRID.runs, "equl")


def test_the_encoder_gets_its_own_name_in_every_table() -> None:
    grid = make_grid({("equal", "all"): 0.0, ("none", "none"): 0.0}, seeds=1, encoder="LightGCN")
    assert set(grid.runs["variant"]) == {"equal", "LightGCN"}
    assert "LightGCN" in set(grid.scores["variant"])
    assert choose_baseline(grid.runs) == choose_baseline(grid.runs, "none") == "LightGCN"
    assert list(seed_table(grid.runs, "ndcg@10").columns)[1] == "LightGCN"
    assert add_variant(grid.runs) is grid.runs


def test_metrics_of_the_test_part_alone() -> None:
    assert metrics_of(GRID.runs) == ["recall@10", "ndcg@10"]
