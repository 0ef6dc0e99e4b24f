"""Callbacks that hand a run's numbers to a tracker: TensorBoard or MLflow."""

import importlib
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pandas as pd

from ausrec.environment import environment
from ausrec.errors import AusrecError
from ausrec.training.callbacks import Epoch
from ausrec.training.history import History, Record

KEY = "ausrec_key"


class Point(NamedTuple):
    """One number as a tracker stores it: the name of its series, the epoch, the value."""

    series: str
    epoch: int
    value: float


def point(record: Record) -> Point:
    """Name the series that a record belongs to; what stands before the slash groups charts.

    `loss` of the task `two_hop` is `loss/two_hop`, a metric stays `val/ndcg@10`, and what belongs
    to no task, such as `seconds`, is `run/seconds`.
    """
    series = f"run/{record.quantity}"
    if record.task:
        series = f"{record.quantity}/{record.task}"
    elif "/" in record.quantity:
        series = record.quantity
    return Point(series, record.epoch, record.value)


def kept_points(history: History) -> list[Point]:
    """Return what describes the epoch that was kept: its number, its metrics and its weights."""
    best = history.best_epoch
    points = [Point("kept/epoch", best, float(best))]
    for record in history.records:
        if record.epoch == best and record.quantity.startswith("val/"):
            series = f"kept/{record.quantity.removeprefix('val/')}"
            points.append(Point(series, best, record.value))
        elif record.epoch == best and record.quantity == "weight":
            points.append(Point(f"kept_weight/{record.task}", best, record.value))
    return points


class Tracker:
    """A callback that logs every number of the history once, epoch by epoch.

    One object may serve several runs, one after the other. A tracker opens its place in `begin`,
    writes into it in `log`, and closes it in `end`.
    """

    _logged: int | None = None

    def __call__(self, epoch: Epoch) -> None:
        """Log what the history has gained.

        Raises:
            AusrecError: when it cannot be written.
        """
        self._log_history(epoch.history)

    def finish(self, history: History) -> None:
        """Log the rest and which epoch was kept, and mark the run as finished."""
        self._log_history(history)
        self.log(kept_points(history))
        self.end(history)
        self._logged = None

    def _log_history(self, history: History) -> None:
        if self._logged is None:
            self.begin()
            self._logged = 0
        self.log([point(record) for record in history.records[self._logged :]])
        self._logged = len(history.records)

    def begin(self) -> None:
        """Open the place that numbers go to."""
        raise NotImplementedError

    def log(self, points: list[Point]) -> None:
        """Write numbers there."""
        raise NotImplementedError

    def end(self, history: History) -> None:
        """Close it."""
        raise NotImplementedError


class TensorBoard(Tracker):
    """A callback that writes every quantity of the history as a scalar.

    fit(..., callbacks=[TensorBoard("runs/tb/first")]); `tensorboard --logdir runs/tb` shows it.

    A folder holds one run. What is written first hides what the folder held before, so that a
    resumed run shows each epoch once. TensorBoard keeps 32-bit numbers; the history is exact.
    """

    def __init__(self, folder: str | Path) -> None:
        """Prepare to write into a folder, which is made with the first epoch.

        Raises:
            AusrecError: when TensorBoard is not installed.
        """
        _installed("tensorboard", "TensorBoard")
        self.folder = Path(folder)
        self._writer: Any = None

    def begin(self) -> None:
        """Make the file."""
        # Not at the top of the file: it takes a second, and the core does without.
        from torch.utils.tensorboard import SummaryWriter

        try:
            # From the first epoch on, the numbers of this writer take the place of older ones.
            self._writer = SummaryWriter(str(self.folder), purge_step=0)
        except OSError as error:
            raise AusrecError(
                f"{self.folder}: TensorBoard's file cannot be written ({error.strerror}); choose "
                "another folder"
            ) from error

    def log(self, points: list[Point]) -> None:
        """Write scalars."""
        for series, epoch, value in points:
            self._writer.add_scalar(series, value, epoch)
        self._writer.flush()

    def end(self, history: History) -> None:
        """Close the file."""
        self._writer.close()


class MLflow(Tracker):
    """A callback that logs every quantity of the history as a metric, and settings as parameters.

    fit(..., callbacks=[MLflow("runs/mlflow", settings=recipe.to_mapping())])

    MLflow allows no `@` in names: `val/ndcg@10` is logged as `val/ndcg_at_10`. A run that is
    killed keeps the state RUNNING; one that continues it goes on in the same MLflow run, and an
    epoch that was logged before is not logged again.
    """

    def __init__(
        self,
        uri: str | Path,
        *,
        experiment: str = "ausrec",
        name: str | None = None,
        settings: Mapping[str, object] | None = None,
        key: str = "",
        resume: bool = False,
    ) -> None:
        """Connect; the run itself is made with the first epoch.

        Args:
            uri: a folder, or any tracking URI (`http://host:5000`, `sqlite:///mlflow.db`, which
                needs the whole of mlflow).
            experiment: MLflow's name for a set of runs; made where there is none.
            name: of the run; None lets MLflow find one.
            settings: logged as parameters; a mapping in it is logged with dotted names.
            key: by which a run that was killed is known, such as its folder.
            resume: continue the last run of this key, where there is one.

        Raises:
            AusrecError: when MLflow is not installed, or nothing answers at `uri`.
        """
        # A choice made outside stays; the default of MLflow is to report how it is used.
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        tracking = _installed("mlflow.tracking", "MLflow")
        # One letter before the colon is a drive of Windows.
        is_uri = re.match(r"[A-Za-z][\w+\-]+:|databricks$|uc$", str(uri))
        self.uri = str(uri) if is_uri else Path(uri).absolute().as_uri()
        self.name, self.settings = name, flatten(settings or {})
        self.key, self.resume = quote(key), resume
        self._run_id = ""
        self._known: set[tuple[str, int]] = set()
        # MLflow uses a folder as its store only where this is set.
        with self._complaints(), environment({"MLFLOW_ALLOW_FILE_STORE": "true"}):
            self._client: Any = tracking.MlflowClient(tracking_uri=self.uri)
            held = self._client.get_experiment_by_name(experiment)
            self._experiment = (
                self._client.create_experiment(experiment) if held is None else held.experiment_id
            )

    def begin(self) -> None:
        """Make the run, or continue the last one, and log the settings."""
        from mlflow.entities import Param, RunTag

        with self._complaints():
            run = self._last() or self._client.create_run(
                self._experiment, run_name=self.name, tags={KEY: self.key}
            )
            self._run_id, before = run.info.run_id, run.data.params
            self._client.update_run(self._run_id, status="RUNNING")
            self._known = {
                (metric.key, metric.step)
                for key in run.data.metrics
                for metric in self._client.get_metric_history(self._run_id, key)
            }
            # MLflow's parameters stay as they are; a run continued for longer says so in a tag.
            changed = {k: v for k, v in self.settings.items() if before.get(k, v) != v}
            self._client.log_batch(
                self._run_id,
                params=[Param(k, v) for k, v in self.settings.items() if k not in before],
                tags=[RunTag(key, value) for key, value in changed.items()],
            )

    def log(self, points: list[Point]) -> None:
        """Log metrics, but those that an earlier process has logged."""
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        named = [(metric_name(series), epoch, value) for series, epoch, value in points]
        new = [Metric(k, value, now, e) for k, e, value in named if (k, e) not in self._known]
        with self._complaints():
            self._client.log_batch(self._run_id, new)

    def end(self, history: History) -> None:
        """Mark the run as finished."""
        with self._complaints():
            self._client.set_tag(self._run_id, "stopped", history.stopped)
            self._client.set_terminated(self._run_id)

    def _last(self) -> Any:
        """Return the last MLflow run of this key where it is to be continued, or None."""
        query = f"tags.{KEY} = '{self.key}'"
        runs = self._client.search_runs([self._experiment], query, max_results=1)
        return runs[0] if self.resume and runs else None

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


def flatten(settings: Mapping[str, object]) -> dict[str, str]:
    """Return settings as texts, those of inner mappings with dotted names."""
    (flat,) = pd.json_normalize(dict(settings)).to_dict("records") or [{}]
    return {metric_name(str(name)): str(value) for name, value in flat.items()}


def _installed(module: str, name: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise AusrecError(f"{name} is not installed: pip install 'ausrec[tracking]'") from error
