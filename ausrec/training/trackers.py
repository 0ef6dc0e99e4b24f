"""Callbacks that hand a run's numbers to a tracker: TensorBoard or MLflow."""

import importlib
import os
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from ausrec.environment import environment
from ausrec.errors import complaint
from ausrec.progress import within
from ausrec.training.callbacks import Epoch
from ausrec.training.history import History, Record

KEY = "ausrec_key"
# MLflow itself would ask a server that does not answer for a quarter of an hour.
ANSWER_SECONDS = 30.0


def series(record: Record) -> str:
    """Name the series that a record belongs to; the part before the slash groups charts.

    `loss` of the task `two_hop` is `loss/two_hop`, a metric stays `val/ndcg@10`, and what belongs
    to no task, such as `seconds`, is `run/seconds`.
    """
    if record.task:
        return f"{record.quantity}/{record.task}"
    return record.quantity if "/" in record.quantity else f"run/{record.quantity}"


def numbers_of(history: History, epoch: int) -> dict[str, float]:
    """Return the numbers of an epoch by the names of their series."""
    return {series(record): record.value for record in history.records if record.epoch == epoch}


def kept_numbers(history: History) -> dict[str, float]:
    """Return what describes the best epoch: its number, its metrics and its weights."""
    of_best = numbers_of(history, history.best_epoch)
    kept = {"kept/epoch": float(history.best_epoch)}
    for name, value in of_best.items():
        group, _, member = name.partition("/")
        if group in ("val", "weight"):
            kept[f"{'kept' if group == 'val' else 'kept_weight'}/{member}"] = value
    return kept


class TensorBoard:
    """A callback that writes every quantity of the history as a scalar.

    fit(..., callbacks=[TensorBoard("runs/tb/first")]); `tensorboard --logdir runs/tb` shows it.

    A folder holds one run. The epochs that a resumed run trains again hide their first numbers,
    so that it shows each epoch once. TensorBoard keeps 32-bit numbers; the history is exact.
    """

    def __init__(self, folder: str | Path) -> None:
        """Prepare to write into a folder, which is made with the first epoch.

        Raises:
            AusrecError: when TensorBoard is not installed.
        """
        _installed("tensorboard", "TensorBoard")
        self.folder = Path(folder)
        self._writer: Any = None

    def __call__(self, epoch: Epoch) -> None:
        """Write the numbers of an epoch.

        Raises:
            AusrecError: when the file cannot be written.
        """
        self._write(numbers_of(epoch.history, epoch.number), epoch.number)

    def finish(self, history: History) -> None:
        """Write which epoch is the best, and close the file."""
        if self._writer is not None:
            self._write(kept_numbers(history), history.best_epoch)
            self._writer.close()
            self._writer = None

    def _write(self, numbers: Mapping[str, float], epoch: int) -> None:
        # Not at the top of the file: it takes a second, and the core does without.
        from torch.utils.tensorboard import SummaryWriter

        what = f"{self.folder}: TensorBoard cannot write"
        with complaint(what, "choose another folder", OSError):
            # From the first epoch on, the numbers of this writer take the place of older ones.
            self._writer = self._writer or SummaryWriter(str(self.folder), purge_step=epoch)
            for name, value in numbers.items():
                self._writer.add_scalar(name, value, epoch)
            self._writer.flush()


class MLflow:
    """A callback that logs every quantity of the history as a metric, and settings as parameters.

    fit(..., callbacks=[MLflow("runs/mlflow", settings=recipe.to_mapping())])

    MLflow allows no `@` in names: `val/ndcg@10` is logged as `val/ndcg_at_10`. A run that is
    killed keeps the state RUNNING; one that continues it goes on in the same MLflow run, and logs
    the later epochs only.
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
            name: of the run; None lets MLflow choose one.
            settings: logged as parameters; a mapping in it is logged with dotted names.
            key: by which a run that was killed is known, such as its folder.
            resume: continue the last run of this key, where there is one.

        Raises:
            AusrecError: when MLflow is not installed, or nothing answers at `uri`.
        """
        # A choice made outside stays; the default of MLflow is to report how it is used.
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        tracking = _installed("mlflow.tracking", "MLflow")
        self.uri, self.name, self.key, self.resume = str(uri), name, quote(key), resume
        self.settings, self._run_id, self._last = flatten(settings or {}), "", 0
        # MLflow uses a folder as its store only where this is set.
        with self._complaints(), environment({"MLFLOW_ALLOW_FILE_STORE": "true"}):
            self._client: Any = tracking.MlflowClient(tracking_uri=self.uri)
            self._experiment = within(ANSWER_SECONDS, self.uri, partial(self._find, experiment))

    def _find(self, experiment: str) -> Any:
        """Return the id of an experiment, which is made where there is none."""
        held = self._client.get_experiment_by_name(experiment)
        return self._client.create_experiment(experiment) if held is None else held.experiment_id

    def __call__(self, epoch: Epoch) -> None:
        """Log the numbers of an epoch, unless an earlier process has logged them.

        Raises:
            AusrecError: when MLflow does not take them.
        """
        with self._complaints():
            if not self._run_id:
                within(ANSWER_SECONDS, self.uri, self._begin)
            if epoch.number > self._last:
                numbers = numbers_of(epoch.history, epoch.number)
                within(ANSWER_SECONDS, self.uri, partial(self._log, numbers, epoch.number))

    def finish(self, history: History) -> None:
        """Log which epoch is the best, and mark the run as finished."""
        if self._run_id:
            with self._complaints():
                within(ANSWER_SECONDS, self.uri, partial(self._end, history))
            self._run_id = ""

    def _end(self, history: History) -> None:
        self._log(kept_numbers(history), history.best_epoch)
        self._client.set_tag(self._run_id, "stopped", history.stopped)
        self._client.set_terminated(self._run_id)

    def _begin(self) -> None:
        """Make the run and log the settings, or continue the last run of the key."""
        from mlflow.entities import Param, RunTag

        found = self._client.search_runs([self._experiment], f"tags.{KEY} = '{self.key}'")
        if self.resume and found:
            run, settings = found[0], found[0].data.params
            self._client.update_run(run.info.run_id, status="RUNNING")
        else:
            tags = {KEY: self.key}
            run = self._client.create_run(self._experiment, run_name=self.name, tags=tags)
            settings = self.settings
            params = [Param(name, value) for name, value in settings.items()]
            self._client.log_batch(run.info.run_id, params=params)
        self._run_id = run.info.run_id
        # MLflow's parameters stay as they are; a run continued for longer says so in a tag.
        changed = [RunTag(k, v) for k, v in self.settings.items() if settings.get(k) != v]
        self._client.log_batch(self._run_id, tags=changed)
        logged = self._client.get_metric_history(self._run_id, "run/seconds")
        self._last = max((metric.step for metric in logged), default=0)

    def _log(self, numbers: Mapping[str, float], epoch: int) -> None:
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        metrics = [Metric(metric_name(n), value, now, epoch) for n, value in numbers.items()]
        self._client.log_batch(self._run_id, metrics)

    def _complaints(self) -> AbstractContextManager[None]:
        return complaint(
            f"MLflow at {self.uri} fails", "name a folder or the URI of a tracking server"
        )


def metric_name(name: str) -> str:
    """Return the name of a series as MLflow allows it."""
    return name.replace("@", "_at_")


def flatten(settings: Mapping[str, object]) -> dict[str, str]:
    """Return settings as texts, those of inner mappings with dotted names."""
    (flat,) = pd.json_normalize(dict(settings)).to_dict("records") or [{}]
    return {str(name): str(value) for name, value in flat.items()}


def _installed(module: str, name: str) -> Any:
    with complaint(f"{name} is not installed", "pip install 'ausrec[tracking]'", ImportError):
        return importlib.import_module(module)
