"""Change settings of a recipe by their dotted names, checked against the dataclasses."""

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any, get_args, get_type_hints

import jsonargparse

from ausrec.errors import AusrecError
from ausrec.suggest import describe_mistake, has_names, nearest
from ausrec.training.recipe import Recipe


def override(recipe: Recipe, settings: Mapping[str, Any]) -> Recipe:
    """Return a recipe with other settings.

    Args:
        recipe: the recipe to start from.
        settings: values by dotted name, as `{"model.social": False}`.

    Raises:
        AusrecError: on a name that no recipe has, or a value of the wrong type.
    """
    changed: dict[str, dict[str, Any]] = {}
    for name, value in settings.items():
        group, setting = split_name(name)
        changed.setdefault(group, {})[setting] = _converted(group, setting, value)
    return replace(
        recipe,
        **{group: replace(getattr(recipe, group), **values) for group, values in changed.items()},
    )


def split_name(name: str) -> tuple[str, str]:
    """Split a dotted name into group and setting.

    Raises:
        AusrecError: when there is no such setting; the nearest is named.
    """
    known = [f"{group}.{each.name}" for group, kind in _groups().items() for each in fields(kind)]
    if name not in known:
        raise AusrecError(f"unknown setting '{name}'{_nearest_setting(name, known)}")
    group, _, setting = name.partition(".")
    return group, setting


def flatten(settings: Mapping[Any, Any]) -> dict[str, Any]:
    """Turn `{"model": {"dim": 8}}` into `{"model.dim": 8}`; dotted names stay as they are.

    Raises:
        AusrecError: when a group holds no settings, or one is given twice.
    """
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        if name not in _groups():
            found = {str(name): value}  # YAML reads 1 as a number, which no setting is called
        elif isinstance(value, Mapping):
            found = {f"{name}.{setting}": each for setting, each in value.items()}
        else:
            raise AusrecError(f"'{name}' is {value!r}, but must hold settings by name")
        for each in flat.keys() & found.keys():
            raise AusrecError(f"'{each}' is given twice: give it once")
        flat |= found
    return flat


def _nearest_setting(name: str, known: list[str]) -> str:
    near = [each for each in known if each.startswith(name.partition(".")[0] + ".")]
    return nearest(name, near or known)


@cache
def _groups() -> dict[str, Any]:
    hints = get_type_hints(Recipe)
    return {each.name: hints[each.name] for each in fields(Recipe)}


@cache
def _parser(group: str) -> jsonargparse.ArgumentParser:
    parser = jsonargparse.ArgumentParser(exit_on_error=False)
    parser.add_class_arguments(_groups()[group], group)
    return parser


def _converted(group: str, setting: str, value: Any) -> Any:
    """Turn a value as YAML has it (a list, a whole number) into what the setting holds."""
    kind = get_type_hints(_groups()[group])[setting]
    given = "null" if value is None else str(value)
    problem = describe_mistake(f"{group}.{setting}", given, kind)
    if (value is None and type(None) not in get_args(kind)) or not has_names(value):
        raise AusrecError(problem)
    try:
        parsed = _parser(group).parse_object({group: {setting: value}})
    except Exception as error:  # what jsonargparse raises has no common class below Exception
        raise AusrecError(problem) from error
    return parsed[group][setting]
