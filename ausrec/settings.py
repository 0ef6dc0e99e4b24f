"""Settings: the parameters of a constructor, with their types, defaults and docstrings.

jsonargparse turns what a flag, a YAML file or Python holds into the type of a setting.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from difflib import get_close_matches
from functools import cache, reduce
from operator import or_
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import jsonargparse
import yaml
from docstring_parser import parse, parse_from_object

from ausrec.errors import SettingError, check_size

Maker = Callable[..., Any]
_WRITTEN = (bool, int, float, str, NoneType)
GIVEN = ("graph", "seed")
"""Parameters that a run fills in, so that they are no settings."""
REQUIRED = inspect.Parameter.empty
"""The default of a parameter that has none."""


class Setting(NamedTuple):
    """One setting: a parameter of the constructor that it belongs to."""

    kind: Any
    """Its type."""

    default: Any
    """Its value where nothing is set."""

    says: str
    """Its docstring, in one line."""


@cache
def settings_of(make: Maker) -> dict[str, Setting]:
    """Return the settings of a class or a function: its parameters that have defaults.

    Not to be changed. Those in `GIVEN` are left out, but for a dataclass, which no run fills in.
    """
    return {
        name: setting._replace(kind=_written_kind(setting.kind))
        for name, setting in parameters_of(make).items()
        if setting.default is not REQUIRED and (name not in GIVEN or is_dataclass(make))
    }


@cache
def parameters_of(make: Maker) -> dict[str, Setting]:
    """Return all parameters of a class or a function; not to be changed.

    The default of one that must be given is `REQUIRED`.
    """
    function = make.__init__ if inspect.isclass(make) else make
    if not inspect.isroutine(function):  # an object that is called
        function = type(make).__call__
    hints, says = get_type_hints(function, include_extras=True), _docstrings(make)
    signature = inspect.signature(make)
    defaults = {name: parameter.default for name, parameter in signature.parameters.items()}
    for each in fields(make) if is_dataclass(make) else ():
        if each.init and each.default_factory is not MISSING:
            defaults[each.name] = each.default_factory()
    # A text for a parameter without a type is read as its default is; beside null it stays a text.
    kinds = {name: type(value) for name, value in defaults.items() if value is not None} | hints
    return {
        name: Setting(kinds.get(name), default, says.get(name, ""))
        for name, default in defaults.items()
    }


def _written_kind(kind: Any) -> Any:
    """Return what can be written of a type: of `str | Estimator`, the text."""
    if get_origin(kind) not in (Union, UnionType):
        return kind
    parts = [part for part in get_args(kind) if get_origin(part) or part in _WRITTEN]
    return reduce(or_, parts)


def _docstrings(make: Maker) -> dict[str, str]:
    """Return what docstrings say of parameters: in `Args`, and below the fields of dataclasses."""
    found: dict[str, str] = {}
    for part in reversed(make.__mro__[:-1]) if inspect.isclass(make) else [make]:
        if is_dataclass(part):
            documented = [parse_from_object(part)]
        else:
            documented = [parse(getattr(part, "__doc__", "") or "")]
            documented += (
                [parse(vars(part)["__init__"].__doc__ or "")] if "__init__" in vars(part) else []
            )
        for each in documented:
            found |= {p.arg_name: " ".join((p.description or "").split()) for p in each.params}
    return found


def default_of(make: Maker, name: str) -> Any:
    """Return the default of a parameter, so that it is written in one place."""
    return inspect.signature(make).parameters[name].default


def first_line(make: Maker) -> str:
    """Return the first line of a docstring, without its full stop."""
    return (inspect.getdoc(make) or "").split("\n")[0].rstrip(".")


def value_text(value: object) -> str:
    """Return a value as a flag or a file has it, in one line."""
    if not isinstance(value, bool | int | float | list | tuple | dict | None):
        return str(value)
    plain = list(value) if isinstance(value, tuple) else value
    try:
        text = yaml.safe_dump(plain, default_flow_style=True, width=2**20, allow_unicode=True)
    except yaml.representer.RepresenterError:  # a list of objects
        return str(value)
    return text.removesuffix("\n").removesuffix("\n...")


def written(name: str, settings: Mapping[str, Any]) -> str:
    """Return a name with its settings in parentheses, as `choose` reads it."""
    inside = ", ".join(f"{setting}={value_text(value)}" for setting, value in settings.items())
    return f"{name}({inside})" if inside else name


def convert(name: str, value: object, kind: Any) -> Any:
    """Turn what a flag, a file or Python holds into the type of a setting.

    Args:
        name: of the setting.
        value: a text is read as a flag's; anything else as YAML's.
        kind: the type.

    Raises:
        SettingError: when it does not fit.
    """
    check_size(**{name: value})
    if get_origin(kind) is tuple and isinstance(value, str) and "," in value:
        value = value if value.lstrip().startswith("[") else f"[{value}]"  # as 10,20
    parser = _parser(kind)
    # Before jsonargparse, which changes mappings where they are.
    mistake = SettingError(name, describe_mistake(value, kind))
    try:
        if isinstance(value, str):
            found = parser.parse_args([f"--value={value}"]).value
        else:
            found = parser.parse_object({"value": value}).value
    except Exception as error:  # jsonargparse's errors have no common class below Exception
        raise mistake from error
    # jsonargparse lets null, and numbers as the names of a mapping, pass everywhere.
    is_null = found is None and NoneType not in get_args(kind)
    if is_null or (isinstance(found, dict) and not all(isinstance(key, str) for key in found)):
        raise mistake
    return found


@cache
def _parser(kind: Any) -> jsonargparse.ArgumentParser:
    parser = jsonargparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("--value", type=kind)
    return parser


def describe_mistake(value: object, kind: Any) -> str:
    """Say what was given, and what it must be."""
    shown = "null" if value is None else str(value)
    literal = next((each for each in (kind, *get_args(kind)) if get_origin(each) is Literal), None)
    if literal is None:
        return f"is '{shown}', but must be {describe_type(kind)}"
    close = get_close_matches(shown, list(map(str, get_args(literal))), n=1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    return f"is '{shown}', but must be one of {describe_type(kind)}{hint}"


def describe_type(kind: Any) -> str:
    """Return the words for a type."""
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}
    if kind in words:
        return words[kind]
    if kind is NoneType:
        return "null"
    inside = get_args(kind)
    if get_origin(kind) is tuple:
        plural = {int: "whole numbers", str: "texts"}
        return f"a list of {plural.get(inside[0], 'values')}, as [a, b]"
    if get_origin(kind) is dict:
        return f"a mapping, as {'{a: 0.5}' if inside[1] is float else '{a: b}'}"
    if inside and get_origin(kind) is not Literal:
        return " or ".join(dict.fromkeys(describe_type(part) for part in inside))
    return ", ".join(map(str, inside)) or getattr(kind, "__name__", str(kind))
