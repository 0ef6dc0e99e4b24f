import sys
from pathlib import Path

import pytest

from ausrec.cli import main
from tests.lab.course.chapters import write_chapters


def test_builds_a_course(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notebooks = write_chapters(tmp_path / "notebooks", "Quick start")
    out = tmp_path / "course"
    words = ["course", "build", "--out", str(out), "--notebooks", str(notebooks), "--solutions"]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "00 · Quick start: about 3 s on two cores" in said
    assert str(out / "site" / "index.html") in said
    assert "<summary>Solution</summary>" in (out / "site/00_quick_start.html").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bild"], "unknown command 'course bild'; did you mean 'build'?"),
        (["build", "--notebooks", "nowhere"], "nowhere: no such folder"),
        (["build", "--ot", "x"], "unknown option --ot; did you mean --out?"),
    ],
)
def test_bad_input_is_one_line(
    words: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["course", *words]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_overview(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["course"]) == 2
    assert main(["course", "--help"]) == 0
    assert "build" in capsys.readouterr().out


def test_missing_libraries_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "ausrec.lab.course.build", raising=False)
    monkeypatch.setitem(sys.modules, "nbformat", None)
    assert main(["course", "build", "--out", str(tmp_path / "x")]) == 2
    assert "pip install 'ausrec[notebooks]'" in capsys.readouterr().err
