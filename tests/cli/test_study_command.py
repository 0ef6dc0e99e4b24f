"""`ausrec study` from the command line."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from ausrec.cli import main
from ausrec.cli.study_command import study_run
from ausrec.experiments.study import read_study
from tests.cli.conftest import FAST

TABLES = ["--interactions", "plays.csv", "--social", "friends.csv"]


def test_studies_are_listed_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "list"]) == 0
    assert "noise" in capsys.readouterr().out
    assert main(["study", "show", "with_and_without_weighting"]) == 0
    printed = capsys.readouterr().out
    assert "strategies: none, equal, ausrec" in printed
    assert "settings: model.social False" in printed
    mine = tmp_path / "mine.yaml"
    grid = "{strategies: [none, equal], seeds: [3, 5]}"
    mine.write_text(f"title: Two seeds\nquestion: Which?\ngrids: [{grid}]\n")
    assert main(["study", "show", str(mine)]) == 0
    assert "seeds: 3, 5" in capsys.readouterr().out
    assert main(["study", "--help"]) == 0
    assert "usage: ausrec study list|show|run" in capsys.readouterr().out
    assert main(["study", "run", "--help"]) == 0
    assert "--seeds" in capsys.readouterr().out


@pytest.mark.usefixtures("in_this_process")
def test_a_study_runs_on_tables_of_ones_own(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text(
        "title: Mine\nquestion: Which?\nbaseline: none\nbase: {train.epochs: 1}\n"
        "grids: [{strategies: [none, equal], tasks: [social_link], datasets: [lastfm]}]\n"
    )
    fast = [word for word in FAST if word not in ("--epochs", "4")]
    assert main(["study", "run", "mine.yaml", *TABLES, *fast, "--out", "out"]) == 0
    assert "Written to out" in capsys.readouterr().out
    table = pd.read_parquet(here / "out" / "table.parquet")
    assert set(table["strategy"]) == {"none", "equal", "popularity"}
    assert set(table["dataset"]) == {"plays"}
    assert set(table.loc[table["quantity"] == "epochs", "value"]) == {0, 1}


def test_flags_win_over_the_study_and_its_grids_over_both() -> None:
    words = ["convergence", "--epochs", "7", "--dataset", "club", "--out", "x"]
    asked = study_run.read(words)
    shared = asked["flags"].shared(read_study(asked["name"]).settings()[0])
    base, dataset = shared.base, shared.datasets
    assert (base.train.epochs, base.train.patience) == (7, 0)
    assert (dataset, asked["seeds"]) == (("club",), None)
    words = ["with_and_without_weighting", "--model.social", "true", "--seeds", "2", "--out", "x"]
    asked = study_run.read(words)
    study = read_study(asked["name"])
    base = asked["flags"].shared(study.settings()[0]).base
    grids = study.expand(base, seeds=asked["seeds"])
    assert [grid.base.get("model.social") for grid in grids] == [True, False]
    assert [grid.seeds for grid in grids] == ["2", "2"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["lst"], "did you mean 'list'"),
        (["show"], "NAME is missing"),
        (["show", "noize"], "did you mean 'noise'"),
        (["list", "noise"], "'noise' is one word too many"),
        (["run"], "NAME is missing: add NAME, a study"),
        (["run", "--out", "x"], "NAME is missing"),
        (
            ["run", "noise"],
            "--out is missing: add --out DIR, the folder for",
        ),
        (["run", "noise", "--tasks", "all", "--out", "x"], "--tasks: the study names its sets"),
        (
            ["run", "noise", "--metapath", "a-b", "--out", "x"],
            "--metapath: the study names its sets",
        ),
        (["run", "noise", "--dataset", "clob", "--out", "x"], "did you mean 'club'"),
        (["run", "noise", "--weighting.scale", "x", "--out", "x"], "weighting.scale is 'x', but"),
        (
            ["run", "noise", "--weighting.name", "x", "--out", "x"],
            "weighting.name is set, but",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    here: Path, complaint: Callable[[list[str]], str], words: list[str], message: str
) -> None:
    assert message in complaint(["study", *words])
    assert not (here / "x").exists()
