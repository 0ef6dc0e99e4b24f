"""The files of a finished run: made, and read back."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import safetensors.torch

from ausrec.cli.flags import read_recipe
from ausrec.cli.kept_lists import Lists, pack_lists, unpack_lists
from ausrec.cli.run_folder import (
    CONFIG,
    HISTORY,
    LISTS,
    METRICS,
    MODEL,
    REPORT,
    WEIGHTS,
    open_run,
)
from ausrec.errors import AusrecError, about
from ausrec.lab.figure import png_bytes
from ausrec.lab.plots import plot_weights
from ausrec.lab.reports.run_report import run_page
from ausrec.training import History
from ausrec.training.checkpoint import put
from ausrec.training.history import Record
from ausrec.training.prepare import prepare
from ausrec.training.recipe import Recipe
from ausrec.training.trained import Trained, graph_checksum

# What the model keeps of its data, so that it is not used on other data.
GRAPH = "graph"


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
    files = {
        CONFIG: config.encode(),
        METRICS: (json.dumps(metrics, indent=2) + "\n").encode(),
        HISTORY: trained.history.table.to_parquet(index=False),
        MODEL: safetensors.torch.save(tensors, {GRAPH: graph_checksum(trained.prepared.graph)}),
        LISTS: pack_lists(trained),
        REPORT: run_page(runs, command, comparison=comparison).encode(),
    }
    if trained.history.weights:
        files[WEIGHTS] = png_bytes(plot_weights(trained.history))
    return files


def load_run(path: Path, *, with_tasks: bool = False) -> Trained:
    """Read a run: its configuration, history and model, and the data that it was trained on.

    Args:
        path: the folder.
        with_tasks: build the auxiliary tasks, too; only a report needs them.

    Raises:
        AusrecError: when the folder holds no run, a file is damaged, or a table has changed.
    """
    done = open_run(path)
    done.check([CONFIG, METRICS, HISTORY, MODEL])
    recipe = read_recipe(path / CONFIG)
    done.check_inputs(recipe.data.files())
    with about(path / METRICS):
        metrics = json.loads((path / METRICS).read_text(encoding="utf-8"))
    with about(path / HISTORY):
        table = pd.read_parquet(path / HISTORY)[list(Record._fields)]
    records = [Record(*row) for row in table.itertuples(index=False, name=None)]
    history = History(records, metrics["best_epoch"], metrics["stopped"])
    prepared = prepare(recipe, with_tasks=with_tasks)
    model = prepared.build_model()
    with about(path / MODEL), safetensors.safe_open(path / MODEL, "pt") as stored:
        if stored.metadata()[GRAPH] != graph_checksum(prepared.graph):
            raise AusrecError(
                f"{path / MODEL}: was trained on other data than {recipe.data.describe()} holds "
                "now; train again, or restore the data"
            )
        parameters = dict(model.named_parameters())
        put({name: stored.get_tensor(name) for name in parameters}, parameters)
    return Trained(prepared, model, history)


def load_lists(path: Path) -> Lists:
    """Read what a run recommends from; its tables are not needed.

    Raises:
        AusrecError: when the folder holds no run, or the file is damaged.
    """
    open_run(path).check([LISTS])
    return unpack_lists(path / LISTS)


def read_metrics(path: Path) -> dict[str, Any]:
    """Read the `metrics.json` of a run.

    Raises:
        AusrecError: when the folder holds no run, or the file is damaged.
    """
    open_run(path).check([METRICS])
    metrics: dict[str, Any] = json.loads((path / METRICS).read_text(encoding="utf-8"))
    return metrics


def is_finished(path: Path, recipe: Recipe) -> bool:
    """Tell whether a folder holds the finished run of this very recipe, and no other is going on.

    Raises:
        AusrecError: when its configuration is damaged, or its tables are others now.
    """
    try:
        done = open_run(path)
    except AusrecError:
        return False
    done.check([CONFIG])
    if read_recipe(path / CONFIG) != recipe:
        return False
    done.check_inputs(recipe.data.files())
    return True
