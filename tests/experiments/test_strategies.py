"""Strategies by name: what is written is what is built, and no setting is without effect."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ausrec.errors import AusrecError
from ausrec.experiments.strategies import (
    DERIVED,
    NO_TASKS,
    check_shared,
    only_shared,
    parse_strategy,
)
from ausrec.runs.recipe import STRATEGIES, Recipe

numbers = st.floats(0.001, 100).map(lambda number: f"{number:.3f}")


@given(st.sampled_from([*STRATEGIES, *DERIVED]))
def test_every_name_is_built(name: str) -> None:
    strategy = parse_strategy(name)
    assert (strategy.name, strategy.label) == (name, name)
    expected = "manual" if name in DERIVED else name
    assert strategy.apply(Recipe(), {}) == Recipe(weighting=expected)


@given(st.sampled_from(["equal", "random"]), numbers, st.sampled_from(["", " ", "  "]))
def test_a_label_is_what_was_written(name: str, weight: str, space: str) -> None:
    strategy = parse_strategy(f"{space}{name}{space}({space}weight{space}={space}{weight}{space})")
    assert strategy.label == f"{name}(weight={weight})"
    assert parse_strategy(strategy.label) == strategy
    assert strategy.apply(Recipe(), {}).get("weighting.weight") == float(weight)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("equl", "strategy 'equl' is unknown; did you mean 'equal'"),
        ("equal(wieght=1)", "strategy.wieght is no setting of 'equal'; did you mean 'weight'"),
        ("equal(weight=heavy)", "strategy.weight is 'heavy', but must be a number"),
        (
            "equal(weight=-1)",
            r"weighting.weight is -1.0, but must be 0 or more \(strategy 'equal\(",
        ),
        ("frozen(data=x)", "no setting of 'frozen'; did you mean 'dataset'"),
        ("shuffled(dataset=x)", "no setting of 'shuffled'; it has none"),
        ("none(weight=1)", "no setting of 'none'; it has none"),
    ],
)
def test_what_cannot_be_is_refused(text: str, message: str) -> None:
    with pytest.raises(AusrecError, match=message):
        parse_strategy(text).apply(Recipe(), {})


def test_shared_settings_go_to_the_strategies_that_have_them() -> None:
    shared = {"meta_share": 0.5, "weight": 0.2}
    found = {
        text: parse_strategy(text).apply(Recipe(), shared).weighting
        for text in ("ausrec", "equal", "equal(weight=1)", "frozen")
    }
    assert found["ausrec"] == Recipe(weighting="ausrec(meta_share=0.5)").weighting
    assert found["equal"] == Recipe(weighting="equal(weight=0.2)").weighting
    # Its own settings win, the default written out among them.
    assert found["equal(weight=1)"] == Recipe(weighting="equal").weighting
    assert found["frozen"] == Recipe(weighting="manual").weighting


def test_shared_settings_that_no_strategy_has_are_refused() -> None:
    check_shared(
        {"meta_share": 0.5, "weight": 1}, [parse_strategy("frozen"), parse_strategy("equal")]
    )
    with pytest.raises(AusrecError, match=r"weighting\.meta_share is set, but none of the strat"):
        check_shared({"meta_share": 0.5}, [parse_strategy("equal"), NO_TASKS])
    with pytest.raises(AusrecError, match="did you mean 'weight'"):
        check_shared({"wieght": 0.5}, [parse_strategy("equal")])
    assert only_shared({"weight": 1, "scale": 2}, [parse_strategy("equal")]) == {"weight": 1}
