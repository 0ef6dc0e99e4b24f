"""The names that can be set are those that there are."""

from typing import get_args, get_type_hints

from ausrec.training.weighting_config import WeightingConfig
from ausrec.training.weightings import ESTIMATORS, WEIGHTINGS

HINTS = get_type_hints(WeightingConfig)


def test_strategies() -> None:
    assert get_args(HINTS["name"]) == tuple(WEIGHTINGS)


def test_estimators() -> None:
    assert get_args(get_args(HINTS["hypergradient"])[0]) == tuple(ESTIMATORS)


def test_every_setting_is_read_by_some_strategy() -> None:
    read = {setting for choice in WEIGHTINGS.values() for setting in choice.reads}
    assert read == set(HINTS) - {"name"}
