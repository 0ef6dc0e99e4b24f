"""Functions become commands; what cannot be is answered in one line."""

from pathlib import Path
from typing import Annotated

import pytest

from ausrec.cli import main
from ausrec.cli.command import Command, Folder
from ausrec.errors import AusrecError


@Command
def wall_paint(
    rooms: tuple[str, ...],
    *,
    coats: int = 1,
    colour: str | None = None,
    twice: bool = False,
    tall: int = 2,
    brand: Annotated[str, "MAKER"] | None = None,
    house: Folder,
) -> int:
    """Paint a wall.

      ausrec wall paint kitchen

    Then wait.

    Args:
        rooms: some, 100 % of them
        coats: how many
        colour: any
        twice: and again
        tall: metres of the ladder
        brand: of the ladder
        house: where it is
    """
    return len(rooms)


WORDS = ["kitchen", "--house", "h"]


def test_values_have_their_types() -> None:
    found = wall_paint.read([*WORDS, "--coats", "2", "--twice", "--twice", "--tall=3", "hall"])
    assert (found["coats"], found["colour"], found["twice"]) == (2, None, True)
    assert found["rooms"] == ("kitchen", "hall")
    assert found["house"] == Path("h")
    assert (found["tall"], found["brand"]) == (3, None)
    assert wall_paint(WORDS) == 1


def test_the_docstring_is_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        wall_paint(["--help"])
    text = capsys.readouterr().out
    assert text.startswith("usage: ausrec wall paint ROOMS --house DIR [options]\n\nPaint a wall.")
    assert "\n  ausrec wall paint kitchen\n\nThen wait.\n" in text
    assert "Args:" not in text
    for line in (
        "ROOMS            some, 100 % of them",
        "--coats N        how many (default 1)",
        "--twice          and again",
        "--brand MAKER    of the ladder",
    ):
        assert line in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--coats", "many"], "--coats is 'many', but must be a whole number"),
        (["--color", "red"], "unknown option --color; did you mean --colour"),
        (["--coat", "2"], "unknown option --coat; did you mean --coats"),
        (["-c", "2"], "unknown option -c;"),
        (["--coats"], "--coats: expected one argument"),
        (["--house", __file__], "is a file, but must be a folder"),
        (["--coats=1", "--coats", "2"], "--coats is given twice: give it once"),
        (["--colour", " "], "--colour is empty: give it a value, or leave it out"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(words: list[str], message: str) -> None:
    with pytest.raises(AusrecError, match=message):
        wall_paint.read([*words, "kitchen"] if "--house" in words else [*WORDS, *words])


def test_what_must_be_given_is_asked_for() -> None:
    with pytest.raises(AusrecError, match="--house is missing: add --house DIR, where it"):
        wall_paint.read(["kitchen"])
    with pytest.raises(AusrecError, match="ROOMS is missing: add ROOMS, some"):
        wall_paint.read(["--house", "h"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["compare", "--seeds", "3", "--seeds=5"], "--seeds is given twice: give it once"),
        (["train", "--epochs", "3", "--train.epochs", "5"], "--train.epochs is given twice"),
        (["train", "--tensorboard", ""], "--tensorboard is empty: give it a value, or leave it"),
        (["compare", "--runs", " "], "--runs is empty"),
        (["search", "--storage="], "--storage is empty"),
        (["data", "make", "--folder", ""], "--folder is empty"),
        (["data", "list", "--data-root", ""], "--data-root is empty"),
        (["train", "--data-root", ""], "--data-root is empty"),
    ],
)
def test_commands_refuse_what_is_given_twice_or_empty(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert capsys.readouterr().err.startswith(f"error: {message}")
    assert not list(tmp_path.iterdir())
