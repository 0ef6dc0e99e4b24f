"""The store: finished runs in a folder, known by their keys, never half-written."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow
from filelock import FileLock, Timeout

import ausrec
from ausrec.errors import AusrecError
from ausrec.experiments.engine import Failure
from ausrec.experiments.run import RESULT_FIELDS, Result, Run
from ausrec.files import make_folder, write_whole

FLOORS = ("data", "graph", "evaluation", "models", "tasks", "weighting", "training")
HISTORY_COLUMNS = ["epoch", "quantity", "task", "value"]


class Store:
    """Keeps results in a folder.

    A finished run is `KEY.json` (its settings and what was measured) with `KEY.parquet` (its
    history) beside it; a failed one is `KEY.failed.json`. Each file is written under another name
    and put into its place in one go, the JSON file last. A run whose files cannot be read does
    not count as finished.

    Attributes:
        folder: the folder; several grids may share it.
    """

    def __init__(self, folder: str | Path) -> None:
        """Make the folder where it is missing.

        Raises:
            AusrecError: when it cannot be made.
        """
        self.folder = Path(folder).expanduser()
        make_folder(self.folder)

    def load(self, run: Run) -> Result | None:
        """Return what a finished run has left; None where it is not finished."""
        found = self._read(run.key)
        try:
            history = pd.read_parquet(self.folder / f"{run.key}.parquet")[HISTORY_COLUMNS]
            return Result(**{name: found[name] for name in RESULT_FIELDS}, history=history)
        except (OSError, ValueError, KeyError, TypeError, pyarrow.ArrowException):
            return None

    def of_other_code(self, runs: Sequence[Run]) -> list[Run]:
        """Return those of the finished runs that another version of the code has made."""
        code = code_version()
        return [run for run in runs if self._read(run.key).get("code", code) != code]

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """Keep other commands from doing runs in this folder; ends with the process at the latest.

        Raises:
            AusrecError: when another command does runs here.
        """
        lock = FileLock(self.folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise AusrecError(
                f"{self.folder}: another command does runs here; wait for its end, or keep these "
                "runs in a folder of their own (--runs)"
            ) from error
        except OSError as error:
            raise AusrecError(
                f"{self.folder}: cannot write here ({error.strerror}); choose another folder"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def failure(self, run: Run) -> Failure | None:
        """Return how the run failed last, unless it has been finished since."""
        found = self._read(f"{run.key}.failed")
        return Failure(str(found["error"]), str(found["traceback"])) if "error" in found else None

    def save(self, run: Run, result: Result) -> None:
        """Keep the result of a run.

        Raises:
            AusrecError: when it cannot be written.
        """
        content = {name: getattr(result, name) for name in RESULT_FIELDS}
        head = {"run": run.label, "key": run.key, "code": code_version(), "settings": run.settings}
        history = result.history.to_parquet(index=False)
        write_whole(self.folder / f"{run.key}.parquet", history)
        self._write_json(run.key, head | content)
        (self.folder / f"{run.key}.failed.json").unlink(missing_ok=True)

    def save_failure(self, run: Run, failure: Failure) -> None:
        """Keep how a run failed; it counts as not finished."""
        head = {"run": run.label, "key": run.key, "settings": run.settings}
        how = {"error": failure.error, "traceback": failure.traceback}
        self._write_json(f"{run.key}.failed", head | how)

    def _read(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write_json(self, name: str, content: dict[str, Any]) -> None:
        write_whole(self.folder / f"{name}.json", json.dumps(content, indent=1).encode())


def code_version() -> str:
    """Return a checksum of the sources that a result depends on, up to training."""
    digest = hashlib.sha256()
    package = Path(ausrec.__file__).parent
    for floor in FLOORS:
        for path in sorted((package / floor).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
