"""YAML files, with one line where one cannot be read."""

from pathlib import Path
from typing import Any

import yaml

from ausrec.errors import AusrecError


class _Loader(yaml.SafeLoader):
    """Refuses a key that is given twice, of which YAML itself takes the last."""

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


def load_yaml(text: str) -> Any:
    """Return what a text in YAML holds.

    Raises:
        yaml.YAMLError: when it cannot be read, or gives a key twice.
    """
    # The loader makes nothing but plain values.
    return yaml.load(text, _Loader)


def read_yaml(path: Path, what: str) -> Any:
    """Return what a YAML file holds.

    Args:
        path: the file.
        what: it should be, as "a study".

    Raises:
        AusrecError: naming the file, the line where there is one, and the remedy.
    """
    try:
        return load_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AusrecError(
            f"{path}: cannot be read ({error.strerror}); name {what} in YAML"
        ) from error
    except UnicodeDecodeError as error:
        raise AusrecError(f"{path}: not a text file; name {what} in YAML") from error
    except RecursionError as error:
        raise AusrecError(f"{path}: too deeply nested; name {what} in YAML") from error
    except ValueError as error:  # such as a date in the 13th month
        raise AusrecError(f"{path}: a value cannot be read ({error}); mend it") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "unreadable"
        raise AusrecError(f"{path}{line}: no valid YAML ({problem}); mend this line") from error
