"""Complaints in one line."""

from pathlib import Path

import pytest
from ausrec.cli.parser import Parser

from ausrec.cli import main
from ausrec.errors import AusrecError


def make_parser() -> Parser:
    parser = Parser("paint", "Paint a wall.")
    parser.option("--coats", int, 1)
    parser.option("--colour")
    parser.add_argument("--twice", action="store_true")
    return parser


def test_values_have_their_types() -> None:
    found = make_parser().read(["--coats", "2", "--twice", "--twice"])
    assert (found.coats, found.colour, found.twice) == (2, None, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--coats", "many"], "--coats is 'many', but must be a whole number"),
        (["--color", "red"], "unknown option --color; did you mean --colour"),
        (["--coat", "2"], "unknown option --coat; did you mean --coats"),
        (["blue"], "'blue' is one word too many"),
        (["--coats"], "--coats: expected one argument"),
        (["--coats=1", "--coats", "2"], "--coats is given twice: give it once"),
        (["--colour", " "], "--colour is empty: give it a value, or leave it out"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(words: list[str], message: str) -> None:
    with pytest.raises(AusrecError, match=message):
        make_parser().read(words)


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
