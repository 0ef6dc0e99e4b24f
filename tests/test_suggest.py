"""What was mistyped is answered with what is there."""

from typing import Literal

import pytest

from ausrec.suggest import describe_mistake, describe_type, nearest


def test_the_nearest_name_or_all_of_them() -> None:
    assert nearest("lastf", ["lastfm", "club"]) == "; did you mean 'lastfm'?"
    assert nearest("x", ["lastfm", "club"]) == "; known are club, lastfm"


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
    assert describe_mistake("h", "bb", Literal["a", "b"] | None) == (
        "h is 'bb', but must be one of a, b or null; did you mean 'b'?"
    )
