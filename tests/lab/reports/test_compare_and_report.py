from dataclasses import replace
from pathlib import Path

import pytest

from ausrec.errors import AusrecError
from ausrec.experiments import Grid, Run, SerialEngine
from ausrec.lab import compare_and_report
from ausrec.lab.reports.compare_and_report import check_metric, shared_settings
from ausrec.runs.recipe import Recipe
from ausrec.training.config import TrainConfig

QUICK = Recipe(model="lightgcn(dim=8)", train=TrainConfig(epochs=1))


def test_a_grid_is_run_and_told_in_one_call(tmp_path: Path) -> None:
    grid = Grid("none,equal", tasks="social_link", seeds=2, datasets="club", base=QUICK)
    analysis = compare_and_report(
        grid, tmp_path, engine=SerialEngine(), title="Do links help?", show=False
    )
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Do links help?" in page and "95 % over seeds and users" in page
    assert analysis.baseline == "LightGCN"
    assert len(analysis.results.runs) == 4
    (found,) = analysis.comparisons
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


def test_settings_that_all_runs_share() -> None:
    plain = Run(QUICK, "club", "equal", "all", 0)
    wider = replace(plain, recipe=QUICK.set("model", "lightgcn(dim=16)").set("train.l2", 0))
    shared = shared_settings([plain, wider])
    assert shared["train"]["epochs"] == 1
    assert "model" not in shared and "l2" not in shared["train"]
    assert "dim=8" in str(shared_settings([plain])["model"])
