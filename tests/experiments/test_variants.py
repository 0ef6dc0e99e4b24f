import pandas as pd
import pytest

from ausrec.errors import AusrecError
from ausrec.experiments.variants import (
    add_variant,
    choose_baseline,
    metrics_of,
    seed_table,
    variant_name,
)
from tests.grids import EMPTY, make_grid

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
