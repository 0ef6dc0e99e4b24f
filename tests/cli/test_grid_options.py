"""What the two commands that run grids share."""

import pandas as pd
import pytest

from ausrec.cli.grid_options import brief, check_metric, summary
from ausrec.errors import AusrecError
from ausrec.experiments import GridResults

RUNS = pd.DataFrame(
    {
        "dataset": "club",
        "strategy": ["none", "equal", "none", "equal"],
        "tasks": ["none", "all", "none", "all"],
        "seed": [0, 0, 1, 1],
        "key": list("abcd"),
        "ndcg@10": [0.1, 0.3, 0.2, 0.5],
        "epochs": [3, 4, 5, 6],
        "seconds_per_epoch": [1.0, 1.0, 2.0, 2.0],
        "peak_mib": [400.0, 500.0, 450.0, 450.0],
    }
)
RESULTS = GridResults(RUNS, pd.DataFrame(), pd.DataFrame(), pd.DataFrame())


def test_a_summary_has_a_row_for_each_variant() -> None:
    table = summary(RESULTS, "ndcg@10").set_index("strategy")
    assert table.index.tolist() == ["none", "equal"]
    assert table["ndcg@10"].tolist() == ["0.1500", "0.4000"]
    assert table.loc["equal", "± sd"] == "0.1414"
    assert table.loc["none", ["seeds", "epochs", "peak MiB"]].tolist() == [2, "4", "450"]


def test_files_in_a_folder_are_counted() -> None:
    assert brief(["a.csv", "t/b.md", "t/b.tex", "f/c.png"]) == "a.csv, t/ (2 files), f/ (1 files)"


def test_a_metric_that_was_not_measured_is_refused() -> None:
    check_metric("ndcg@10")
    with pytest.raises(AusrecError, match="'ndgc@10' is not kept by user; did you mean 'ndcg@10'"):
        check_metric("ndgc@10")
