"""From flags and YAML files to a recipe.

Flags, files and Python share one source: the dataclasses of `ausrec.training`. Every setting has
its full flag (`--train.epochs 5`), the everyday ones have a short one, too.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import yaml

from ausrec.cli.parser import Parser, SettingError
from ausrec.errors import AusrecError
from ausrec.experiments.read_yaml import read_yaml
from ausrec.suggest import has_names, nearest
from ausrec.training.recipe import Recipe, as_mapping
from ausrec.training.settings import complaints_of
from ausrec.training.weightings import WEIGHTINGS

EVERYDAY = {
    "--dataset": "data.dataset",
    "--data-root": "data.data_root",
    "--interactions": "data.interactions",
    "--social": "data.social",
    "--items": "data.items",
    "--users": "data.users",
    "--link": "data.links",
    "--tasks": "tasks.names",
    "--metapath": "tasks.metapaths",
    "--weighting": "weighting.name",
    "--encoder": "model.encoder",
    "--dim": "model.dim",
    "--layers": "model.layers",
    "--epochs": "train.epochs",
    "--seed": "train.seed",
    "--device": "train.device",
    "--threads": "train.threads",
}
_REPEATABLE = {"--metapath", "--link"}


def groups(names: Sequence[str] = ()) -> dict[str, Any]:
    """Return the dataclasses that make up a recipe, by name; only some where names are given."""
    hints = get_type_hints(Recipe)
    return {name: hints[name] for name in names or [each.name for each in fields(Recipe)]}


def add_settings(parser: Parser, names: Sequence[str] = ()) -> None:
    """Add the flags of a recipe, or of some of its groups."""
    for name, kind in groups(names).items():
        assert is_dataclass(kind)
        parser.add_class_arguments(kind, name, skip={"loss"} if name == "train" else None)
        types = get_type_hints(kind)
        parser.types |= {f"{name}.{setting}": each for setting, each in types.items()}


def everyday_help(names: Sequence[str] = ()) -> str:
    """Return the lines of the help text that list the short flags."""
    shown = {f: s for f, s in EVERYDAY.items() if s.split(".")[0] in groups(names)}
    width = max(len(flag) for flag in shown)
    return "\n".join(
        f"  {flag:<{width}}  is --{setting}" + ("; may be repeated" if flag in _REPEATABLE else "")
        for flag, setting in shown.items()
    )


def weightings_help() -> str:
    """Return the lines of the help text that list the strategies."""
    width = max(map(len, WEIGHTINGS))
    return "\n".join(f"  {name:<{width}}  {choice.says}" for name, choice in WEIGHTINGS.items())


def expand(argv: Sequence[str]) -> list[str]:
    """Replace everyday flags by full ones, and put `--config` first, so that flags win over it.

    Raises:
        AusrecError: when a flag lacks its value, or `--link` is not NAME=TABLE or names one twice.
    """
    config: list[str] = []
    words: list[str] = []
    metapaths: list[str] = []
    links: dict[str, str] = {}
    rest = list(argv)
    while rest:
        flag, given, value = rest.pop(0).partition("=")
        if flag not in EVERYDAY and flag != "--config":
            words.append(flag + given + value)
            continue
        if not given:
            if not rest or rest[0].startswith("--"):
                raise AusrecError(f"{flag} needs a value behind it")
            value = rest.pop(0)
        if flag == "--config":
            config += [flag, value]
        elif flag == "--metapath":
            metapaths.append(value)
        elif flag == "--link":
            name, _, table = value.partition("=")
            if not table:
                raise AusrecError(f"--link {value}: write NAME=TABLE, as item-has-genre=genres.csv")
            if name in links:
                raise AusrecError(f"--link {name} is given twice: give it once")
            links[name] = table
        else:
            words.append(f"--{EVERYDAY[flag]}={value}")
    for flag, found in (("--metapath", metapaths), ("--link", links)):
        if found:
            words.append(f"--{EVERYDAY[flag]}={json.dumps(found)}")
    return config + words


def to_recipe(parsed: Any) -> Recipe:
    """Build the recipe from what a parser found.

    Raises:
        AusrecError: when a setting has a value that cannot be.
    """
    check_nulls(parsed)
    found = {name: kind for name, kind in groups().items() if name in parsed}
    return Recipe(**{name: _build(name, kind, parsed[name]) for name, kind in found.items()})


def _build(group: str, kind: Any, settings: Any) -> Any:
    """Build one group of a recipe; a complaint begins with the setting that it is about."""
    try:
        with complaints_of(group, kind):
            return kind(
                **{each.name: settings[each.name] for each in fields(kind) if each.name in settings}
            )
    except AusrecError as error:
        raise SettingError(str(error).split()[0], str(error)) from error


def check_nulls(parsed: Any) -> None:
    """Refuse null where a value is needed, and names that are none; jsonargparse lets both pass."""
    for group, kind in groups().items():
        for name, expected in get_type_hints(kind).items() if group in parsed else ():
            if name not in parsed[group]:
                continue
            value = parsed[group][name]
            if value is None and type(None) not in get_args(expected):
                raise SettingError.of_type(f"{group}.{name}", "null", expected)
            if not has_names(value):
                raise SettingError.of_type(f"{group}.{name}", str(value), expected)


def read_recipe(path: Path) -> Recipe:
    """Read a recipe from a YAML file, such as a run's `config.yaml`.

    Raises:
        AusrecError: naming file, line and remedy.
    """
    return to_recipe(check_file(path))


def check_file(path: Path) -> Any:
    """Read a YAML file, and refuse settings that nobody reads or whose values cannot be.

    Returns:
        what a parser makes of it.

    Raises:
        AusrecError: naming file, line and remedy.
    """
    content = read_yaml(path, "a configuration")
    text = path.read_text(encoding="utf-8")
    _check_names(path, text, content)
    parser = Parser("train", "")
    add_settings(parser)
    parser.add_argument("--config", action="config")
    try:
        parsed = parser.parse_args(["--config", str(path)])
        to_recipe(parsed)
    except SettingError as error:
        raise AusrecError(f"{_where(path, text, error.setting)}: {error}") from error
    except AusrecError as error:
        raise AusrecError(f"{path}: {error}") from error
    return parsed


def _check_names(path: Path, text: str, content: Any) -> None:
    known = {name: [each.name for each in fields(kind)] for name, kind in groups().items()}
    if not isinstance(content, dict):
        raise AusrecError(
            f"{path}: no settings in it; write groups such as 'train:' with settings below them"
        )
    for group, settings in content.items():
        if group not in known:
            raise AusrecError(
                f"{_where(path, text, group)}: unknown setting '{group}'"
                f"{nearest(str(group), known)}"
            )
        if not isinstance(settings, dict):
            raise AusrecError(
                f"{_where(path, text, group)}: '{group}' must hold settings, as "
                f"{known[group][0]}: ..."
            )
        for setting in settings:
            if setting not in known[group]:
                raise AusrecError(
                    f"{_where(path, text, f'{group}.{setting}')}: unknown setting "
                    f"'{group}.{setting}'{nearest(str(setting), known[group])}"
                )


def _where(path: Path, text: str, setting: str) -> str:
    """Name the line in which a setting stands, looked for below its group."""
    place = 0
    for key in str(setting).split("."):
        found = re.compile(rf"^[ \t{{]*{re.escape(key)}[ \t]*:", re.MULTILINE).search(text, place)
        if found is None:
            return str(path)
        place = found.start()
    return f"{path}:{text.count(chr(10), 0, place) + 1}"


def to_yaml(recipe: Recipe, written_by: str) -> str:
    """Return a recipe as the text of a configuration file."""
    settings = yaml.safe_dump(as_mapping(recipe), sort_keys=False, allow_unicode=True)
    head = f"# Written by `{written_by}`; `ausrec train --config FILE --out DIR` repeats it."
    return f"{head}\n{settings}"
