"""What the two commands that run grids share."""

from pathlib import Path

import pandas as pd
import pytest
from ausrec.cli.grid_options import (
    note_other_code,
    out_folder,
    summary,
)

from ausrec.errors import AusrecError
from ausrec.experiments import GridResults, Run, Store
from ausrec.training.recipe import Recipe

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
EMPTY = pd.DataFrame()
RESULTS = GridResults(RUNS, EMPTY, EMPTY, EMPTY, "LightGCN")


def test_a_summary_has_a_row_for_each_variant() -> None:
    table = summary(RESULTS, "ndcg@10").set_index("variant")
    assert table.index.tolist() == ["LightGCN", "equal"]
    assert list(map(str, table["ndcg@10"])) == ["0.1500 ± 0.0707", "0.4000 ± 0.1414"]
    assert table.loc["LightGCN", ["seeds", "epochs", "peak MiB"]].tolist() == [2, 4, 450]


def a_run(strategy: str, tasks: str, dim: int = 8) -> Run:
    return Run(Recipe(model=f"lightgcn(dim={dim})"), "club", strategy, tasks, 0)


def test_an_output_folder_is_named_and_is_no_file(tmp_path: Path) -> None:
    assert out_folder(str(tmp_path), "x") == tmp_path
    for nothing in (None, ""):
        with pytest.raises(AusrecError, match="no output folder"):
            out_folder(nothing, "x")
    (tmp_path / "file").touch()
    with pytest.raises(AusrecError, match="a file is there already"):
        out_folder(str(tmp_path / "file"), "x")


def test_runs_that_older_code_has_made_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = a_run("equal", "all")
    note_other_code(Store(tmp_path), [run])
    assert capsys.readouterr() == ("", "")
    (tmp_path / f"{run.key}.json").write_text('{"code": "of old"}')
    note_other_code(Store(tmp_path), [run, a_run("equal", "all", dim=16)])
    told = capsys.readouterr().err
    assert told.startswith("1 of 2 runs were made by another version of ausrec")
    assert run.label in told and str(tmp_path) in told
