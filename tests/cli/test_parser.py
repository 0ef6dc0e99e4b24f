"""Complaints in one line."""

from typing import Literal

import pytest

from ausrec.cli import main
from ausrec.cli.parser import Parser, SettingError, describe_mistake, describe_type
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
    ("kind", "words"),
    [
        (int, "a whole number"),
        (float | None, "a number or null"),
        (bool, "true or false"),
        (tuple[int, ...], "a list of whole numbers, as [a, b]"),
        (str | tuple[str, ...], "a text or a list of texts, as [a, b]"),
        (dict[str, str], "a mapping, as {a: b}"),
        (Literal["a", "b"], "a, b"),
    ],
)
def test_types_have_words(kind: object, words: str) -> None:
    assert describe_type(kind) == words


def test_a_choice_names_all_and_the_nearest() -> None:
    kind = Literal["lightgcn", "mf"]
    assert describe_mistake("encoder", "lightgn", kind) == (
        "encoder is 'lightgn', but must be one of lightgcn, mf; did you mean 'lightgcn'?"
    )
    assert describe_mistake("encoder", None, kind) == "encoder must be one of lightgcn, mf"
    assert (
        describe_mistake("encoder", "x", kind) == "encoder is 'x', but must be one of lightgcn, mf"
    )


def test_a_choice_that_may_be_left_open_names_all_and_the_nearest(
    capsys: pytest.CaptureFixture,
) -> None:
    assert main(["train", "--weighting.hypergradient", "fixed_lenght"]) == 2
    assert capsys.readouterr().err.startswith(
        "error: weighting.hypergradient is 'fixed_lenght', but must be one of unrolled, "
    )
    assert describe_mistake("h", "bb", Literal["a", "b"] | None) == (
        "h is 'bb', but must be one of a, b or null; did you mean 'b'?"
    )
    # The value and not its type, of which the complaint of a union tells first.
    assert main(["train", "--weighting.learning_rate", "x"]) == 2
    told = capsys.readouterr().err
    assert told == "error: weighting.learning_rate is 'x', but must be a number or null\n"
