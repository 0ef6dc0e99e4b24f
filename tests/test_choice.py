"""One spelling for everything that is chosen by name."""

import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ausrec.choice import Choice, Chosen, catalog_help, choose, chosen, split_outside
from ausrec.errors import SettingError


@dataclass
class GradNorm:
    """Bring gradients to one size.

    More about it.
    """

    asymmetry: float = 1.5
    """How hard."""

    weights: dict[str, float] = field(default_factory=dict)
    """By task."""

    inner: str = "plain"
    """Another choice."""


def nothing() -> None:
    """Do nothing."""


THINGS = {"gradnorm": GradNorm, "none": nothing}


def read(text: str) -> Choice:
    return choose(text, THINGS, "thing")


def test_a_choice_is_made_with_its_settings() -> None:
    assert read("gradnorm(asymmetry=2)")() == GradNorm(2.0)
    assert read("gradnorm( asymmetry = 1e-3 , weights={a: 1, b: 0.5})")() == GradNorm(
        0.001, {"a": 1.0, "b": 0.5}
    )
    assert (
        read("gradnorm(inner=neumann(terms=3, rate=0.5))")().inner == "neumann(terms=3, rate=0.5)"
    )
    assert read("none")() is None


def test_defaults_are_left_out_so_that_equal_choices_are_equal() -> None:
    assert read("gradnorm(asymmetry=1.5)") == read("gradnorm()") == read("gradnorm")
    assert str(read("gradnorm(weights={a: 1}, asymmetry=2)")) == (
        "gradnorm(asymmetry=2.0, weights={a: 1.0})"
    )
    assert read("gradnorm").in_full() == "gradnorm(asymmetry=1.5, weights={}, inner=plain)"
    assert read("gradnorm").get("asymmetry") == 1.5


@given(st.floats(0.001, 100), st.dictionaries(st.sampled_from("abc"), st.floats(0, 1)))
def test_what_is_written_is_read_again(asymmetry: float, weights: dict[str, float]) -> None:
    choice = read("gradnorm").set("asymmetry", asymmetry).set("weights", weights)
    for text in (str(choice), choice.in_full()):
        assert read(text) == choice
    assert pickle.loads(pickle.dumps(choice))() == choice()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gradnrm", "thing 'gradnrm' is unknown; did you mean 'gradnorm'?"),
        ("gradnorm(asymetry=1)", "thing.asymetry is no setting of 'gradnorm'; did you mean 'asym"),
        ("none(a=1)", "thing.a is no setting of 'none'; it has none"),
        ("gradnorm(asymmetry=x)", "thing.asymmetry is 'x', but must be a number"),
        ("gradnorm(asymmetry)", "'asymmetry' is not SETTING=VALUE"),
        ("gradnorm(asymmetry=1, asymmetry=2)", "'asymmetry' is given twice"),
        ("gradnorm(weights={a: 1)", "bracket"),
        ("gradnorm(asymmetry=1", "write NAME or NAME(SETTING=VALUE, ...)"),
        ("", "write NAME or NAME(SETTING=VALUE, ...)"),
        ("sgl", "known are gradnorm, none"),
    ],
)
def test_what_cannot_be_is_answered_in_one_line(text: str, message: str) -> None:
    with pytest.raises(SettingError) as raised:
        read(text)
    assert message in str(raised.value) and "\n" not in str(raised.value)


@given(st.text(alphabet="gradnom(){}[],=. 01-", max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text)
    except SettingError as error:
        assert "\n" not in str(error)


def test_signs_in_brackets_do_not_split() -> None:
    found = list(split_outside("a(b=1-2)+c-d", "+-", "x"))
    assert found == [("", "a(b=1-2)"), ("+", "c"), ("-", "d")]


@dataclass(frozen=True)
class Holder:
    thing: Chosen = chosen(THINGS, "thing", "gradnorm(asymmetry=3)")


def test_a_field_takes_texts_and_holds_choices() -> None:
    assert Holder().thing.get("asymmetry") == 3.0
    assert Holder("none").thing.name == "none"
    assert replace(Holder("none"), thing="gradnorm") == Holder("gradnorm")
    assert pickle.loads(pickle.dumps(Holder("none"))) == Holder("none")
    with pytest.raises(FrozenInstanceError):
        Holder().thing = "none"  # type: ignore[misc]
    with pytest.raises(SettingError, match="is unknown"):
        Holder("nothing")


def test_the_help_lists_names_with_what_they_do_and_their_settings() -> None:
    assert catalog_help(THINGS).splitlines() == [
        "  gradnorm: Bring gradients to one size",
        "      asymmetry=1.5  How hard.",
        "      weights={}  By task.",
        "      inner=plain  Another choice.",
        "  none: Do nothing",
    ]
