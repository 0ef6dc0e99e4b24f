"""`ausrec evaluate`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ausrec.cli.evaluate_command import read_cutoffs, required

from ausrec.cli import main
from ausrec.errors import AusrecError


def test_it_measures_again_what_was_measured(
    with_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--run", "run", "--ks", "10", "3"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[:2] for line in lines[1:]] == [
        *(["val", "3"], ["val", "10"], ["test", "3"], ["test", "10"]),
    ]
    test = json.loads(Path("run/metrics.json").read_text())["test"]
    assert lines[4][2] == f"{test['recall@10']:.4f}"
    assert lines[4][4] == f"{test['ndcg@10']:.4f}"


def test_groups_are_told_when_asked(with_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--run", "run", "--ks", "5", "--groups"]) == 0
    text = capsys.readouterr().out
    assert "By how active a user is" in text and "By how popular an item is" in text


def test_cutoffs_may_stand_apart_or_with_commas() -> None:
    assert read_cutoffs(["5,20", "10", "5"]) == (5, 10, 20)


@pytest.mark.parametrize("word", ["0", "-1", "ten", "1.5", "²"])
def test_other_cutoffs_are_refused(word: str) -> None:
    with pytest.raises(AusrecError, match="no whole number above 0"):
        read_cutoffs([word])


def test_a_run_is_asked_for(complaint: Callable[[list[str]], str]) -> None:
    assert "add --run DIR" in complaint(["evaluate"])
    assert required("r") == "r"
