"""What was found when models were tuned, kept in a file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from ausrec.errors import AusrecError
from ausrec.runs.read_yaml import read_yaml

Space = Mapping[str, tuple[object, ...]]
"""The values of each setting that are tried."""


@dataclass(frozen=True)
class Tuned:
    """The best settings of a model."""

    settings: Mapping[str, object]
    """What was searched, by dotted name."""

    value: float
    """Its validation metric."""


def write_tuned(path: Path, tuned: Mapping[str, Tuned]) -> None:
    """Write what was found for each model as YAML."""
    content = {name: asdict(best) for name, best in tuned.items()}
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def read_tuned(path: Path, spaces: Mapping[str, Space]) -> dict[str, Tuned]:
    """Read what `write_tuned` wrote.

    Args:
        path: the file.
        spaces: what each model that there is can be tuned over.

    Raises:
        AusrecError: when the file cannot be read, or names a model that is not there, or has not
            one value of its space for each of a model's settings.
    """
    content = read_yaml(path, "tuned settings")
    if not isinstance(content, dict):
        raise AusrecError(f"{path}: write a model a line, with its settings and its value")
    tuned = {}
    for name, best in content.items():
        if name not in spaces:
            raise AusrecError(f"{path}: no model '{name}'; there are {', '.join(spaces)}")
        if not isinstance(best, dict) or best.keys() != {"settings", "value"}:
            raise AusrecError(f"{path}: {name}: write its settings and its value, nothing else")
        settings, space = best["settings"], spaces[name]
        if not isinstance(settings, dict) or settings.keys() != space.keys():
            raise AusrecError(f"{path}: {name}: its settings are {', '.join(space)}")
        for setting, value in settings.items():
            if value not in space[setting]:
                raise AusrecError(f"{path}: {name}: {setting} cannot be {value}")
        if not isinstance(best["value"], float):
            raise AusrecError(f"{path}: {name}: its value must be a number")
        tuned[name] = Tuned(settings, best["value"])
    return tuned
