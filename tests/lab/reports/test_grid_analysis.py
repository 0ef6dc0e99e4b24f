from dataclasses import replace

from ausrec.lab.reports.grid_analysis import GridAnalysis
from tests.grids import EMPTY, make_grid

SINGLE = {("ausrec", "two_hop"): 0.0, ("ausrec", "all-two_hop"): 0.0}
MAIN = {("none", "none"): 0.0, ("ausrec", "all"): 0.01}


def test_single_tasks_are_a_family_of_their_own() -> None:
    found = GridAnalysis(make_grid(MAIN | SINGLE, users=5, encoder="LightGCN"))
    assert [each.variant for each in found.comparisons] == ["ausrec"]
    assert found.baseline == "LightGCN"
    assert set(found.transfer["added_to"]) == {"alone", "among all"}
    assert found.tables["quality"]["variant"].tolist() == ["LightGCN", "ausrec"]
    assert set(found.tables["quality_by_metric"]["variant"]) == {
        "LightGCN",
        "ausrec",
        "ausrec · two_hop",
        "ausrec · all-two_hop",
    }


def test_where_there_are_only_single_tasks_they_are_compared() -> None:
    found = GridAnalysis(make_grid({("none", "none"): 0.0} | SINGLE, users=5))
    assert [each.variant for each in found.comparisons] == [
        "ausrec · two_hop",
        "ausrec · all-two_hop",
    ]


def test_a_strategy_of_single_tasks_only_stands_for_itself() -> None:
    alone = {("equal(weight=0.1)", "sgl"): 0.0, ("equal(weight=0.1)", "apr"): 0.0}
    found = GridAnalysis(make_grid(MAIN | SINGLE | alone, users=5))
    assert [each.variant for each in found.comparisons] == [
        "ausrec",
        "equal(weight=0.1) · sgl",
        "equal(weight=0.1) · apr",
    ]


def test_gains_by_activity_are_told_where_it_is_known() -> None:
    grid = make_grid(MAIN, users=8)
    places = grid.scores[["dataset", "seed", "user"]].drop_duplicates()
    activity = places.assign(interactions=places["user"].astype(int) + 1)
    activity["popularity"] = 20.0 - activity["interactions"]
    tables = GridAnalysis(grid, activity=activity).tables
    assert tables["activity"].columns.tolist()[2:] == [f"group {n}" for n in (1, 2, 3, 4)]
    assert tables["activity"].iloc[0]["group 1"].startswith("1-2: 0.")
    assert tables["activity_in_full"]["users"].tolist() == [2.0] * 8
    assert tables["popularity"].iloc[0]["group 1"].startswith("12-13: 0.")
    assert not {"activity", "popularity"} & GridAnalysis(grid).tables.keys()


def test_tables_without_a_row_are_left_out() -> None:
    assert GridAnalysis(EMPTY).tables == {}
    assert set(GridAnalysis(make_grid({("none", "none"): 0.0}, seeds=1, users=5)).tables) == {
        "quality",
        "quality_by_metric",
        "ranks",
        "cost",
    }


def test_recall_and_ndcg_at_the_cut_off_of_the_metric_are_to_be_read() -> None:
    grid = make_grid(MAIN, users=5)
    wider = replace(grid, runs=grid.runs.assign(**{"recall@20": 0.3, "mrr@10": 0.2}))
    tables = GridAnalysis(wider).tables
    interval = "ndcg@10, 95 % over seeds and users"
    assert list(tables["quality"].columns)[3:] == ["recall@10", "ndcg@10", interval]
    assert set(tables["quality_by_metric"]["metric"]) == {
        "recall@10",
        "ndcg@10",
        "recall@20",
        "mrr@10",
    }
    by_mrr = GridAnalysis(wider, metric="mrr@10").tables["quality"]
    assert list(by_mrr.columns)[3:] == ["recall@10", "ndcg@10", "mrr@10"]
