"""What the two commands that run grids share."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ausrec.cli.grid_options import (
    baseline_of,
    brief,
    check_metric,
    encoder_name,
    note_other_code,
    out_folder,
    shared_settings,
    summary,
)
from ausrec.errors import AusrecError
from ausrec.experiments import GridResults, Run, Store
from ausrec.experiments.analysis.variants import name_variants
from ausrec.training.recipe import Recipe
from ausrec.training.settings import ModelConfig

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
    table = summary(name_variants(RESULTS, "LightGCN"), "ndcg@10").set_index("variant")
    assert table.index.tolist() == ["LightGCN", "equal"]
    assert table["ndcg@10"].tolist() == ["0.1500", "0.4000"]
    assert table.loc["equal", "± sd"] == "0.1414"
    assert table.loc["LightGCN", ["seeds", "epochs", "peak MiB"]].tolist() == [2, "4", "450"]


def test_files_in_a_folder_are_counted() -> None:
    assert brief(["a.csv", "t/b.md", "t/b.tex", "f/c.png"]) == "a.csv, t/ (2 files), f/ (1 files)"


def test_a_metric_that_was_not_measured_is_refused() -> None:
    check_metric("ndcg@10")
    with pytest.raises(AusrecError, match="'ndgc@10' is not kept by user; did you mean 'ndcg@10'"):
        check_metric("ndgc@10")


def a_run(strategy: str, tasks: str, encoder: str = "lightgcn", dim: int = 8) -> Run:
    return Run(Recipe(model=ModelConfig(encoder, dim)), "club", strategy, tasks, 0)


def test_the_encoder_alone_has_the_name_of_the_paper() -> None:
    assert encoder_name([a_run("none", "none"), a_run("equal", "all")]) == "LightGCN"
    assert encoder_name([a_run("none", "none", "mf")]) == "MF"
    both = [a_run("none", "none", "mf"), a_run("none", "none")]
    assert encoder_name(both) == "encoder alone"


def test_a_baseline_is_known_before_any_run() -> None:
    runs = [a_run("equal", "all"), a_run("none", "none"), a_run("ausrec", "two_hop")]
    assert baseline_of(runs, None, "LightGCN") == "LightGCN"
    assert baseline_of(runs, "none", "LightGCN") == "LightGCN"
    assert baseline_of(runs, "ausrec", "LightGCN") == "ausrec · two_hop"
    with pytest.raises(AusrecError, match="no variant 'equl' to compare with; did you mean 'equa"):
        baseline_of(runs, "equl", "LightGCN")


def test_settings_that_all_runs_share() -> None:
    runs = [a_run("equal", "all", dim=8), a_run("none", "none", dim=16)]
    found = shared_settings([runs[0], replace(runs[1], seed=1)])
    assert found["model"]["encoder"] == "lightgcn"
    assert "dim" not in found["model"]
    assert shared_settings(runs[:1])["model"]["dim"] == 8


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
