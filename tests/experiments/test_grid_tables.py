from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ausrec.experiments.comparisons import compare_with_baseline, differences_table, transfer_table
from ausrec.experiments.grid_tables import (
    add_user_intervals,
    cost_table,
    differences_readable,
    quality_table,
    quality_wide,
    transfer_wide,
    weights_table,
    weights_wide,
)
from ausrec.experiments.results import GridResults, add_variant
from ausrec.experiments.statistics import Comparison, crossed_interval
from ausrec.experiments.table_writer import cell_text
from tests.grids import EMPTY, make_grid

VARIANTS = {("none", "none"): 0.0, ("ausrec", "all"): 0.01}
GRID = make_grid(VARIANTS, seeds=3, missing=[("ausrec", "all", 2)])


def quality_of(grid: GridResults, metric: str) -> pd.DataFrame:
    return quality_table(grid.runs).query("metric == @metric")


def test_quality_is_mean_and_sample_spread_over_seeds() -> None:
    table = quality_of(GRID, "ndcg@10").set_index("variant")
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
    table = quality_table(make_grid(VARIANTS, seeds=1).runs)
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
    table = cost_table(add_variant(runs), "none")
    assert table["ratio"].tolist() == pytest.approx([1.0, 2.5, np.nan], nan_ok=True)
    assert table["epochs"].tolist() == [15, 30, 30]
    assert table["peak_mib"].tolist() == [120, 90, 90]
    assert table["seeds"].tolist() == [2, 1, 1]


def test_differences_name_what_is_relative_and_significant() -> None:
    (one,) = compare_with_baseline(GRID)
    table = differences_table([one])
    assert table["significant"].tolist() == [one.significant]
    assert table["relative"].item() == pytest.approx(one.difference / one.baseline_mean)


@pytest.mark.parametrize("grid", [EMPTY, make_grid({("none", "none"): 0.0}, seeds=1)])
def test_little_or_nothing_gives_tables_with_headers(grid: GridResults) -> None:
    assert weights_table(grid).empty
    assert list(weights_table(grid).columns)[:3] == ["dataset", "variant", "task"]
    assert differences_table(compare_with_baseline(grid)).empty
    assert len(quality_of(grid, "ndcg@10")) == len(grid.runs)
    assert len(cost_table(grid.runs, "none")) == len(grid.runs)


SETS = make_grid(
    {("none", "none"): 0.0, ("ausrec", "all"): 0.01, ("ausrec", "two_hop"): 0.0}, seeds=2
)


def test_quality_has_a_column_a_metric_in_the_order_of_the_runs() -> None:
    quality = quality_table(SETS.runs)
    wide = quality_wide(quality)
    assert list(wide.columns) == ["dataset", "variant", "seeds", "recall@10", "ndcg@10"]
    assert wide["variant"].tolist() == ["none", "ausrec", "ausrec · two_hop"]
    row = quality[(quality["variant"] == "ausrec") & (quality["metric"] == "ndcg@10")].iloc[0]
    assert str(wide.loc[1, "ndcg@10"]) == f"{row['mean']:.4f} ± {row['sd']:.4f}"


def test_quality_tells_the_interval_over_seeds_and_users_where_it_is_known() -> None:
    grid = make_grid({("none", "none"): 0.0, ("ausrec", "all"): 0.01}, seeds=2, users=6)
    quality = add_user_intervals(quality_table(grid.runs), grid.scores)
    wide = quality_wide(quality, "ndcg@10")
    row = quality[(quality["variant"] == "ausrec") & (quality["metric"] == "ndcg@10")].iloc[0]
    shown = wide.loc[1, "ndcg@10, 95 % over seeds and users"]
    assert str(shown) == f"{row['user_low']:.4f} to {row['user_high']:.4f}"
    only = quality.assign(user_low=quality["user_low"].where(quality["variant"] == "none"))
    assert pd.isna(quality_wide(only, "ndcg@10").loc[1, "ndcg@10, 95 % over seeds and users"])
    unknown = add_user_intervals(quality_table(grid.runs), EMPTY.scores)
    assert list(quality_wide(unknown, "ndcg@10")) == list(quality_wide(quality_table(grid.runs)))


def test_weights_are_missing_where_a_task_was_not_trained() -> None:
    wide = weights_wide(weights_table(SETS)).set_index("variant")
    assert pd.isna(wide.loc["ausrec · two_hop", "three_hop"])
    assert " ± " in str(wide.loc["ausrec · two_hop", "two_hop"])


def test_a_small_weight_is_not_called_nothing() -> None:
    rows = [("a", 0.003, 0.0), ("b", 0.0, 0.0), ("c", 0.25, 0.1)]
    table = pd.DataFrame(rows, columns=["variant", "mean", "sd"]).assign(dataset="d", task="sept")
    shown = weights_wide(table).set_index("variant")["sept"].map(str).to_dict()
    assert shown == {"a": "0.0030 ± 0.0000", "b": "0.00 ± 0.00", "c": "0.25 ± 0.10"}


def test_a_comparison_in_a_row() -> None:
    one = Comparison("d", "a", "b", "m", 5, 0.11, 0.10, 0.01, 0.001, 0.001, 0.019, p_holm=0.04)
    row = differences_readable([one]).iloc[0].map(cell_text)
    assert row["difference"] == "+0.0100"
    assert row["relative"] == "+10.0 %"
    assert row["95 % over seeds"] == "+0.0010 to +0.0190"
    assert row["Hedges' g"] == "–"
    assert (row["Holm p"], row["Wilcoxon p"]) == ("0.0400", "–")
    small = differences_readable([replace(one, p_holm=4e-5)]).iloc[0]
    assert cell_text(small["Holm p"]) == "< 0.0001"
    assert row["significant"] == "yes"
    single = differences_readable([Comparison("d", "a", "b", "m", 1)]).iloc[0]
    assert single["significant"] == "not tested"


def test_nothing_is_borne() -> None:
    assert quality_wide(quality_table(EMPTY.runs)).empty
    assert weights_wide(weights_table(EMPTY)).empty
    assert isinstance(differences_readable([]), pd.DataFrame)


def test_the_readable_table_stars_what_is_significant() -> None:
    table = transfer_table(make_grid({("none", "none"): 0.0, ("ausrec", "two_hop"): 0.0}, seeds=2))
    wide = transfer_wide(table.assign(significant=True))
    assert wide.columns.tolist() == ["dataset", "strategy", "task", "alone"]
    assert " * (" in str(wide["alone"].item())
    assert " *" not in str(transfer_wide(table.assign(significant=False))["alone"].item())
    assert transfer_wide(transfer_table(EMPTY)).empty
