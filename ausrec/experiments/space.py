"""The settings that a search may change, and between what."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ausrec.errors import AusrecError, SettingError, complaint
from ausrec.experiments.checks import check_run
from ausrec.experiments.run import load
from ausrec.experiments.strategies import Strategy
from ausrec.runs.read_yaml import complaints_about, read_yaml
from ausrec.runs.recipe import Recipe, check_name
from ausrec.runs.task_sets import NONE
from ausrec.settings import value_text

with complaint("Optuna is not installed", "pip install 'ausrec[search]'", ImportError):
    from optuna.distributions import (
        BaseDistribution,
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

# They decide what is measured, or where, and not how well a model is trained.
NOT_SEARCHED = {
    "data": "names the data",
    "split": "decides what is measured",
    "train.seed": "is chance",
    "train.select": "decides what is measured",
    "train.ks": "decides what is measured",
    "train.device": "decides where, not what",
    "train.threads": "decides where, not what",
    "train.checkpoint_every": "changes no result",
    "weighting": "is the strategy: search each with the same number of trials",
}

Values = FloatDistribution | IntDistribution | tuple[Any, ...]
Space = Mapping[str, Values]
Distributions = Mapping[str, BaseDistribution]

EVERY_MODEL: Space = {
    "train.learning_rate": FloatDistribution(1e-3, 3e-2, log=True),
    "train.l2": FloatDistribution(1e-6, 1e-2, log=True),
}
WITH_TASKS: Space = {"train.task_batch_size": (64, 128, 256, 512, 1024)}
# Used where the strategy has the setting.
WEIGHTING: Space = {
    "weight": FloatDistribution(1e-2, 10, log=True),
    "scale": FloatDistribution(0.1, 10, log=True),
    "learning_rate": FloatDistribution(1e-4, 1e-1, log=True),
    "temperature": FloatDistribution(0.5, 8, log=True),
    "asymmetry": FloatDistribution(0, 3),
    "radius": FloatDistribution(0.1, 0.9),
}


def default_space(strategy: Strategy) -> Space:
    """Return what is searched for a strategy; what it was given by name stays as it is."""
    if strategy.name == NONE:
        return EVERY_MODEL
    own = {
        f"weighting.{name}": values
        for name, values in WEIGHTING.items()
        if strategy.choice.has(name) and name not in strategy.given
    }
    return {**EVERY_MODEL, **WITH_TASKS, **own}


def read_space(path: Path) -> Space:
    """Read a space from YAML: a setting a line, with a list of values or a range.

    train.learning_rate: {low: 0.001, high: 0.03, log: true}
    train.task_batch_size: [128, 256, 512]

    Raises:
        AusrecError: naming the file and what is wrong in it.
    """
    content = read_yaml(path, "a space")
    if not isinstance(content, dict) or not content:
        raise AusrecError(f"{path}: no settings in it; write one a line, as train.l2: [0, 0.001]")
    with complaints_about(path):
        return {str(name): _values(str(name), given) for name, given in content.items()}


def _values(name: str, given: object) -> Values:
    check_name(name)
    if isinstance(given, list) and given:
        return tuple(tuple(each) if isinstance(each, list) else each for each in given)
    if not isinstance(given, dict) or not {"low", "high"} <= given.keys() <= {"low", "high", "log"}:
        raise SettingError(
            name, "must be a list of values, or a range, as {low: 0.1, high: 1, log: true}"
        )
    low, high, log = given["low"], given["high"], given.get("log", False)
    try:
        # Whether a setting is a whole number shows when the space meets a recipe.
        if isinstance(low, int) and isinstance(high, int):
            return IntDistribution(low, high, log)
        return FloatDistribution(float(low), float(high), log)
    except (TypeError, ValueError) as error:
        raise SettingError(name, f"has no range from {low} to {high} ({error})") from error


def check_space(space: Space, recipe: Recipe) -> Distributions:
    """Try the values of a space on a recipe; return the space as Optuna takes it.

    A range between whole numbers holds all numbers where the setting does.

    Args:
        space: what is to be searched.
        recipe: which the settings would change.

    Raises:
        AusrecError: when the recipe cannot have a setting of the space, or a value of it.
    """
    if not space:
        raise AusrecError("nothing to search: name at least one setting")
    found: dict[str, BaseDistribution] = {}
    for name, values in space.items():
        group, _, _ = check_name(name).partition(".")
        why = NOT_SEARCHED.get(name) or (group != "weighting" and NOT_SEARCHED.get(group))
        if why:
            raise SettingError(name, f"cannot be searched: it {why}")
        if isinstance(values, tuple):
            found[name] = CategoricalDistribution([stored(value) for value in values])
        elif isinstance(recipe.get(name), float):
            found[name] = FloatDistribution(values.low, values.high, values.log)
        else:
            found[name] = values
        for value in values if isinstance(values, tuple) else (values.low, values.high):
            try:
                changed = recipe.set(name, value)
                changed.build_weighting()
                if group in ("model", "tasks"):
                    check_run(changed, load(recipe.data))
            except AusrecError as error:
                if isinstance(error, SettingError) and error.setting == name:
                    raise
                shown = value_text(value)
                raise SettingError(name, f"cannot be {shown} in this search: {error}") from error
    return found


def holds(values: BaseDistribution, value: object) -> bool:
    """Tell whether a value is among those of a setting."""
    if isinstance(values, CategoricalDistribution):
        return value in values.choices
    assert isinstance(values, IntDistribution | FloatDistribution)
    return isinstance(value, int | float) and values.low <= value <= values.high


def stored(value: object) -> bool | int | float | str | None:
    """Return a value as Optuna keeps it: plain, or as the text of a flag."""
    return value if value is None or isinstance(value, bool | int | float) else value_text(value)
