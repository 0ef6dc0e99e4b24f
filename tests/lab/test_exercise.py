import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ausrec.errors import AusrecError
from ausrec.lab import exercise
from ausrec.lab.exercise import Property, check, exercises, judge, near, wants

FILE = """
from ausrec.lab.exercise import exercise, wants

@exercise("90-double", "warm-up")
def double(answer):
    yield wants("twice 2 is 4", answer(2) == 4, "Add.", "Add it to itself.")
    yield wants("twice 0 is 0", answer(0) == 0)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(exercise, "_listed", {})
    monkeypatch.setattr(exercise, "_tries", type(exercise._tries)())
    monkeypatch.setenv("AUSREC_SOLVED", str(tmp_path / "solved.json"))
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "90_x.py").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_right_answer_is_right_and_remembered(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not exercises()["solved"].any()
    check("90-double", lambda x: 2 * x)
    assert capsys.readouterr().out == "90-double: right. Properties that hold: 2.\n"
    assert json.loads((folder / "solved.json").read_text()) == ["90-double"]
    assert exercises().loc["90-double"].tolist() == ["warm-up", True]


def test_a_wrong_answer_gets_a_hint_more_each_time(folder: Path) -> None:
    def wrong(x: int) -> int:
        return x * x + 1

    texts = [judge("90-double", wrong).text.splitlines() for _ in range(3)]
    assert texts[0] == [
        "90-double: not yet: twice 2 is 4",
        "Properties that hold: 0.",
        "Hint 1: Add.",
        "Run the check again for another hint.",
    ]
    assert texts[1][2:] == texts[2][2:] == ["Hint 1: Add.", "Hint 2: Add it to itself."]
    assert not judge("90-double", lambda x: 4).right
    assert not (folder / "solved.json").exists()


def test_an_answer_that_fails_is_told_how() -> None:
    text = judge("90-double", lambda: 4).text
    assert text.startswith("90-double: your code stops with TypeError: ")


def test_an_unknown_exercise_and_a_missing_folder_are_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AusrecError, match="unknown exercise '90-duble'; did you mean '90-double'"):
        check("90-duble", 1)
    monkeypatch.setattr(exercise, "_listed", {})
    monkeypatch.chdir(folder / "exercises")
    (folder / "exercises" / "90_x.py").unlink()
    with pytest.raises(AusrecError, match="keep the folder `exercises` next to the chapters"):
        exercises()


@pytest.mark.parametrize("where", ["", "missing/exercises"])
def test_nothing_is_remembered_where_nothing_can_be(
    where: str, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    (folder / "missing").write_text("a file, not a folder")
    monkeypatch.setenv("AUSREC_SOLVED", where and str(folder / where))
    check("90-double", lambda x: 2 * x)
    assert not exercises()["solved"].any()


def test_a_property_of_arrays_must_hold_everywhere() -> None:
    def demands(answer: list[bool]) -> Iterator[Property]:
        yield wants("all", answer)

    assert [each.holds for each in (*demands([True, True]), *demands([True, False]))] == [1, 0]
    assert near([1.0, 2.0], [1.0, 2.0]) and not near([1.0, 2.0], [1.0, 2.1])
    assert not near([[1.0, 2.0]], [1.0, 2.0])
