"""The folder of a run: claimed before, filled in one go after, never half-written, and read back.

While a run goes on, all that it writes lies in `unfinished/` inside the folder: its checkpoint,
its configuration and at the end the new files. Only when these are complete do they take their
places, so that a failure harms nothing that was there.
"""

import contextlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow
import safetensors.torch
import torch
from torch_geometric.data import HeteroData

from ausrec.cli.flags import read_recipe, to_yaml
from ausrec.cli.kept_lists import Lists, pack_lists, unpack_lists
from ausrec.errors import AusrecError
from ausrec.lab.figure import png_bytes
from ausrec.lab.plots import plot_weights
from ausrec.lab.reports.run_report import run_page
from ausrec.training import History
from ausrec.training.history import Record
from ausrec.training.prepare import prepare
from ausrec.training.recipe import Recipe
from ausrec.training.trained import Trained, checksum

CONFIG, METRICS, HISTORY = "config.yaml", "metrics.json", "history.parquet"
MODEL, WEIGHTS, REPORT = "model.safetensors", "weights.png", "report.html"
LISTS = "lists.safetensors"
RUN_FILES = (CONFIG, METRICS, HISTORY, MODEL, LISTS, WEIGHTS, REPORT)
UNFINISHED = "unfinished"


def is_finished(path: Path, recipe: Recipe) -> bool:
    """Tell whether a folder holds the finished run of this very recipe, and no other is going on.

    Args:
        path: the folder.
        recipe: what would be run.
    """
    begun = (path / UNFINISHED).exists()
    return not begun and is_run(path) and read_recipe(path / CONFIG) == recipe


class RunFolder:
    """A claimed output folder.

    Attributes:
        path: the folder.
        checkpoint: where training saves its state.
        config: the text of the configuration file.
        command: repeats the run.
    """

    def __init__(
        self,
        path: Path,
        recipe: Recipe,
        written_by: str,
        *,
        resume: bool = False,
        overwrite: bool = False,
    ) -> None:
        """Claim a folder for a run.

        Args:
            path: the folder; made where it is not there.
            recipe: what is going to run.
            written_by: the command, for the configuration file.
            resume: continue a run that was killed here.
            overwrite: replace the files of a former run, and nothing else.

        Raises:
            AusrecError: when it is not empty, and neither flag helps.
        """
        self.path, self.recipe = path, recipe
        self._work = path / UNFINISHED
        self.checkpoint = self._work / "checkpoint.pt"
        self.config = to_yaml(recipe, written_by, path)
        self.command = f"ausrec train --config {path / CONFIG} --out FOLDER"
        self._check(resume, overwrite)
        if self._work.exists() and not (resume and self.can_resume):
            shutil.rmtree(self._work)
        if not self.can_resume:
            try:
                self._work.mkdir(parents=True)
                (self._work / CONFIG).write_text(self.config, encoding="utf-8")
            except OSError:
                self.abandon()
                raise

    def _check(self, resume: bool, overwrite: bool) -> None:
        held = {entry.name for entry in self.path.iterdir()} if self.path.exists() else set()
        begun, done = UNFINISHED in held, is_run(self.path)
        if begun and resume:
            config = self._work / CONFIG
            if config.exists() and not self.recipe.continues(read_recipe(config)):
                raise AusrecError(
                    f"{self.path}: the unfinished run has other settings ({config}); repeat its "
                    "command with --resume, or add --overwrite to start again"
                )
        elif held and not overwrite:
            what = "holds a finished run with other settings" if done and resume else "is not empty"
            if begun:
                what = "holds a run that was not finished; add --resume to continue it"
            raise AusrecError(
                f"{self.path}: {what}; choose another folder by --out, or add --overwrite to "
                "replace the run in it"
            )
        if held & set(RUN_FILES) and not done:
            raise AusrecError(
                f"{self.path}: holds files that are not those of a finished run, so none is "
                "replaced; choose another folder by --out"
            )

    @property
    def can_resume(self) -> bool:
        """Whether there is a checkpoint to continue from."""
        return self.checkpoint.exists()

    def finish(self, files: Mapping[str, bytes]) -> None:
        """Put the files of the run in their places and remove what was needed for running.

        Where they cannot be written, what was there before is unharmed.
        """
        for name, content in files.items():
            (self._work / name).write_bytes(content)
        for name in files:
            (self._work / name).replace(self.path / name)
        for name in set(RUN_FILES) - set(files):
            (self.path / name).unlink(missing_ok=True)
        shutil.rmtree(self._work)

    def abandon(self) -> None:
        """Remove what the run has left, unless it can be continued."""
        if not self.can_resume:
            shutil.rmtree(self._work, ignore_errors=True)
            with contextlib.suppress(OSError):
                self.path.rmdir()  # does nothing where it holds anything else


def run_files(
    runs: Mapping[str, Trained],
    config: str,
    command: str,
    *,
    comparison: pd.DataFrame | None = None,
) -> dict[str, bytes]:
    """Return the content of every file of a run, by name.

    Args:
        runs: runs on the same split by the name of their model; the files are those of the last,
            the others are compared with it in the report.
        config: the configuration file.
        command: repeats the run.
        comparison: of the models, where `metrics.json` holds it, too.
    """
    trained = list(runs.values())[-1]
    metrics: dict[str, object] = dict(trained.metrics)
    if comparison is not None:
        # JSON has no NaN, which means that a model was not trained and took no seconds.
        rows = comparison.astype(object).where(comparison.notna(), None)
        metrics["comparison"] = rows.to_dict("records")
    parameters = trained.model.named_parameters()
    tensors = {name: each.detach().cpu().contiguous() for name, each in parameters}
    # One entry only: safetensors writes several in any order, and the same run must give the
    # same bytes.
    described = {"data": json.dumps(describe_data(trained.prepared.graph))}
    files = {
        CONFIG: config.encode(),
        METRICS: (json.dumps(metrics, indent=2) + "\n").encode(),
        HISTORY: trained.history.table.to_parquet(index=False),
        MODEL: safetensors.torch.save(tensors, described),
        LISTS: pack_lists(trained),
        REPORT: run_page(runs, command, comparison=comparison).encode(),
    }
    if trained.history.weights:
        files[WEIGHTS] = png_bytes(plot_weights(trained.history))
    return files


def describe_data(graph: HeteroData) -> dict[str, Any]:
    """Return what a model keeps of its data, so that it is not used on other data."""
    counts = {f"{node}s": graph[node].num_nodes for node in ("user", "item")}
    return {**counts, "sha256": checksum(graph)}


def is_run(path: Path) -> bool:
    """Tell whether a folder holds a finished run."""
    return all((path / name).is_file() for name in (CONFIG, METRICS, MODEL))


def load_run(path: Path, *, with_tasks: bool = False) -> Trained:
    """Read a run: its configuration, history and model, and the data that it was trained on.

    Args:
        path: the folder.
        with_tasks: build the auxiliary tasks, too; only a report needs them.

    Raises:
        AusrecError: when the folder holds no run, a file is damaged, or the data has changed.
    """
    check_run(path)
    metrics = read_metrics(path)
    with damaged(path / HISTORY):
        table = pd.read_parquet(path / HISTORY)[list(Record._fields)]
        history = History([Record(*row) for row in table.itertuples(index=False, name=None)])
    history.best_epoch, history.stopped = metrics["best_epoch"], metrics.get("stopped", "")
    prepared = prepare(read_recipe(path / CONFIG), with_tasks=with_tasks)
    with damaged(path / MODEL):
        with safetensors.safe_open(path / MODEL, "pt") as stored:
            before = json.loads((stored.metadata() or {}).get("data", "{}"))
        tensors = safetensors.torch.load_file(path / MODEL)
    now = describe_data(prepared.graph)
    if before != now:
        raise AusrecError(
            f"{path / MODEL}: was trained on other data ({before.get('users', '?')} users, "
            f"{before.get('items', '?')} items) than {prepared.recipe.data.describe()} holds "
            f"now ({now['users']} users, {now['items']} items): train again, or restore the data"
        )
    model = prepared.build_model()
    parameters = dict(model.named_parameters())
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    if shapes != {name: parameter.shape for name, parameter in parameters.items()}:
        raise AusrecError(
            f"{path / MODEL}: does not fit {CONFIG} next to it; train again, or restore the file"
        )
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(tensors[name])
    return Trained(prepared, model, history)


def load_lists(path: Path) -> Lists:
    """Read what a run recommends from; its tables are not needed.

    Raises:
        AusrecError: when the folder holds no run, or the file is damaged.
    """
    check_run(path)
    with damaged(path / LISTS):
        return unpack_lists(path / LISTS)


def check_run(path: Path) -> None:
    """Raise `AusrecError` unless the folder holds a finished run."""
    if is_run(path):
        return
    if not path.exists():
        raise AusrecError(f"{path}: no such folder; name the --out of a finished `ausrec train`")
    if (path / UNFINISHED).exists():
        raise AusrecError(f"{path}: this run is not finished; repeat its command with --resume")
    raise AusrecError(
        f"{path}: not the folder of a run ({MODEL}, {METRICS} and {CONFIG} belong there); name "
        "the --out of a finished `ausrec train`"
    )


def read_metrics(path: Path) -> dict[str, Any]:
    """Read the `metrics.json` of a run.

    Raises:
        AusrecError: when it is damaged.
    """
    with damaged(path / METRICS):
        metrics = json.loads((path / METRICS).read_text(encoding="utf-8"))
        return {**metrics, "val": dict(metrics["val"]), "best_epoch": int(metrics["best_epoch"])}


@contextmanager
def damaged(file: Path) -> Iterator[None]:
    """Turn what readers of files complain of into one line."""
    known = (OSError, ValueError, KeyError, TypeError)
    try:
        yield
    except (*known, pyarrow.ArrowException, safetensors.SafetensorError) as error:
        reason = " ".join(str(error).split())
        raise AusrecError(
            f"{file}: missing or damaged ({reason}); train again, or restore the file"
        ) from error
