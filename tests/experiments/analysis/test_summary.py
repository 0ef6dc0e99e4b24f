import numpy as np
import pandas as pd
import pytest

from ausrec.experiments.comparisons import compare_with_baseline
from ausrec.experiments.results import GridResults
from ausrec.experiments.statistics import crossed_interval
from ausrec.experiments.summaries import (
    add_user_intervals,
    cost_table,
    differences_table,
    quality_table,
    weights_table,
)
from tests.grids import EMPTY, make_grid

VARIANTS = {("none", "none"): 0.0, ("ausrec", "all"): 0.01}
GRID = make_grid(VARIANTS, seeds=3, missing=[("ausrec", "all", 2)])


def test_quality_is_mean_and_sample_spread_over_seeds() -> None:
    table = quality_table(GRID.runs, ["ndcg@10"]).set_index("variant")
    own = GRID.runs[GRID.runs["strategy"] == "none"]["ndcg@10"]
    assert table.loc["none", "mean"] == pytest.approx(own.mean())
    assert table.loc["none", "sd"] == pytest.approx(np.std(own, ddof=1))
    # t of 97.5 % with two degrees of freedom is 4.3027.
    half = 4.302653 * np.std(own, ddof=1) / np.sqrt(3)
    assert table.loc["none", "high"] == pytest.approx(own.mean() + half, rel=1e-6)
    assert table["seeds"].to_dict() == {"none": 3, "ausrec": 2}


def test_quality_knows_all_test_metrics_and_no_others() -> None:
    assert list(dict.fromkeys(quality_table(GRID.runs)["metric"])) == ["recall@10", "ndcg@10"]


def test_one_seed_has_no_spread() -> None:
    table = quality_table(make_grid(VARIANTS, seeds=1).runs, ["ndcg@10"])
    assert table[["sd", "low", "high"]].isna().all(axis=None)


def test_a_mean_has_the_interval_over_its_seeds_and_users() -> None:
    grid = make_grid(VARIANTS, seeds=3, users=8)
    table = add_user_intervals(quality_table(grid.runs), grid.scores)
    scores = grid.scores[
        (grid.scores["strategy"] == "ausrec") & (grid.scores["metric"] == "ndcg@10")
    ]
    by_seed = np.array([part["value"] for _, part in scores.groupby("seed")])
    assert by_seed.shape == (3, 8)
    row = table[(table["variant"] == "ausrec") & (table["metric"] == "ndcg@10")].iloc[0]
    assert (row["user_low"], row["user_high"]) == crossed_interval(by_seed)
    assert row["user_low"] < row["mean"] < row["user_high"]


def test_without_scores_of_users_a_mean_has_no_such_interval() -> None:
    grid = make_grid(VARIANTS, seeds=3, users=8)
    quality = quality_table(grid.runs.assign(**{"recall@5": 0.1}))
    table = add_user_intervals(quality, grid.scores)
    assert set(table.loc[table["user_low"].isna(), "metric"]) == {"recall@5"}
    assert add_user_intervals(quality, EMPTY.scores)["user_low"].isna().all()


def test_weights_are_those_of_the_kept_epoch() -> None:
    table = weights_table(GRID)
    assert set(table["variant"]) == {"ausrec"}
    row = table[table["task"] == "two_hop"].iloc[0]
    runs = GRID.runs[GRID.runs["strategy"] == "ausrec"].set_index("seed")
    h = GRID.histories
    wanted = [
        h[
            (h["strategy"] == "ausrec")
            & (h["seed"] == seed)
            & (h["epoch"] == runs.loc[seed, "best_epoch"])
            & (h["task"] == "two_hop")
        ]["value"].item()
        for seed in (0, 1)
    ]
    assert (row["mean"], row["sd"]) == pytest.approx((np.mean(wanted), np.std(wanted, ddof=1)))
    assert row["seeds"] == 2


def test_cost_is_a_ratio_to_the_baseline_of_the_same_data_set() -> None:
    runs = pd.DataFrame(
        [
            ("a", "none", "none", 0, 1.0, 10, 100.0),
            ("a", "none", "none", 1, 3.0, 20, 120.0),
            ("a", "ausrec", "all", 0, 5.0, 30, 90.0),
            ("b", "ausrec", "all", 0, 5.0, 30, 90.0),
        ],
        columns=["dataset", "strategy", "tasks", "seed", "seconds_per_epoch", "epochs", "peak_mib"],
    )
    table = cost_table(runs, "none")
    assert table["ratio"].tolist() == pytest.approx([1.0, 2.5, np.nan], nan_ok=True)
    assert table["epochs"].tolist() == [15, 30, 30]
    assert table["peak_mib"].tolist() == [120, 90, 90]
    assert table["seeds"].tolist() == [2, 1, 1]


def test_differences_name_what_is_relative_and_found() -> None:
    found = compare_with_baseline(GRID, draws=0)
    table = differences_table(found)
    assert table["found"].tolist() == [each.found for each in found]
    assert table["relative"].item() == pytest.approx(found[0].difference / found[0].baseline_mean)


@pytest.mark.parametrize("grid", [EMPTY, make_grid({("none", "none"): 0.0}, seeds=1)])
def test_little_or_nothing_gives_tables_with_headers(grid: GridResults) -> None:
    assert weights_table(grid).empty
    assert list(weights_table(grid).columns)[:3] == ["dataset", "variant", "task"]
    assert differences_table(compare_with_baseline(grid)).empty
    assert len(quality_table(grid.runs, ["ndcg@10"])) == len(grid.runs)
    assert len(cost_table(grid.runs, "none")) == len(grid.runs)
