"""`ausrec report`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ausrec.cli import main


def test_it_writes_the_same_report_anew(with_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Path("run/report.html")
    before = report.read_text()
    report.unlink()
    assert main(["report", "--run", "run"]) == 0
    assert "report.html" in capsys.readouterr().out
    after = report.read_text()
    assert len(after) > 10_000
    assert "Training ended after 4 epochs (all epochs trained); the model" in before
    assert before == after


def test_an_older_run_does_not_say_why_it_ended(with_run: Path) -> None:
    metrics = json.loads(Path("run/metrics.json").read_text())
    del metrics["stopped"]
    Path("run/metrics.json").write_text(json.dumps(metrics))
    assert main(["report", "--run", "run"]) == 0
    assert "Training took 4 epochs; the model" in Path("run/report.html").read_text()


def test_a_damaged_run_leaves_the_report_as_it_was(
    with_run: Path, complaint: Callable[[list[str]], str]
) -> None:
    before = Path("run/report.html").read_bytes()
    Path("run/metrics.json").write_text('{"best_epoch": 1}')
    assert "damaged" in complaint(["report", "--run", "run"])
    assert Path("run/report.html").read_bytes() == before


def test_a_run_is_asked_for(complaint: Callable[[list[str]], str]) -> None:
    assert "add --run DIR" in complaint(["report"])
