import pandas as pd
import pytest

from ausrec.experiments.regret import metric_by_condition, regret_by_condition, regret_table

ROWS = [
    # data set, tasks, strategy, seed, metric
    ("club", "none", "none", 0, 0.2),
    ("club", "none", "none", 1, 0.4),
    ("club", "all", "equal", 0, 0.5),
    ("club", "all", "equal", 1, 0.5),
    ("club", "all", "ausrec", 0, 0.3),
    ("club", "all", "ausrec", 1, 0.6),
    ("club", "all+noise", "equal", 0, 0.1),
    ("club", "all+noise", "ausrec", 0, 0.2),
    ("lastfm", "none", "none", 0, 0.8),
    ("lastfm", "all", "equal", 0, 0.6),
    ("lastfm", "all", "ausrec", 0, 0.72),
]


def grid(rows=ROWS):
    return pd.DataFrame(rows, columns=["dataset", "tasks", "strategy", "seed", "ndcg@10"])


def test_a_row_a_condition_and_the_encoder_alone_in_each():
    values = metric_by_condition(grid(), "ndcg@10")
    assert list(values.index) == [("club", "all"), ("club", "all+noise"), ("lastfm", "all")]
    assert values["none"].to_numpy() == pytest.approx([0.3, 0.3, 0.8])
    assert values["ausrec"].to_numpy() == pytest.approx([0.45, 0.2, 0.72])


def test_regret_is_the_share_lost_to_the_best_of_the_condition():
    regret = regret_by_condition(metric_by_condition(grid(), "ndcg@10"))
    assert regret["equal"].to_numpy() == pytest.approx([0, 2 / 3, 0.25])
    assert regret["ausrec"].to_numpy() == pytest.approx([0.1, 1 / 3, 0.1])
    assert (regret.min(axis=1) == 0).all()


def test_the_smallest_worst_case_comes_first():
    table = regret_table(metric_by_condition(grid(), "ndcg@10")).set_index("strategy")
    assert list(table.index) == ["ausrec", "none", "equal"]
    assert table.loc["ausrec", "worst_regret"] == pytest.approx(1 / 3)
    assert table.loc["ausrec", "worst_condition"] == "club · all+noise"
    assert table.loc["equal", "mean_regret"] == pytest.approx((2 / 3 + 0.25) / 3)
    assert table.loc["none", "times_best"] == 2
    assert table.loc["none", "mean_rank"] == pytest.approx((3 + 1 + 1) / 3)


def test_a_strategy_that_lacks_a_condition_is_left_out():
    table = regret_table(metric_by_condition(grid(ROWS[:-1]), "ndcg@10"))
    assert "ausrec" not in set(table["strategy"])


def test_one_condition_has_no_table():
    assert regret_table(metric_by_condition(grid(ROWS[:6]), "ndcg@10")).empty
