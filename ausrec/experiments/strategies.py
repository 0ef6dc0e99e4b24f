"""Strategies of a grid by name: `equal`, `ausrec(meta_share=0.5)`, `frozen(dataset=epinions)`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import yaml

from ausrec.errors import AusrecError
from ausrec.experiments.overrides import override
from ausrec.experiments.read_yaml import load_yaml
from ausrec.suggest import nearest
from ausrec.training.recipe import Recipe
from ausrec.training.weighting_config import WeightingConfig
from ausrec.training.weightings import WEIGHTINGS, build_weighting

NONE, LEARNED = "none", "ausrec"
# These train anew with the kept weights of the learned run; the settings that each reads.
DERIVED = {"frozen": ("dataset",), "shuffled": ()}
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Strategy:
    """A weighting with settings of its own."""

    name: str
    """A key of `WEIGHTINGS`, `frozen` or `shuffled`."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    """Its settings, as YAML reads them."""

    label: str = ""
    """The strategy as it was written."""

    def apply(self, recipe: Recipe) -> Recipe:
        """Return the recipe with this weighting.

        Settings of the recipe's own weighting stay where this one reads them.

        Raises:
            AusrecError: when a setting is unknown, of the wrong type, or not read.
        """
        name = "manual" if self.name in DERIVED else self.name
        reads = () if self.name in DERIVED else WEIGHTINGS[name].reads
        kept = {f"weighting.{each}": getattr(recipe.weighting, each) for each in reads}
        own = {} if self.name in DERIVED else self.settings
        for setting in own:
            if setting not in reads:
                known = {each.name for each in fields(WeightingConfig)}
                what = "does not read" if setting in known else "has no setting"
                raise AusrecError(
                    f"strategy '{self.label}': '{name}' {what} '{setting}'"
                    + (nearest(setting, reads) if reads else "; it reads none")
                )
        plain = override(
            recipe, {f"weighting.{n}": v for n, v in _defaults().items()} | {"weighting.name": name}
        )
        try:
            changed = override(
                plain, kept | {f"weighting.{setting}": value for setting, value in own.items()}
            )
            build_weighting(changed.weighting)
        except AusrecError as error:
            raise AusrecError(f"strategy '{self.label}': {error}") from error
        return changed


def _defaults() -> dict[str, Any]:
    plain = WeightingConfig()
    return {each.name: getattr(plain, each.name) for each in fields(plain)}


def parse_strategy(text: str) -> Strategy:
    """Read a strategy such as `equal(weight=0.1)`.

    Raises:
        AusrecError: when it cannot be understood; the nearest name is suggested.
    """
    found = re.fullmatch(r"\s*([\w.-]+)\s*(?:\((.*)\))?\s*", text, re.DOTALL)
    if found is None:
        raise AusrecError(f"strategy '{text}': write NAME or NAME(SETTING=VALUE, ...)")
    name, inside = found[1], found[2]
    known = (*WEIGHTINGS, *DERIVED)
    if name not in known:
        raise AusrecError(f"unknown strategy '{name}'{nearest(name, known)}")
    settings: dict[str, Any] = {}
    words: list[str] = []
    for part in split_outside(inside or ""):
        setting, equals, value = (word.strip() for word in part.partition("="))
        if not (setting and equals and value):
            raise AusrecError(f"strategy '{text}': '{part.strip()}' is not SETTING=VALUE")
        if setting in settings:
            raise AusrecError(f"strategy '{text}': '{setting}' is given twice")
        try:
            settings[setting] = load_yaml(value)
        except (yaml.YAMLError, ValueError) as error:
            why = getattr(error, "problem", None) or "no valid YAML"
            raise AusrecError(f"strategy '{text}': '{value}' cannot be read ({why})") from error
        words.append(f"{setting}={value}")
    for setting in settings if name in DERIVED else ():
        if setting not in DERIVED[name]:
            raise AusrecError(
                f"strategy '{text}': '{name}' has no setting '{setting}'"
                + (nearest(setting, DERIVED[name]) if DERIVED[name] else "; it reads none")
            )
    return Strategy(name, settings, f"{name}({', '.join(words)})" if words else name)


def split_outside(text: str) -> list[str]:
    """Split at commas that stand outside brackets; empty parts are left out.

    Raises:
        AusrecError: when brackets do not close.
    """
    parts, closing = [""], list[str]()
    for character in text:
        if character == "," and not closing:
            parts.append("")
            continue
        if character in _BRACKETS:
            closing.append(_BRACKETS[character])
        elif character in _BRACKETS.values() and (not closing or closing.pop() != character):
            raise AusrecError(f"'{text}': a bracket '{character}' closes nothing")
        parts[-1] += character
    if closing:
        raise AusrecError(f"'{text}': a bracket is not closed by '{closing[-1]}'")
    return [part.strip() for part in parts if part.strip()]


def check_read(recipe: Recipe, strategies: Iterable[Strategy]) -> None:
    """Refuse settings of the base that none of the strategies reads.

    Raises:
        AusrecError: naming the setting.
    """
    for setting in _unread(recipe, strategies):
        raise AusrecError(
            f"weighting.{setting} is set, but none of the strategies reads it: leave it out"
        )


def without_unread(recipe: Recipe, strategies: Iterable[Strategy]) -> Recipe:
    """Put settings that none of the strategies reads back to their defaults."""
    unread = {f"weighting.{name}": _defaults()[name] for name in _unread(recipe, strategies)}
    return override(recipe, unread)


def _unread(recipe: Recipe, strategies: Iterable[Strategy]) -> list[str]:
    names = [LEARNED if s.name in DERIVED else s.name for s in strategies]
    reads = {"name", *(setting for name in names for setting in WEIGHTINGS[name].reads)}
    changed = [n for n, plain in _defaults().items() if getattr(recipe.weighting, n) != plain]
    return [setting for setting in changed if setting not in reads]
