"""Complaints in one line."""

from pathlib import Path

import pytest

from ausrec.cli import main
from ausrec.cli.parser import Parser, SettingError
from ausrec.errors import AusrecError


def make_parser() -> Parser:
    parser = Parser("paint", "Paint a wall.")
    parser.add_argument("--coats", type=int, default=1)
    parser.add_argument("--colour", type=str)
    parser.types["coats"] = int
    return parser


def test_a_wrong_type_names_setting_and_remedy() -> None:
    with pytest.raises(SettingError) as raised:
        make_parser().parse_args(["--coats", "many"])
    assert str(raised.value) == "coats is 'many', but must be a whole number"
    assert raised.value.setting == "coats"


def test_an_unknown_option_is_answered_with_the_nearest() -> None:
    with pytest.raises(AusrecError, match="unknown option --color; did you mean --colour"):
        make_parser().parse_args(["--color", "red"])


def test_options_are_not_guessed_from_their_beginnings() -> None:
    with pytest.raises(AusrecError, match="unknown option --coat; did you mean --coats"):
        make_parser().parse_args(["--coat", "2"])


def test_a_stray_word_and_a_missing_value_are_told() -> None:
    with pytest.raises(AusrecError, match="'blue' is one word too many"):
        make_parser().parse_args(["blue"])
    with pytest.raises(AusrecError, match="--coats: expected one argument"):
        make_parser().parse_args(["--coats"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["compare", "--seeds", "3", "--seeds=5"], "--seeds is given twice: give it once"),
        (["train", "--epochs", "3", "--train.epochs", "5"], "--train.epochs is given twice"),
        (["recommend", "-k", "3", "--k", "5"], "--k is given twice"),
        (["train", "--tensorboard", ""], "--tensorboard is empty: give it a value, or leave it"),
        (["compare", "--runs", " "], "--runs is empty"),
        (["search", "--storage="], "--storage is empty"),
        (["data", "make", "--folder", ""], "--folder is empty"),
        (["data", "list", "--data-root", ""], "--data-root is empty"),
        (["train", "--data-root", ""], "--data.data_root is empty"),
    ],
)
def test_what_is_given_twice_or_empty_is_refused(
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


def test_a_switch_may_be_repeated() -> None:
    parser = Parser("x", "")
    parser.add_argument("--groups", action="store_true")
    assert parser.parse_args(["--groups", "--groups"]).groups


def test_a_choice_that_may_be_left_open_names_all_and_the_nearest(
    capsys: pytest.CaptureFixture,
) -> None:
    assert main(["train", "--weighting.hypergradient", "fixed_lenght"]) == 2
    assert capsys.readouterr().err.startswith(
        "error: weighting.hypergradient is 'fixed_lenght', but must be one of unrolled, "
    )
    # The value and not its type, of which the complaint of a union tells first.
    assert main(["train", "--weighting.learning_rate", "x"]) == 2
    told = capsys.readouterr().err
    assert told == "error: weighting.learning_rate is 'x', but must be a number or null\n"
