"""Log a run's numbers and settings to MLflow."""

import importlib
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ausrec.errors import AusrecError
from ausrec.training.callbacks import Epoch
from ausrec.training.history import History
from ausrec.training.tracking.series import Point, kept_points, points

# The most that MLflow's servers accept in one request, and in one parameter.
METRICS_A_REQUEST, PARAMS_A_REQUEST, LETTERS_A_PARAM = 1000, 100, 6000


class MLflow:
    """A callback that logs every quantity of the history as a metric, and settings as parameters.

    fit(..., callbacks=[MLflow("runs/mlflow", settings=as_mapping(recipe))])

    MLflow allows no `@` in names: `val/ndcg@10` is logged as `val/ndcg_at_10`. A run that is
    killed stays in the state RUNNING; continued with the same `run_file`, it goes on in the same
    MLflow run, and an epoch that was logged before is not logged again.
    """

    def __init__(
        self,
        uri: str | Path,
        *,
        experiment: str = "ausrec",
        name: str | None = None,
        settings: Mapping[str, object] | None = None,
        run_file: str | Path | None = None,
    ) -> None:
        """Connect; the run itself is made with the first epoch.

        Args:
            uri: a folder, or any tracking URI (`http://host:5000`, `sqlite:///mlflow.db`, which
                needs the whole of mlflow).
            experiment: MLflow's name for a set of runs; made where there is none.
            name: of the run; None lets MLflow find one.
            settings: logged as parameters; a mapping in it is logged with dotted names.
            run_file: remembers which MLflow run this is; one that exists is continued.

        Raises:
            AusrecError: when MLflow is not installed, or nothing answers at `uri`.
        """
        # A choice made outside stands; the default of MLflow is to report how it is used.
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        try:
            tracking = importlib.import_module("mlflow.tracking")
        except ImportError as error:
            raise AusrecError("MLflow is not installed: pip install 'ausrec[tracking]'") from error
        self.uri, self.name, self.settings = _as_uri(uri), name, flatten(settings or {})
        self.run_id: str | None = None
        self._run_file = None if run_file is None else Path(run_file)
        self._known: set[tuple[str, int]] = set()
        self._logged = 0
        with self._complaints(), _file_store_allowed():
            self._client: Any = tracking.MlflowClient(tracking_uri=self.uri)
            found = self._client.get_experiment_by_name(experiment)
            self._experiment = (
                self._client.create_experiment(experiment) if found is None else found.experiment_id
            )

    def __call__(self, epoch: Epoch) -> None:
        """Log what the history has gained.

        Raises:
            AusrecError: when MLflow refuses it or does not answer.
        """
        with self._complaints():
            self._log_history(epoch.history)

    def finish(self, history: History) -> None:
        """Log the rest and which epoch was kept, and mark the run as finished."""
        with self._complaints():
            self._log_history(history)
            self._log(list(kept_points(history)))
            self._client.set_tag(self.run_id, "stopped", history.stopped)
            self._client.set_terminated(self.run_id)
        self.run_id, self._known, self._logged = None, set(), 0

    def _log_history(self, history: History) -> None:
        if self.run_id is None:
            self._begin()
        self._log(list(points(history, self._logged)))
        self._logged = len(history.records)

    def _log(self, new: list[Point]) -> None:
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        metrics = [
            Metric(metric_name(series), value, now, epoch)
            for series, epoch, value in new
            if (metric_name(series), epoch) not in self._known
        ]
        for start in range(0, len(metrics), METRICS_A_REQUEST):
            self._client.log_batch(self.run_id, metrics[start : start + METRICS_A_REQUEST])

    def _begin(self) -> None:
        """Make the run, or continue the one that the run file names."""
        from mlflow.entities import RunStatus

        remembered = self._remembered()
        if remembered is None:
            run = self._client.create_run(self._experiment, run_name=self.name)
            self.run_id = run.info.run_id
            if self._run_file is not None:
                text = json.dumps({"uri": self.uri, "run_id": self.run_id})
                self._run_file.write_text(text, encoding="utf-8")
        else:
            run = remembered
            self.run_id = run.info.run_id
            self._client.update_run(self.run_id, status=RunStatus.to_string(RunStatus.RUNNING))
            self._known = {
                (metric.key, metric.step)
                for key in run.data.metrics
                for metric in self._client.get_metric_history(self.run_id, key)
            }
        self._log_settings(run.data.params)

    def _remembered(self) -> Any:
        """Return the MLflow run that the run file names, or None."""
        if self._run_file is None or not self._run_file.exists():
            return None
        try:
            written = json.loads(self._run_file.read_text(encoding="utf-8"))
            same = written["uri"] == self.uri
        except (ValueError, KeyError, TypeError) as error:
            raise AusrecError(
                f"{self._run_file}: does not name an MLflow run; delete it to begin a new one"
            ) from error
        return self._client.get_run(written["run_id"]) if same else None

    def _log_settings(self, known: Mapping[str, str]) -> None:
        from mlflow.entities import Param

        params = [Param(k, v) for k, v in self.settings.items() if k not in known]
        for start in range(0, len(params), PARAMS_A_REQUEST):
            batch = params[start : start + PARAMS_A_REQUEST]
            self._client.log_batch(self.run_id, params=batch)
        # MLflow's parameters stay as they are; a run continued for longer tells so in a tag.
        for key in known.keys() & self.settings.keys():
            if known[key] != self.settings[key]:
                self._client.set_tag(self.run_id, key, self.settings[key])

    @contextmanager
    def _complaints(self) -> Iterator[None]:
        """Turn MLflow's complaints into one line."""
        from mlflow.exceptions import MlflowException

        try:
            yield
        except (MlflowException, ImportError, OSError) as error:
            words = " ".join(str(error).split())
            raise AusrecError(
                f"MLflow at {self.uri}: {words}; name a folder or the URI of a tracking server"
            ) from error


def metric_name(series: str) -> str:
    """Return a series' name with letters that MLflow allows."""
    return re.sub(r"[^\w.\- :/]", "_", series.replace("@", "_at_"), flags=re.ASCII)


def flatten(settings: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Return settings as texts, those of inner mappings with dotted names."""
    flat: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping) and value:
            flat |= flatten(value, f"{prefix}{name}.")
        else:
            flat[metric_name(f"{prefix}{name}")] = str(value)[:LETTERS_A_PARAM]
    return flat


def _as_uri(uri: str | Path) -> str:
    """Return a folder as a URI, any other URI as it is."""
    # One letter before the colon is a drive of Windows.
    if re.match(r"[A-Za-z][\w+\-]+:|databricks$|uc$", str(uri)):
        return str(uri)
    return Path(uri).absolute().as_uri()


@contextmanager
def _file_store_allowed() -> Iterator[None]:
    """Let MLflow use a folder as its store, which it does only where this is set."""
    name = "MLFLOW_ALLOW_FILE_STORE"
    before = os.environ.get(name)
    os.environ.setdefault(name, "true")
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
