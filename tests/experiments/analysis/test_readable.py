from dataclasses import replace

import pandas as pd

from ausrec.experiments.statistics import Comparison
from ausrec.experiments.summaries import (
    add_user_intervals,
    differences_readable,
    quality_table,
    quality_wide,
    transfer_wide,
    weights_table,
    weights_wide,
)
from ausrec.experiments.task_gains import transfer_table
from tests.grids import EMPTY, make_grid

GRID = make_grid(
    {("none", "none"): 0.0, ("ausrec", "all"): 0.01, ("ausrec", "two_hop"): 0.0}, seeds=2
)


def test_quality_has_a_column_a_metric_in_the_order_of_the_runs() -> None:
    quality = quality_table(GRID.runs)
    wide = quality_wide(quality)
    assert list(wide.columns) == ["dataset", "variant", "seeds", "recall@10", "ndcg@10"]
    assert wide["variant"].tolist() == ["none", "ausrec", "ausrec · two_hop"]
    row = quality[(quality["variant"] == "ausrec") & (quality["metric"] == "ndcg@10")].iloc[0]
    assert wide.loc[1, "ndcg@10"] == f"{row['mean']:.4f} ± {row['sd']:.4f}"


def test_quality_tells_the_interval_over_seeds_and_users_where_it_is_known() -> None:
    grid = make_grid({("none", "none"): 0.0, ("ausrec", "all"): 0.01}, seeds=2, users=6)
    quality = add_user_intervals(quality_table(grid.runs), grid.scores)
    wide = quality_wide(quality, "ndcg@10")
    row = quality[(quality["variant"] == "ausrec") & (quality["metric"] == "ndcg@10")].iloc[0]
    shown = wide.loc[1, "ndcg@10, 95 % over seeds and users"]
    assert shown == f"{row['user_low']:.4f} to {row['user_high']:.4f}"
    only = quality.assign(user_low=quality["user_low"].where(quality["variant"] == "none"))
    assert quality_wide(only, "ndcg@10").loc[1, "ndcg@10, 95 % over seeds and users"] == "–"
    unknown = add_user_intervals(quality_table(grid.runs), EMPTY.scores)
    assert list(quality_wide(unknown, "ndcg@10")) == list(quality_wide(quality_table(grid.runs)))


def test_weights_have_a_dash_where_a_task_was_not_trained() -> None:
    wide = weights_wide(weights_table(GRID)).set_index("variant")
    assert wide.loc["ausrec · two_hop", "three_hop"] == "–"
    assert " ± " in wide.loc["ausrec · two_hop", "two_hop"]


def test_a_small_weight_is_not_called_nothing() -> None:
    rows = [("a", 0.003, 0.0), ("b", 0.0, 0.0), ("c", 0.25, 0.1)]
    table = pd.DataFrame(rows, columns=["variant", "mean", "sd"]).assign(dataset="d", task="sept")
    shown = weights_wide(table).set_index("variant")["sept"].to_dict()
    assert shown == {"a": "0.0030 ± 0.0000", "b": "0.00 ± 0.00", "c": "0.25 ± 0.10"}


def test_a_comparison_in_a_row() -> None:
    one = Comparison("d", "a", "b", "m", 2, 0.11, 0.10, 0.01, 0.001, 0.001, 0.019, p_holm=0.04)
    row = differences_readable([one]).iloc[0]
    assert row["difference"] == "+0.0100"
    assert row["relative"] == "+10.0 %"
    assert row["95 % over seeds"] == "+0.0010 to +0.0190"
    assert row["Hedges' g"] == "–"
    assert (row["Holm p"], row["Wilcoxon p"]) == ("0.0400", "–")
    assert differences_readable([replace(one, p_holm=4e-5)]).iloc[0]["Holm p"] == "< 0.0001"
    assert row["found"] == "yes"
    single = differences_readable([Comparison("d", "a", "b", "m", 1)]).iloc[0]
    assert single["found"] == "not tested"


def test_transfer_marks_findings() -> None:
    wide = transfer_wide(transfer_table(GRID))
    assert wide.columns.tolist() == ["dataset", "strategy", "task", "alone"]
    found = transfer_table(GRID).assign(found=True)
    assert " * (" in transfer_wide(found)["alone"].item()


def test_nothing_is_borne() -> None:
    assert quality_wide(quality_table(EMPTY.runs)).empty
    assert weights_wide(weights_table(EMPTY)).empty
    assert transfer_wide(transfer_table(EMPTY)).empty
    assert isinstance(differences_readable([]), pd.DataFrame)
