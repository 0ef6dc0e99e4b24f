"""Weightings by name."""

from typing import get_args, get_type_hints

import pytest

from ausrec.errors import AusrecError
from ausrec.training.weighting_config import WEIGHTINGS, WeightingConfig
from ausrec.weighting import Equal, Manual, MetaRows, MetaWeighting


def test_every_name_builds_and_every_weighting_has_a_name() -> None:
    names = get_args(get_type_hints(WeightingConfig)["name"])
    assert set(names) == set(WEIGHTINGS)
    built = {name: WeightingConfig(name).build() for name in names}
    assert isinstance(built["equal"], Equal) and isinstance(built["manual"], Manual)
    assert built["none"] is None


@pytest.mark.parametrize(("name", "mode"), [("meta", "scale_free"), ("published", "published")])
def test_by_default_they_are_as_their_class_makes_them(name: str, mode: str) -> None:
    made = WeightingConfig(name).build()  # type: ignore[arg-type]
    plain = MetaWeighting(mode)  # type: ignore[arg-type]
    assert isinstance(made, MetaWeighting)
    for attribute in ("mode", "per", "hidden", "learning_rate", "virtual_rate", "decay", "meta"):
        assert getattr(made, attribute) == getattr(plain, attribute), attribute
    assert vars(made.reduction) == vars(plain.reduction)


def test_settings_reach_the_weighting() -> None:
    made = WeightingConfig(
        per="task", learning_rate=0.5, hidden=3, scale=2.0, decay=0.1, virtual_rate=0.2,
        meta_share=0.4, meta_in_step=False, meta_in_graph=True,
    ).build()  # fmt: skip
    assert isinstance(made, MetaWeighting)
    found = made.per, made.learning_rate, made.hidden, made.decay, made.virtual_rate, made.meta
    assert found == ("task", 0.5, 3, 0.1, 0.2, MetaRows(0.4, False, True))
    assert vars(made.reduction) == {"scale": 2.0}
    equal = WeightingConfig("equal", weight=0.25).build()
    assert isinstance(equal, Equal) and equal.weight == 0.25
    manual = WeightingConfig("manual", weights={"two_hop": 1.0}).build()
    assert isinstance(manual, Manual) and manual.chosen == {"two_hop": 1.0}


@pytest.mark.parametrize(
    "config",
    [
        WeightingConfig("published", learning_rate=0.1),
        WeightingConfig("equal", scale=2.0),
        WeightingConfig("manual", weight=2.0),
        WeightingConfig("meta", weights={"two_hop": 1.0}),
        WeightingConfig("none", per="task"),
    ],
)
def test_settings_that_would_do_nothing_are_refused(config: WeightingConfig) -> None:
    with pytest.raises(AusrecError, match="does not read it: leave it out"):
        config.build()
