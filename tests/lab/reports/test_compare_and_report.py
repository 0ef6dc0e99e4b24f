from dataclasses import replace
from pathlib import Path

import pytest
from ausrec.training.settings import ModelConfig

from ausrec.errors import AusrecError
from ausrec.experiments import Grid, Run, SerialEngine
from ausrec.lab import compare_and_report
from ausrec.lab.reports.compare_and_report import (
    baseline_of,
    check_metric,
    encoder_name,
    shared_settings,
)
from ausrec.training.config import TrainConfig
from ausrec.training.recipe import Recipe

QUICK = Recipe(model=ModelConfig(dim=8), train=TrainConfig(epochs=1))


def test_a_grid_is_run_and_told_in_one_call(tmp_path: Path) -> None:
    grid = Grid("none,equal", tasks="social_link", seeds=2, datasets="club", base=QUICK)
    told = compare_and_report(
        grid, tmp_path, engine=SerialEngine(), title="Do links help?", show=False
    )
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert written - set(told.files) == {name for name in written if name.startswith("runs/")}
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Do links help?" in page and "95 % over seeds and users" in page
    assert told.baseline == told.analysis.baseline == "LightGCN"
    assert len(told.runs) == len(told.analysis.results.runs) == 4
    (found,) = told.analysis.comparisons
    assert (found.variant, found.seeds) == ("equal · social_link", 2)
    assert found.user_low <= found.difference <= found.user_high


def test_what_cannot_be_told_is_refused_before_the_first_run(tmp_path: Path) -> None:
    grid = Grid("equal", tasks="social_link", datasets="club", base=QUICK)
    for wrong in ({"metric": "ndgc@10"}, {"baseline": "equl"}):
        with pytest.raises(AusrecError, match="did you mean"):
            compare_and_report(grid, tmp_path / "new", show=False, **wrong)
    assert not (tmp_path / "new").exists()


def test_a_metric_that_was_not_measured_is_refused() -> None:
    check_metric("ndcg@10", "metric")
    with pytest.raises(
        AusrecError, match="metric: 'ndgc@10' is not kept by user; did you mean 'ndcg@10'"
    ):
        check_metric("ndgc@10", "metric")


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
