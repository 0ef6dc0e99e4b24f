"""Strategies by name: what is written is what is built, and nothing is read by nobody."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ausrec.errors import AusrecError
from ausrec.experiments.strategies import (
    DERIVED,
    check_read,
    parse_strategy,
    split_outside,
)
from ausrec.training.recipe import Recipe
from ausrec.training.weighting_config import WeightingConfig
from ausrec.training.weightings import WEIGHTINGS

names = st.sampled_from([*WEIGHTINGS, *DERIVED])
numbers = st.floats(0.001, 100).map(lambda number: f"{number:.3f}")


def test_settings_stand_in_parentheses() -> None:
    found = parse_strategy("  ausrec( meta_share=0.5,hidden = 8 ) ")
    assert found.label == "ausrec(meta_share=0.5, hidden=8)"
    weighting = found.apply(Recipe()).weighting
    assert weighting == WeightingConfig("ausrec", meta_share=0.5, hidden=8)
    manual = parse_strategy("manual(weights={social_link: 1, two_hop: 0.5})")
    assert manual.apply(Recipe()).weighting.weights == {"social_link": 1.0, "two_hop": 0.5}
    assert parse_strategy("equal()").label == "equal"
    assert parse_strategy("frozen(dataset=epinions)").settings == {"dataset": "epinions"}


@given(names)
def test_every_name_is_built(name: str) -> None:
    strategy = parse_strategy(name)
    assert (strategy.name, strategy.label) == (name, name)
    expected = "manual" if name in DERIVED else name
    assert strategy.apply(Recipe()).weighting == WeightingConfig(expected)


@given(st.sampled_from(["equal", "random"]), numbers, st.sampled_from(["", " ", "  "]))
def test_a_label_reads_as_the_same_strategy(name: str, weight: str, space: str) -> None:
    strategy = parse_strategy(f"{space}{name}{space}({space}weight{space}={space}{weight}{space})")
    assert parse_strategy(strategy.label) == strategy
    assert strategy.apply(Recipe()).weighting.weight == float(weight)


@given(st.lists(st.sampled_from(["equal", "a(b=c, d=e)", "m(w={a: 1, b: [2, 3]})"]), max_size=5))
def test_commas_in_brackets_do_not_split(parts: list[str]) -> None:
    assert split_outside(",".join(parts)) == parts
    assert split_outside(" , ".join(parts) + ",") == parts


@given(st.text(alphabet="abequl(){}[],=. 01-", max_size=20))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    try:
        for part in split_outside(text):
            parse_strategy(part).apply(Recipe())
    except AusrecError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("equl", "unknown strategy 'equl'; did you mean 'equal'"),
        ("equal(wieght=1)", "'equal' has no setting 'wieght'; did you mean 'weight'"),
        ("equal(meta_share=0.1)", "'equal' does not read 'meta_share'"),
        ("equal(weight=heavy)", "strategy 'equal.*weighting.weight is 'heavy', but must be a num"),
        ("equal(weight)", "'weight' is not SETTING=VALUE"),
        ("equal(weight=1,weight=2)", "given twice"),
        ("frozen(data=x)", "'frozen' has no setting 'data'; did you mean 'dataset'"),
        ("shuffled(dataset=x)", "'shuffled' has no setting 'dataset'; it reads none"),
        ("none(weight=1)", "'none' does not read 'weight'; it reads none"),
        ("equal(weight=[1)", "bracket"),
        ("manual(weights={a: b: c})", "cannot be read"),
        ("a b", "write NAME or NAME"),
    ],
)
def test_what_cannot_be_is_refused(text: str, message: str) -> None:
    with pytest.raises(AusrecError, match=message):
        for part in split_outside(text):
            parse_strategy(part).apply(Recipe())


def test_settings_of_the_base_go_to_those_that_read_them() -> None:
    base = replace(Recipe(), weighting=WeightingConfig("ausrec", meta_share=0.5, weight=0.2))
    found = {name: parse_strategy(name).apply(base).weighting for name in ("ausrec", "equal")}
    assert found["ausrec"] == WeightingConfig("ausrec", meta_share=0.5)
    assert found["equal"] == WeightingConfig("equal", weight=0.2)
    check_read(base, [parse_strategy(name) for name in ("frozen", "equal")])
    with pytest.raises(AusrecError, match=r"weighting\.meta_share is set, but none of the strat"):
        check_read(base, [parse_strategy("equal")])
