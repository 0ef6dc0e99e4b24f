"""Settings are the parameters of a constructor, and what is written becomes their type."""

from dataclasses import dataclass, field
from typing import Literal

import pytest

from ausrec.errors import SettingError
from ausrec.settings import convert, default_of, describe_type, settings_of, value_text


class Glue:
    """Something that Python gives as an object."""


@dataclass
class Base:
    """Do the base."""

    scale: float = 1.5
    """How much it counts."""


@dataclass
class Thing(Base):
    """Do a thing."""

    weights: dict[str, float] = field(default_factory=dict)
    """Weights by name."""

    how: str | Glue = "plain"
    """In which way."""


class Plain:
    """Do it plainly."""

    def __init__(self, graph: object, dim: int = 64, seed: int = 0) -> None:
        """Keep it.

        Args:
            graph: what a run gives.
            dim: of the
                table.
            seed: what a run gives.
        """


def by_function(graph: object, *, rate: float | None = None) -> None:
    """Make it.

    Args:
        graph: what a run gives.
        rate: of it.
    """


def test_fields_of_dataclasses_are_settings_inherited_ones_included() -> None:
    found = settings_of(Thing)
    assert list(found) == ["scale", "weights", "how"]
    assert found["scale"] == (float, 1.5, "How much it counts.")
    assert found["weights"] == (dict[str, float], {}, "Weights by name.")
    assert found["how"].kind is str


def test_what_a_run_fills_in_is_no_setting() -> None:
    assert settings_of(Plain) == {"dim": (int, 64, "of the table.")}
    assert list(settings_of(by_function)) == ["rate"]
    assert settings_of(by_function)["rate"].says == "of it."
    assert default_of(Plain, "dim") == 64


def test_a_setting_without_a_type_is_of_that_of_its_default() -> None:
    def bare(dim=64, name="x", path=None):  # type: ignore[no-untyped-def]
        return dim, name, path

    kinds = {name: each.kind for name, each in settings_of(bare).items()}
    assert kinds == {"dim": int, "name": str, "path": None}


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        (int, "5", 5),
        (float, "1e-3", 0.001),
        (float, 1, 1.0),
        (float | None, "null", None),
        (bool, "true", True),
        (str, "2024", "2024"),
        (tuple[int, ...], "[5, 10]", (5, 10)),
        (tuple[int, ...], [5], (5,)),
        (tuple[int, ...], "5,10", (5, 10)),
        (tuple[str, ...], "a, b", ("a", "b")),
        (dict[str, float], "{a: 1e-2, b: 1}", {"a": 0.01, "b": 1.0}),
        (Literal["a", "b"], "b", "b"),
    ],
)
def test_a_value_becomes_the_type_of_its_setting(
    kind: object, given: object, value: object
) -> None:
    found = convert("x", given, kind)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        (int, "many", "x is 'many', but must be a whole number"),
        (int, "2.5", "x is '2.5', but must be a whole number"),
        (float, None, "x is 'null', but must be a number"),
        (float, True, "x is 'True', but must be a number"),
        (float | None, "x", "x is 'x', but must be a number or null"),
        (tuple[int, ...], "5", "x is '5', but must be a list of whole numbers, as [a, b]"),
        (dict[str, float], {1: 2}, "x is '{1: 2}', but must be a mapping, as {a: 0.5}"),
        (dict[str, str], "[1]", "x is '[1]', but must be a mapping, as {a: b}"),
        (int, 2**70, "x is about 2^70, but must be below 2^63"),
        (
            Literal["lightgcn", "mf"],
            "lightgn",
            "x is 'lightgn', but must be one of lightgcn, mf; did you mean 'lightgcn'?",
        ),
    ],
)
def test_a_wrong_value_is_answered_with_what_it_must_be(
    kind: object, given: object, words: str
) -> None:
    with pytest.raises(SettingError) as raised:
        convert("x", given, kind)
    assert (str(raised.value), raised.value.setting) == (words, "x")


def test_types_have_words() -> None:
    assert describe_type(str | tuple[str, ...]) == "a text or a list of texts, as [a, b]"
    assert describe_type(bool) == "true or false"


@pytest.mark.parametrize("value", [0.001, 3, True, None, {"a": 0.5}, [1, 2], "a text", (1, 2)])
def test_what_is_written_is_read_again(value: object) -> None:
    kinds = {
        dict: dict[str, float],
        list: list[int],
        tuple: tuple[int, ...],
        type(None): int | None,
    }
    kind = kinds.get(type(value), type(value))
    assert convert("x", value_text(value), kind) == value
