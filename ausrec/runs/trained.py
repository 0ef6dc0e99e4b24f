"""A run of a recipe, and what it leads to."""

import copy
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.data import RATES, reading_of
from ausrec.data.tables.read_table import TableSource
from ausrec.data.tables.table_graph import TableGraph
from ausrec.errors import AusrecError
from ausrec.evaluation import Evaluation, evaluate
from ausrec.evaluation.ranking import CUTOFFS
from ausrec.graph import Splits
from ausrec.memory import Cost, keep_freed_memory
from ausrec.models.encoder import Embeddings, Encoder
from ausrec.runs.prepare import Prepared, prepare
from ausrec.runs.recipe import Recipe
from ausrec.training.callbacks import Callback
from ausrec.training.fit import fit
from ausrec.training.history import History
from ausrec.weighting.weighting import Weighting


@dataclass(frozen=True)
class Trained:
    """What a run leads to.

    Attributes:
        prepared: what it started from.
        model: the trained encoder.
        history: the record of training.
        cost: of training, in seconds, CPU seconds and MiB; see `Cost`.
    """

    prepared: Prepared
    model: Encoder
    history: History
    cost: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def embeddings(self) -> Embeddings:
        """The embeddings of all users and items."""
        with torch.no_grad():
            embeddings: Embeddings = self.model()
        return embeddings

    def scores(self, part: HeteroData) -> Callable[[Tensor], Tensor]:
        """Return the scores that rank a part of the data, given what came before it."""
        with torch.no_grad():
            return self.model.embed(part).scores

    @cached_property
    def val(self) -> Evaluation:
        """The ranking on the validation part."""
        return self.rank(self.prepared.splits.val)

    @cached_property
    def test(self) -> Evaluation:
        """The ranking on the test part."""
        return self.rank(self.prepared.splits.test)

    def rank(self, part: HeteroData, ks: Sequence[int] = CUTOFFS) -> Evaluation:
        """Rank a part of the data, in full."""
        with torch.no_grad():
            embeddings = self.model.embed(part)
        return evaluate(embeddings.scores, part, ks, items=embeddings.item, beyond=True)

    @property
    def graph(self) -> HeteroData:
        """All of the data."""
        return self.prepared.graph

    @property
    def splits(self) -> Splits:
        """Its training, validation and test part."""
        return self.prepared.splits

    @property
    def metrics(self) -> dict[str, object]:
        """What `metrics.json` holds; weights are those of the epoch that was kept."""
        seconds = self.history.of("seconds").to_numpy()
        has = self.prepared.has_part
        return {
            "val": self.val.metrics if has("val") else {},
            "test": self.test.metrics if has("test") else {},
            **self.apart,
            "weights": self.history.weights,
            "seconds_per_epoch": float(np.mean(seconds)),
            "epochs": self.history.epochs,
            "best_epoch": self.history.best_epoch,
            "stopped": self.history.stopped,
            **self.cost,
            "assumed": list(self.prepared.assumed),
        }

    def rank_table(
        self, table: TableSource, name: str, ks: Sequence[int] = CUTOFFS
    ) -> tuple[Evaluation, list[str]]:
        """Rank a further test table, in full; return what was left out of it, too.

        Args:
            table: a file, or what holds a table in Python; read as the run's own tables.
            name: of the table, for what is said of it.
            ks: cut-offs.

        Raises:
            AusrecError: when it cannot be read, or no row is left that can be ranked.
        """
        data, test = self.prepared.recipe.data, self.splits.test
        reader = TableGraph(data, data)
        rows = reader.held_out(table, name, test)
        if not rows.size:
            why = "; ".join(reader.reading.assumed)
            raise AusrecError(f"{name}: no row is left that can be ranked ({why})")
        return self.rank(_with_rows(test, torch.from_numpy(rows)), ks), reader.reading.assumed

    @property
    def apart(self) -> dict[str, dict[str, Any]]:
        """What is measured apart: the test rows of cold users and items, and further test tables.

        Returns:
            By `cold`, the metrics of rows, users and items, and the number of rows that nothing can
            rank; by `tests`, the metrics of each further table. Both only where there are any.
        """
        found: dict[str, dict[str, Any]] = {}
        test = self.prepared.splits.test
        cold = test[RATES].get("cold_index")
        reading = reading_of(self.prepared.graph)
        unknown = reading.unknown.get("test", 0)
        if cold is not None or unknown:
            found["cold"] = {"unknown_rows": unknown, "rows": 0, "metrics": {}}
        if cold is not None:
            users, items = (len(each.unique()) for each in cold)
            ranked = self.rank(_with_rows(test, cold))
            counts = {"rows": cold.size(1), "users": users, "items": items}
            found["cold"] |= {**counts, "metrics": ranked.metrics}
        for name, rows in reading.tests.items():
            part = _with_rows(test, torch.from_numpy(rows))
            measured = self.rank(part).metrics if rows.size else {}
            found.setdefault("tests", {})[name] = measured
        return found


def _with_rows(test: HeteroData, rows: Tensor) -> HeteroData:
    part = copy.copy(test)
    part[RATES].edge_label_index = rows
    return part


def run(
    recipe: Recipe,
    *,
    prepared: Prepared | None = None,
    weighting: Weighting | None = None,
    checkpoint: str | Path | None = None,
    callbacks: Sequence[Callback] = (),
    read_test: bool = True,
    show_progress: bool = True,
) -> Trained:
    """Prepare and train, in a process that keeps the memory it frees (`keep_freed_memory`).

    Args:
        recipe: what to run.
        prepared: where `prepare` has been called already.
        weighting: takes the place of the recipe's own.
        checkpoint: a file to save to and, when it exists, to continue from.
        callbacks: called after each epoch, as by `fit`.
        read_test: whether the test part will be read; an empty one is refused then, unless
            `split.test` is 0.
        show_progress: show progress bars.

    Raises:
        AusrecError: as `prepare` and `fit`.
    """
    keep_freed_memory()
    cost = Cost(reset=False)
    prepared = prepared or prepare(recipe, show=show_progress)
    prepared.check_parts(read_test=read_test)
    model = prepared.build_model()
    history = fit(
        model,
        prepared.splits.train,
        prepared.splits.val,
        prepared.tasks,
        weighting or prepared.build_weighting(),
        recipe.train,
        callbacks=callbacks,
        checkpoint=checkpoint,
        show_progress=show_progress,
    )
    return Trained(prepared, model, history, cost.so_far())


def graph_checksum(graph: HeteroData) -> str:
    """Return the SHA-256 of what a model is tied to: ids of users and items, and all edges.

    Args:
        graph: all of the data, before any split.
    """
    digest = hashlib.sha256()
    for node in ("user", "item"):
        digest.update("\0".join(graph[node].raw_id).encode(errors="surrogatepass") + b"\1")
    for edge in sorted(graph.edge_types):
        digest.update(graph[edge].edge_index.cpu().numpy().tobytes())
    return digest.hexdigest()
