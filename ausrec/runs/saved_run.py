"""Finished runs, read back from their folders."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import safetensors

from ausrec.errors import AusrecError, about
from ausrec.files import checksum
from ausrec.memory import Cost
from ausrec.progress import note
from ausrec.runs.kept_lists import Lists, unpack_lists
from ausrec.runs.plugin import loaded_plugins
from ausrec.runs.prepare import prepare
from ausrec.runs.recipe import Recipe
from ausrec.runs.recipe_file import read_recipe
from ausrec.runs.run_folder import (
    CONFIG,
    HISTORY,
    LISTS,
    METRICS,
    MODEL,
    open_run,
)
from ausrec.runs.trained import Trained, graph_checksum
from ausrec.training import History
from ausrec.training.checkpoint import put
from ausrec.training.history import Record

# What the model keeps of its data, so that it is not used on other data.
GRAPH = "graph"


def load_run(path: str | Path, *, with_tasks: bool = False) -> Trained:
    """Read a run that `ausrec train` has written, and the data that it was trained on.

    What it returns has the `graph`, its `splits`, the `model`, `embeddings` and `history`; metrics
    are `trained.test.metrics`, and `trained.rank` measures another part.

    Args:
        path: the folder, the --out of `ausrec train`.
        with_tasks: build the auxiliary tasks, too; only a report needs them.

    Raises:
        AusrecError: when the folder holds no run, a file is damaged, or a table has changed.
    """
    path = Path(path)
    done = open_run(path)
    done.check([CONFIG, METRICS, HISTORY, MODEL])
    recipe = read_recipe(path / CONFIG)
    done.check_inputs(recipe.data.files())
    for name, plugin in loaded_plugins().items():
        if done.inputs.get(name, "") not in ("", checksum(plugin)):
            note(f"{plugin}: has changed since {path} was trained with it.")
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
    cost = {name: metrics[name] for name in Cost.NAMES if name in metrics}
    return Trained(prepared, model, history, cost)


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


def is_finished(path: Path, recipe: Recipe, *, refit: bool = False) -> bool:
    """Tell whether a folder holds the finished run of this very recipe, and no other is going on.

    Args:
        path: the folder.
        recipe: of the run.
        refit: whether the run was to be trained again on the validation part, too.

    Raises:
        AusrecError: when its configuration is damaged, or its tables are others now.
    """
    try:
        done = open_run(path)
    except AusrecError:
        return False
    done.check([CONFIG])
    held = read_recipe(path / CONFIG)
    if held != (recipe.refitted(held.train.epochs) if refit else recipe):
        return False
    done.check_inputs(recipe.data.files())
    return True
