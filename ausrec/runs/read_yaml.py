"""YAML files, with one line where one cannot be read, and the line of each of its keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from ausrec.errors import AusrecError, SettingError, complaint

# The text, its depth, or a value, such as a date in the 13th month.
UNREADABLE = (ValueError, RecursionError)


class _Loader(yaml.SafeLoader):
    """Refuses a key that is given twice, of which YAML itself takes the last, and aliases.

    A few lines of aliases can stand for more than any memory holds, or for themselves.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(
                problem="an alias, as *name; write out what it stands for",
                problem_mark=self.peek_event().start_mark,  # type: ignore[no-untyped-call]
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        problem=f"'{key.value}' is given twice", problem_mark=key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path, what: str) -> Any:
    """Return what a YAML file holds.

    Args:
        path: the file.
        what: it should be, as "a study".

    Raises:
        AusrecError: naming the file, the line where there is one, and the remedy.
    """
    if path.exists() and not path.is_file():  # a pipe may never end
        raise AusrecError(f"{path}: no plain file; name {what} in YAML")
    try:
        # The loader makes nothing but plain values.
        with complaint(f"{path}: cannot be read", f"name {what} in YAML", OSError, *UNREADABLE):
            return yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "unreadable"
        raise AusrecError(f"{path}{line}: no valid YAML ({problem}); mend this line") from error


@contextmanager
def complaints_about(path: Path) -> Iterator[None]:
    """Put a file's name before what is complained of, and the line of the setting."""
    try:
        yield
    except SettingError as error:
        raise AusrecError(f"{path}{_line(path, error.setting)}: {error}") from error
    except AusrecError as error:
        raise AusrecError(f"{path}: {error}") from error


def _line(path: Path, setting: str) -> str:
    """Return `:LINE` of the last part of a dotted name that the file has; "" where it has none.

    Elements of lists are counted from 1.
    """
    node, line = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader), ""
    rest = setting
    while True:
        for name, mark, value in _parts(node):
            if rest == name or rest.startswith(f"{name}."):
                node, line = value, f":{mark.line + 1}"
                rest = rest[len(name) + 1 :]
                break
        else:
            return line


def _parts(node: Any) -> list[tuple[str, Any, Any]]:
    """Return the name, the place and the content of each part of a node."""
    if isinstance(node, yaml.MappingNode):
        return [(key.value, key.start_mark, value) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(str(n), each.start_mark, each) for n, each in enumerate(node.value, start=1)]
    return []
