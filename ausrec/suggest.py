"""Help with what was mistyped: names, and values of settings."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of an error message: the nearest known name, else all of them."""
    names = list(known)
    close = get_close_matches(name, names, n=1)
    return f"; did you mean '{close[0]}'?" if close else f"; known are {', '.join(sorted(names))}"


def has_names(value: Any) -> bool:
    """Tell whether the keys of a mapping are texts, for YAML reads 1 as a number."""
    return not isinstance(value, dict) or all(isinstance(key, str) for key in value)


def describe_mistake(name: str, value: str | None, kind: Any) -> str:
    """Say what a setting must be, and what was given instead.

    Args:
        name: of the setting, as `train.epochs`.
        value: what was given, where that is known.
        kind: the setting's type.
    """
    found = f"{name} is '{value}', but" if value is not None else name
    literal = next((each for each in (kind, *get_args(kind)) if get_origin(each) is Literal), None)
    if literal is None:
        return f"{found} must be {describe_type(kind)}"
    choices = [str(choice) for choice in get_args(literal)]
    close = get_close_matches(value or "", choices, n=1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    return f"{found} must be one of {describe_type(kind)}{hint}"


def describe_type(kind: Any) -> str:
    """Return the words for a type of the settings."""
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}
    if kind in words:
        return words[kind]
    if kind is type(None):
        return "null"
    if get_origin(kind) is tuple:
        plural = {int: "whole numbers", str: "texts"}
        return f"a list of {plural.get(get_args(kind)[0], 'values')}, as [a, b]"
    if get_origin(kind) is dict:
        examples = {float: "{a: 0.5}", str: "{a: b}"}
        return f"a mapping, as {examples.get(get_args(kind)[1], '{a: {b: 1}}')}"
    if get_args(kind) and get_origin(kind) is not Literal:
        return " or ".join(describe_type(part) for part in get_args(kind))
    return ", ".join(str(choice) for choice in get_args(kind)) or str(kind)
