"""`ausrec compare` from the command line."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ausrec.cli import main
from ausrec.errors import AusrecError
from ausrec.experiments.run import Result, Run, execute
from tests.cli.conftest import FAST
from tests.words import instead

TABLES = ["--interactions", "plays.csv", "--social", "friends.csv"]
COMPARE = ["compare", *TABLES, *instead(FAST, "--epochs", "1"), "--out", "grid"]


@pytest.mark.usefixtures("in_this_process")
def test_a_grid_from_tables_of_ones_own(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*COMPARE, "--strategies", "equal,none", "--tasks", "social_link,none", "--seeds", "2"]
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert "Written to grid: report.html, tables/, figures/, table.csv" in printed
    table = pd.read_parquet(here / "grid" / "table.parquet")
    cells = table[["dataset", "strategy", "tasks", "seed"]].drop_duplicates()
    assert sorted(cells["strategy"]) == ["equal"] * 2 + ["none"] * 2 + ["popularity"] * 2
    assert set(cells["dataset"]) == {"plays"}
    kept = sorted((here / "grid" / "runs").glob("*.json"))
    kept = [path for path in kept if path.name != "manifest.json"]
    settings = [json.loads(path.read_text())["settings"] for path in kept]
    settings = next(each for each in settings if "model" in each)
    assert (settings["model"], settings["train.epochs"]) == ("lightgcn(dim=8, layers=2)", 1)
    times = [path.stat().st_mtime_ns for path in kept]
    assert main(words) == 0
    assert capsys.readouterr().out.splitlines()[0] == printed.splitlines()[0]
    assert [path.stat().st_mtime_ns for path in kept] == times


@pytest.mark.usefixtures("in_this_process")
def test_machines_that_did_some_seeds_each_put_their_runs_together(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [*COMPARE[:-2], "--strategies", "none"]
    assert main([*words, "--seeds", "0,1", "--out", "first"]) == 0
    assert main([*words, "--seeds", "2,3", "--out", "second"]) == 0
    for path in (here / "second" / "runs").iterdir():
        if not (there := here / "first" / "runs" / path.name).exists():
            shutil.copy(path, there)
    monkeypatch.setattr("ausrec.experiments.run_grid.execute", None)
    assert main([*words, "--seeds", "4", "--out", "first"]) == 0
    assert pd.read_csv(here / "first" / "table.csv")["seed"].unique().tolist() == [0, 1, 2, 3]


@pytest.mark.usefixtures("in_this_process")
def test_failed_runs_are_told_and_set_the_status(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*COMPARE, "--strategies", "equal", "--tasks", "social_link"]
    # Of 30 users in batches of 64, the second step meets what the first has made of W.
    assert main([*words, "--train.learning_rate", "1e30"]) == 1
    captured = capsys.readouterr()
    assert "failed: plays: equal, tasks social_link, seed 0: AusrecError:" in captured.err
    assert "1 of 2 runs failed; the same command repeats them" in captured.err
    assert "Traceback" not in captured.err
    assert main(words) == 0


@pytest.mark.usefixtures("in_this_process")
def test_a_failed_baseline_costs_neither_report_nor_the_list_of_failures(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_alone(run: Run, **more: Any) -> Result:
        if run.strategy == "none":
            raise AusrecError("on purpose")
        return execute(run, **more)

    # The package has a function of the same name.
    monkeypatch.setattr(sys.modules["ausrec.experiments.run_grid"], "execute", fails_alone)
    words = [*COMPARE, "--strategies", "none,equal,random", "--tasks", "social_link"]
    assert main([*words, "--baseline", "none"]) == 1
    captured = capsys.readouterr()
    assert "No run of LightGCN has finished: compared with equal · social_link" in captured.err
    assert "1 of 4 runs failed" in captured.err
    assert "against equal · social_link:" in captured.out
    assert "Runs that failed" in (here / "grid" / "report.html").read_text()


@pytest.mark.usefixtures("in_this_process")
def test_the_report_and_the_terminal_call_the_encoder_by_its_name(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*COMPARE, "--strategies", "none,equal", "--tasks", "social_link"]
    place = words.index("--layers")
    assert main([*words[:place], *words[place + 2 :], "--encoder", "mf"]) == 0
    assert "against MF:" in capsys.readouterr().out
    page = (here / "grid" / "report.html").read_text()
    assert "against MF:" in page
    assert "model: mf(" in page


def grid_of(words: list[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the grid of a command line, and where it goes; nothing is run."""
    asked: list[Any] = []

    def note(grid: Any, out: Path, **more: Any) -> int:
        asked.extend([grid, out, more["store"]])
        return 0

    monkeypatch.setattr("ausrec.cli.compare_command.run_and_report", note)
    assert main(["compare", *words]) == 0
    return asked


def test_flags_make_the_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["--dataset", "lastfm,epinions", "--strategies", "equal,ausrec(meta_share=0.5)"]
    words += ["--tasks", "all,none", "--seeds", "3,5", "--dim", "8", "--out", "x"]
    grid, out, runs = grid_of(words, monkeypatch)
    assert (grid.datasets, grid.tasks, grid.seeds) == (("lastfm", "epinions"), "all,none", "3,5")
    assert grid.base.get("model.dim") == 8
    assert grid.base.data.dataset is None
    assert (out, runs) == (Path("x"), None)


def test_a_configuration_is_the_base(
    finished_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.yaml"
    shutil.copy(finished_run / "run" / "config.yaml", config)
    text = config.read_text().replace("tasks: all", "tasks: [social_link, two_hop]")
    config.write_text(text)
    words = ["--config", str(config), "--strategies", "equal", "--out", "x"]
    grid, _, _ = grid_of(words, monkeypatch)
    assert Path(grid.base.data.interactions).name == "plays.csv"
    assert grid.tasks == "social_link+two_hop"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--strategies", "none"], "--out is missing: add --out DIR"),
        (["--out", "x"], "--strategies is missing: add --strategies NAMES"),
        (["--strategies", "none", "--out", "x", "--seed", "3"], "--seed: name seeds by --seeds"),
        (["--strategies", "none", "--out", "x", "--weighting", "equal"], "--weighting: it is the"),
        (["--strategies", "none", "--out", "x"], "no data is named"),
        (["--strategies", "equl", "--out", "x", "--dataset", "club"], "did you mean 'equal'"),
        (["--strategies", "none", "--out", "x", "--dataset", "clob"], "did you mean 'club'"),
        (["--strategy", "none"], "unknown option --strategy; did you mean --strategies"),
        (["--strategies", "none", "--out", "x", "--weighting.scale", "3"], "none of the strategi"),
        (["--strategies", "none", "--dim", "wide", "--out", "x"], "model.dim is 'wide'"),
        (
            [
                "--strategies",
                "none",
                "--out",
                "x",
                "--tasks",
                "all",
                "--metapath",
                "user-item-user",
            ],
            "--metapath: write it in --tasks, as all+metapath",
        ),
        (
            ["--strategies", "none", "--out", "x", "--dataset", "club", "--jobs", "0"],
            "0 processes can do nothing",
        ),
        (
            ["--strategies", "none", "--out", "x", "--dataset", "club", "--metric", "ndgc@10"],
            "did you mean 'ndcg@10'",
        ),
        (
            ["--strategies", "none", "--out", "x", "--dataset", "club", "--baseline", "equal"],
            "no variant 'equal' to compare with; known are LightGCN",
        ),
        (["--strategies", "none", "--out", "plays.csv"], "--out plays.csv is a file"),
        (["--strategies", "none", "--out", ""], "--out is empty"),
        (
            ["--strategies", "none", "--out", "x", "--dataset", "club", "--threads", "0"],
            "threads is 0, but must be from 1 to 1024",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    here: Path, complaint: Callable[[list[str]], str], words: list[str], message: str
) -> None:
    assert message in complaint(["compare", *words])
    assert not (here / "x").exists()


def test_help_tells_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--help"]) == 0
    printed = capsys.readouterr().out
    for word in ("--strategies", "--seeds", "--runs", "--jobs", "--train.epochs", "left_out"):
        assert word in printed


@pytest.mark.usefixtures("in_this_process")
def test_several_data_sets_and_encoders_and_any_metric_in_one_grid(
    here: Path, capsys: pytest.CaptureFixture[str], complaint: Callable[[list[str]], str]
) -> None:
    words = ["compare", *instead(FAST, "--epochs", "1"), "--out", "grid"]
    words += ["--data", "mine=plays.csv,friends.csv", "--data", "bare=plays.csv,min_per_user=2"]
    words += ["--encoder", "lightgcn,mf(dim=4)", "--strategies", "none,equal", "--seeds", "2"]
    assert main([*words, "--metric", "novelty@7"]) == 0
    printed = capsys.readouterr().out
    assert "novelty@7 on the test part" in printed
    table = pd.read_parquet("grid/table.parquet")
    cells = [f"{data}, {model}" for data in ("mine", "bare") for model in ("lightgcn", "mf(dim=4)")]
    assert list(table["dataset"].unique()) == cells
    scores = pd.read_parquet("grid/scores.parquet")
    assert set(scores["metric"]) == {"recall@10", "ndcg@10", "novelty@7"}
    page = Path("grid/report.html").read_text()
    assert "What was assumed" in page and "no social links" in page and "Social links" in page
    assert "What was it measured on?" in page and "plays.csv</td>" not in page
    # Another metric that was kept costs no run; one that was not does.
    capsys.readouterr()
    assert main([*words, "--metric", "recall@20"]) == 0
    assert "done again" not in capsys.readouterr().err
    assert main([*words, "--metric", "recall@7"]) == 0
    assert "finished runs have not kept recall@7 of each user" in capsys.readouterr().err
    for more, said in (
        (["--data", "mine=plays.csv,a.csv,b.csv"], "write NAME=INTERACTIONS,SOCIAL"),
        (["--data", "mine=plays.csv,sozial=b.csv"], "write NAME=INTERACTIONS,SOCIAL"),
        (["--data", "clob"], "did you mean 'club'"),
        (["--metric", "gini@10"], "--metric: 'gini@10' is not kept by user"),
        (["--metric", "popularity_lift@10"], "less is better"),
        (["--metric", "recall"], "did you mean 'recall@10'"),
    ):
        assert said in complaint([*words, *more])
    words = ["search", "--strategy", "ausrec", "--dataset", "club", "--out", "found"]
    assert "--encoder: name one here" in complaint([*words, "--encoder", "lightgcn,mf"])
    assert "a search is on one data set" in complaint([*words, "--data", "mine=plays.csv"])
