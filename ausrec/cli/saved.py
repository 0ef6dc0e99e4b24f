"""Read a finished run back from its folder."""

import json
import math
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pyarrow
import safetensors
import torch

from ausrec.cli.flags import read_recipe
from ausrec.cli.folder import UNFINISHED, is_run
from ausrec.errors import AusrecError
from ausrec.lab.reports.run_files import CONFIG, HISTORY, METRICS, MODEL
from ausrec.models.encoder import Encoder
from ausrec.training import History
from ausrec.training.history import Record
from ausrec.training.prepare import Prepared, prepare
from ausrec.training.trained import Trained, checksum

_AGAIN = "train again, or restore the file"


def load_run(path: Path, *, with_tasks: bool = False) -> Trained:
    """Read a run: its configuration, history and model, and the data that it was trained on.

    Args:
        path: the folder.
        with_tasks: build the auxiliary tasks, too; only a report needs them.

    Raises:
        AusrecError: when the folder holds no run, a file is damaged, or the data has changed.
    """
    check_run(path)
    metrics, history = read_metrics(path), read_history(path)
    if history.epochs != metrics["epochs"]:
        raise AusrecError(
            f"{path / HISTORY}: holds {history.epochs} epochs, and {METRICS} beside it tells of "
            f"{metrics['epochs']}; {_AGAIN}"
        )
    prepared = prepare(read_recipe(path / CONFIG), with_tasks=with_tasks)
    model = prepared.build_model()
    _load_model(path / MODEL, model, prepared)
    history.best_epoch = int(metrics["best_epoch"])
    # Older runs do not say why training ended.
    history.stopped = metrics.get("stopped", "")
    return Trained(prepared, model, history)


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
    """Read `metrics.json`.

    Raises:
        AusrecError: when it is damaged.
    """
    file = path / METRICS
    try:
        metrics: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        _check_metrics(metrics)
    except json.JSONDecodeError as error:
        raise AusrecError(f"{file}:{error.lineno}: damaged ({error.msg}); {_AGAIN}") from error
    except (OSError, ValueError) as error:
        raise AusrecError(f"{file}: damaged ({error}); {_AGAIN}") from error
    return metrics


def _check_metrics(metrics: Any) -> None:
    """Raise `ValueError` on what no finished run leaves."""
    if not isinstance(metrics, dict):
        raise ValueError("it holds no metrics")
    for name in ("val", "test", "weights"):
        numbers = metrics.get(name)
        if not isinstance(numbers, dict) or not all(map(_is_number, numbers.values())):
            raise ValueError(f"{name} must hold numbers by name")
    for name in ("epochs", "best_epoch"):
        if type(metrics.get(name)) is not int:
            raise ValueError(f"{name} must be a whole number")
    if not 1 <= metrics["best_epoch"] <= metrics["epochs"]:
        raise ValueError("best_epoch must be one of the epochs")
    if not isinstance(metrics.get("stopped", ""), str):
        raise ValueError("stopped must be text")


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and math.isfinite(cast(float, value))


def read_history(path: Path) -> History:
    """Read `history.parquet`.

    Raises:
        AusrecError: when it is missing or damaged.
    """
    file = path / HISTORY
    try:
        table = pd.read_parquet(file)[list(Record._fields)]
    except (OSError, ValueError, KeyError, pyarrow.ArrowException) as error:
        reason = " ".join(str(error).split())
        raise AusrecError(f"{file}: missing or damaged ({reason}); {_AGAIN}") from error
    return History([Record(*row) for row in table.itertuples(index=False, name=None)])


def _load_model(file: Path, model: Encoder, prepared: Prepared) -> None:
    try:
        with safetensors.safe_open(file, "pt") as stored:
            data = json.loads((stored.metadata() or {}).get("data", "{}"))
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    except (OSError, ValueError, safetensors.SafetensorError) as error:
        reason = " ".join(str(error).split())
        raise AusrecError(f"{file}: damaged ({reason}); {_AGAIN}") from error
    if data.get("sha256") != checksum(prepared.graph):
        users, items = prepared.graph["user"].num_nodes, prepared.graph["item"].num_nodes
        raise AusrecError(
            f"{file}: was trained on other data ({data.get('users', '?')} users, "
            f"{data.get('items', '?')} items) than {prepared.recipe.data.describe()} holds "
            f"now ({users} users, {items} items): train again, or restore the data"
        )
    parameters = dict(model.named_parameters())
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    if shapes != {name: tuple(parameter.shape) for name, parameter in parameters.items()}:
        raise AusrecError(f"{file}: does not fit {CONFIG} beside it; {_AGAIN}")
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(tensors[name])
