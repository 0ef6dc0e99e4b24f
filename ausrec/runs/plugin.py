"""Plugins: Python files whose classes join what the kit has by name."""

import hashlib
import importlib.util
import re
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from ausrec.errors import AusrecError
from ausrec.evaluation.metrics import METRICS, Metric
from ausrec.models import ENCODERS
from ausrec.own import Copies, is_plain
from ausrec.runs.recipe import STRATEGIES
from ausrec.runs.task_sets import TASKS
from ausrec.training.config import LOSSES

CATALOGS: Mapping[str, dict[str, Any]] = {
    "WEIGHTINGS": STRATEGIES,
    "TASKS": TASKS,
    "RELATIONS": TASKS,
    "ENCODERS": ENCODERS,
    "LOSSES": LOSSES,
    "METRICS": METRICS,
}
"""What the dictionaries of a plugin join, by their names."""

_loaded: dict[Path, ModuleType] = {}


def loaded_plugins() -> dict[str, str]:
    """Return the files of the plugins that this process has loaded, by `plugin NAME`."""
    return {f"plugin {path.name}": str(path) for path in _loaded}


def load_plugin(file: str | Path) -> None:
    """Import a Python file, once, and let its dictionaries join those of the kit.

    A plugin holds dictionaries such as `WEIGHTINGS = {"mine": Mine}`: of classes (or functions that
    make an object) for `WEIGHTINGS`, `TASKS`, `ENCODERS` and `LOSSES`, of functions from a graph to
    a formula, or meta-paths, for `RELATIONS`, and of `Metric`s for `METRICS`.

    Args:
        file: ends in .py; modules next to it can be imported.

    Raises:
        AusrecError: when it is not there, cannot be imported, holds none of these dictionaries, or
            a name that is taken.
    """
    path = Path(file).expanduser().resolve()
    if path in _loaded:
        return
    if path.suffix != ".py" or not path.is_file():
        raise AusrecError(f"{file}: no such plugin; name a Python file, which ends in .py")
    name = f"ausrec_plugin_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    sys.path.append(str(path.parent))
    try:
        spec.loader.exec_module(module)
        _join(path, module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        if isinstance(error, AusrecError):
            raise
        frames = traceback.extract_tb(error.__traceback__)
        where = [frame.lineno for frame in frames if frame.filename == str(path)]
        line = f":{where[-1]}" if where else ""
        raise AusrecError(
            f"{file}{line}: cannot be imported ({type(error).__name__}: {error}); mend it"
        ) from error
    _loaded[path] = module


def _join(path: Path, module: ModuleType) -> None:
    given = {name: getattr(module, name) for name in CATALOGS if hasattr(module, name)}
    if not given:
        raise AusrecError(f"{path}: no plugin; it needs one of the names {', '.join(CATALOGS)}")
    new: dict[tuple[str, str], Any] = {}
    for catalog, entries in given.items():
        if not isinstance(entries, dict):
            raise AusrecError(f"{path}: {catalog} must be a dictionary, as {{'mine': Mine}}")
        known = CATALOGS[catalog]
        for name, entry in entries.items():
            if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z]\w*", name):
                raise AusrecError(f"{path}: {catalog} {name!r}: a name has letters, digits and _")
            if name in known:
                raise AusrecError(f"{path}: {catalog} '{name}' is taken; choose another name")
            if is_plain(entry) or (known is METRICS and not isinstance(entry, Metric)):
                raise AusrecError(f"{path}: {catalog} '{name}' is {entry!r}, which cannot be used")
            is_made = catalog != "RELATIONS" and (known is METRICS or callable(entry))
            new[catalog, name] = entry if is_made else Copies(entry)
    for (catalog, name), entry in new.items():
        CATALOGS[catalog][name] = entry
