"""The results of a grid as tidy tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ausrec.errors import AusrecError
from ausrec.experiments.run import Result, Run
from ausrec.experiments.store import Store

CELL = ["dataset", "strategy", "tasks", "seed"]
MEASURED = ["epochs", "best_epoch", "seconds", "seconds_per_epoch", "peak_mib"]


@dataclass(frozen=True)
class GridResults:
    """What the runs of a grid have left."""

    runs: pd.DataFrame
    """One row a run: dataset, strategy, tasks, seed, key, test metrics ("ndcg@10"), validation
    metrics ("val/ndcg@10"), epochs, best_epoch, seconds, seconds_per_epoch, peak_mib."""

    scores: pd.DataFrame
    """One row a run, test user and metric: dataset, strategy, tasks, seed, user, metric, value."""

    histories: pd.DataFrame
    """All histories: dataset, strategy, tasks, seed, epoch, quantity, task, value."""

    failures: pd.DataFrame
    """One row a failed run: dataset, strategy, tasks, seed, error."""

    @property
    def table(self) -> pd.DataFrame:
        """One row a number: dataset, strategy, tasks, seed, key, quantity, task, value.

        Quantities: `test/METRIC`, `val/METRIC`, epochs, best_epoch, seconds, seconds_per_epoch,
        peak_mib; by task `weight` (in the epoch that was kept) and `final_weight`.
        """
        named = {n: f"test/{n}" for n in self.runs.columns if "@" in n and "/" not in n}
        wide = self.runs.rename(columns=named)
        measured = wide.melt([*CELL, "key"], var_name="quantity").assign(task="")
        weights = self.histories[self.histories["quantity"] == "weight"]
        parts = [measured]
        for quantity, epoch in (("weight", "best_epoch"), ("final_weight", "epochs")):
            place = self.runs[[*CELL, "key", epoch]].rename(columns={epoch: "epoch"})
            parts.append(weights.merge(place, on=[*CELL, "epoch"]).assign(quantity=quantity))
        return pd.concat(parts, ignore_index=True)[[*CELL, "key", "quantity", "task", "value"]]

    def save(self, folder: str | Path) -> list[str]:
        """Write `table` as CSV and Parquet, `scores` and `histories` as Parquet.

        Returns:
            the names of the files.

        Raises:
            AusrecError: when they cannot be written.
        """
        folder = Path(folder).expanduser()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.table.to_csv(folder / "table.csv", index=False)
            for name in ("table", "scores", "histories"):
                getattr(self, name).to_parquet(folder / f"{name}.parquet", index=False)
        except OSError as error:
            raise AusrecError(f"cannot write the tables into {folder}: {error.strerror}") from error
        return ["table.csv", "table.parquet", "scores.parquet", "histories.parquet"]


def read_results(store: Store, runs: Sequence[Run]) -> GridResults:
    """Collect what the store holds of the given runs.

    Args:
        store: where they are kept.
        runs: in the order of the tables.
    """
    rows, scores, histories, failures = [], [], [], []
    for run in runs:
        cell = {name: getattr(run, name) for name in CELL}
        result = store.load(run)
        if result is None:
            failure = store.failure(run)
            if failure is not None:
                failures.append(cell | {"error": failure.error})
            continue
        measured = {name: getattr(result, name) for name in MEASURED}
        val = {f"val/{name}": value for name, value in result.val.items()}
        rows.append({**cell, "key": run.key, **result.test, **val, **measured})
        scores.append(_scores(result).assign(**cell))
        histories.append(result.history.assign(**cell))
    return GridResults(
        runs=pd.DataFrame(rows) if rows else _empty(*CELL, "key", *MEASURED),
        scores=_together(scores, "user", "metric", "value"),
        histories=_together(histories, "epoch", "quantity", "task", "value"),
        failures=pd.DataFrame(failures) if failures else _empty(*CELL, "error"),
    )


def _scores(result: Result) -> pd.DataFrame:
    wide = pd.DataFrame({"user": result.users, **result.per_user})
    return wide.melt(id_vars="user", var_name="metric", value_name="value")


def _together(parts: list[pd.DataFrame], *columns: str) -> pd.DataFrame:
    if not parts:
        return _empty(*CELL, *columns)
    return pd.concat(parts, ignore_index=True)[[*CELL, *columns]]


def _empty(*columns: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))
