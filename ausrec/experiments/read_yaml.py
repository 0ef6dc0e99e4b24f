"""YAML files, with one line where one cannot be read."""

from pathlib import Path
from typing import Any

import yaml

from ausrec.errors import AusrecError


def read_yaml(path: Path, what: str) -> Any:
    """Return what a YAML file holds.

    Args:
        path: the file.
        what: it should be, as "a study".

    Raises:
        AusrecError: naming the file, the line where there is one, and the remedy.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AusrecError(
            f"{path}: cannot be read ({error.strerror}); name {what} in YAML"
        ) from error
    except UnicodeDecodeError as error:
        raise AusrecError(f"{path}: not a text file; name {what} in YAML") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "unreadable"
        raise AusrecError(f"{path}{line}: no valid YAML ({problem}); mend this line") from error
