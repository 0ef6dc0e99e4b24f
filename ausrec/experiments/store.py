"""The store: finished runs in a folder, known by their keys, never half-written."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from pyarrow import BufferReader
from pyarrow.parquet import ParquetFile

import ausrec
from ausrec.experiments.engine import Failure
from ausrec.experiments.run import RESULT_FIELDS, Result, Run
from ausrec.files import write_whole
from ausrec.folder import OutputFolder

FLOORS = ("data", "graph", "evaluation", "models", "tasks", "weighting", "training")
TABLES = ("history", "scores")


class Store:
    """Keeps results in a folder.

    A finished run is `KEY.json` (its settings and what was measured), `KEY.history.parquet` and
    `KEY.scores.parquet` (the metrics of each test user); a failed one is `KEY.failed.json`. Each
    file is put into its place in one go. The JSON file comes last, and tells the checksums of all
    of them: a run whose files do not belong together does not count as finished.

    Attributes:
        output: the folder; several grids may share it.
    """

    def __init__(self, folder: str | Path) -> None:
        """Make the folder where it is missing.

        Raises:
            AusrecError: when it cannot be made, or holds something that is not ours.
        """
        self.output = OutputFolder(folder)
        self.output.claim("runs")
        self.folder = self.output.path

    def load(self, run: Run, metrics: Collection[str] | None = None) -> Result | None:
        """Return what a finished run has left; None where it is not finished.

        Args:
            run: the run.
            metrics: of each user, those to read; None for all.
        """
        found = self._read(run.key)
        if found.get("key") != run.key or found.pop("sha256", "") != _digest(found):
            return None
        tables = {}
        for name in TABLES:
            try:
                content = (self.folder / f"{run.key}.{name}.parquet").read_bytes()
            except OSError:
                return None
            if hashlib.sha256(content).hexdigest() != found["tables"][name]:
                return None
            tables[name] = ParquetFile(BufferReader(content))
        kept = [name for name in tables["scores"].schema.names if name != "user"]
        if kept and not set(run.metrics) <= set(kept):
            return None
        wanted = [name for name in kept if metrics is None or name in metrics]
        # A second thread costs more than these small tables take.
        scores = tables["scores"].read(["user", *wanted], use_threads=False).to_pandas()
        history = tables["history"].read(use_threads=False).to_pandas()
        users, per_user = scores.pop("user").tolist(), {n: scores[n].tolist() for n in wanted}
        # Runs of earlier versions lack what has a default now.
        measured = {name: found[name] for name in RESULT_FIELDS if name in found}
        return Result(**measured, users=users, per_user=per_user, history=history)

    def is_damaged(self, run: Run) -> bool:
        """Tell whether there are files of a run that do not belong together."""
        plain = replace(run, metrics=())
        return (self.folder / f"{run.key}.json").exists() and self.load(plain) is None

    def of_other_code(self, runs: Sequence[Run]) -> list[Run]:
        """Return those of the finished runs that another version of the code has made."""
        code = code_version()
        return [run for run in runs if self._read(run.key).get("code", code) != code]

    def failure(self, run: Run) -> Failure | None:
        """Return how the run failed last, unless it has been finished since."""
        found = self._read(f"{run.key}.failed")
        return Failure(str(found["error"]), str(found["traceback"])) if "error" in found else None

    def save(self, run: Run, result: Result) -> None:
        """Keep the result of a run.

        Raises:
            AusrecError: when it cannot be written.
        """
        scores = pd.DataFrame({"user": pd.Series(result.users, dtype=str), **result.per_user})
        sums = {}
        for name, table in zip(TABLES, (result.history, scores), strict=True):
            content = table.to_parquet(index=False, compression="zstd")
            write_whole(self.folder / f"{run.key}.{name}.parquet", content)
            sums[name] = hashlib.sha256(content).hexdigest()
        head = {"run": run.label, "key": run.key, "code": code_version(), "settings": run.settings}
        record = head | {n: getattr(result, n) for n in RESULT_FIELDS} | {"tables": sums}
        self._write_json(run.key, record | {"sha256": _digest(record)})
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


def _digest(record: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


@cache
def code_version(*floors: str) -> str:
    """Return a checksum of the sources of some packages; of those up to training if none."""
    digest = hashlib.sha256()
    package = Path(ausrec.__file__).parent
    for floor in floors or FLOORS:
        for path in sorted((package / floor).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
