"""`ausrec evaluate` and `report`."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest
import torch

from ausrec.cli import main
from ausrec.evaluation.metrics import METRICS, Metric
from ausrec.runs import load_run
from tests.cli.conftest import FAST

Complaint = Callable[[list[str]], str]


def test_it_measures_again_what_was_measured(
    with_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--run", "run", "--ks", "10,3"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    rows = [["val", "3"], ["val", "10"], ["test", "3"], ["test", "10"]]
    assert [line[:2] for line in lines if line[:1] in (["val"], ["test"])] == rows * 2
    assert "novelty" in lines[7]
    test = json.loads(Path("run/metrics.json").read_text())["test"]
    assert lines[4][2] == f"{test['recall@10']:.4f}"
    assert lines[4][4] == f"{test['ndcg@10']:.4f}"


def test_groups_are_told_when_asked(with_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--run", "run", "--ks", "5", "--groups"]) == 0
    text = capsys.readouterr().out
    assert "By how active a user is" in text and "By how popular an item is" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--ks", "0"], "--ks is 0, but must be above 0"),
        (["--ks", "5", "ten"], "--ks is '[5,ten]', but must be a list of whole numbers"),
        (["--ks", "1.5"], "--ks is '[1.5]', but must be a list of whole numbers"),
    ],
)
def test_other_cutoffs_are_refused(
    with_run: Path, words: list[str], said: str, complaint: Complaint
) -> None:
    assert said in complaint(["evaluate", "--run", "run", *words])


@pytest.mark.parametrize("name", ["evaluate", "recommend", "report", "export"])
def test_a_run_is_asked_for(name: str, complaint: Complaint) -> None:
    assert "--run is missing: add --run DIR" in complaint([name])


def test_report_writes_the_same_again(with_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Path("run/report.html")
    before = report.read_text()
    report.unlink()
    assert main(["report", "--run", "run"]) == 0
    assert "report.html" in capsys.readouterr().out
    after = report.read_text()
    assert len(after) > 10_000
    assert "Training ended after 4 epochs (all epochs trained); the model" in before
    assert before == after


def test_a_damaged_run_leaves_the_report_as_it_was(with_run: Path, complaint: Complaint) -> None:
    before = Path("run/report.html").read_bytes()
    Path("run/metrics.json").write_text('{"best_epoch": 1}')
    assert "damaged" in complaint(["report", "--run", "run"])
    assert Path("run/report.html").read_bytes() == before


def top_hit(hits: torch.Tensor, num_relevant: torch.Tensor, ks: Sequence[int]) -> torch.Tensor:
    return hits[:, :1].double().expand(-1, len(ks))


def test_a_metric_that_is_added_to_the_table_is_shown_everywhere(
    with_run: Path,
    in_this_process: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = Metric(top_hit, "Top hit", "says whether the very first item is a hit", shown=True)
    monkeypatch.setitem(METRICS, "top_hit", row)
    assert main(["evaluate", "--run", "run", "--ks", "5", "--groups"]) == 0
    text = capsys.readouterr().out
    assert "top_hit" in text and "top_hit@5" in text
    assert main(["report", "--run", "run"]) == 0
    page = Path("run/report.html").read_text(encoding="utf-8")
    assert "Top hit@10" in page and row.meaning in page
    grid = ["--strategies", "none,equal", "--tasks", "social_link", "--seeds", "2"]
    words = ["--interactions", "plays.csv", "--social", "friends.csv", *FAST, "--out", "grid"]
    assert main(["compare", *grid, *words, "--metric", "top_hit@10"]) == 0
    page = Path("grid/report.html").read_text(encoding="utf-8")
    assert "By Top hit@10 on the test set" in page and "Recall@10" in page
    assert "top_hit@10" in Path("grid/tables/quality.md").read_text(encoding="utf-8")


def test_a_further_test_table_is_measured_too(
    with_run: Path, capsys: pytest.CaptureFixture[str], complaint: Complaint
) -> None:
    trained = load_run("run")
    test = trained.splits.test["user", "rates", "item"]
    ids = [[trained.graph[n].raw_id[i] for i in part] for n, part in zip(
        ("user", "item"), test.edge_label_index.tolist(), strict=True)]  # fmt: skip
    known = [trained.graph[n].raw_id[i] for n, i in zip(
        ("user", "item"), test.known_index[:, 0].tolist(), strict=True)]  # fmt: skip
    rows = pd.DataFrame({"user": [*ids[0], known[0], "zoe"], "item": [*ids[1], known[1], "x01"]})
    rows.to_csv("other.csv", index=False)
    assert main(["evaluate", "--run", "run", "--ks", "5", "--test", "other.csv"]) == 0
    said = capsys.readouterr()
    assert f"other.csv: 1 of {len(rows)} rows are known from training or validation" in said.err
    assert "1 users (as 'zoe') that occur nowhere else" in said.err
    lines = [line.split() for line in said.out.splitlines()]
    (same,) = [line for line in lines if line[:2] == ["test", "5"] and "0." in line[2]][:1]
    (further,) = [line for line in lines if line[:2] == ["test,", "other.csv"]][:1]
    assert further[3:] == same[2:]
    rows.tail(2).to_csv("none.csv", index=False)
    said = complaint(["evaluate", "--run", "run", "--test", "none.csv"])
    assert "none.csv: no row is left that can be ranked" in said
    assert "nowhere.csv" in complaint(["evaluate", "--run", "run", "--test", "nowhere.csv"])
