"""The results of a grid as tidy tables, with its variants named and laid out seed by seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from ausrec.errors import AusrecError, nearest
from ausrec.evaluation.baselines import RECOMMENDERS
from ausrec.evaluation.metrics import compared_metrics
from ausrec.experiments.run import Result, Run
from ausrec.experiments.store import Store
from ausrec.folder import OutputFolder

CELL = ["dataset", "strategy", "tasks", "seed"]
MEASURED = ["epochs", "best_epoch", "seconds", "cpu_seconds", "seconds_per_epoch", "peak_mib"]
COLUMNS = {
    "runs": [*CELL, "key", *MEASURED],
    "scores": [*CELL, "user", "metric", "value"],
    "histories": [*CELL, "epoch", "quantity", "task", "value"],
    "failures": [*CELL, "error"],
}
TABLES = ("table", "scores", "histories")
"""What is written as Parquet."""


@dataclass(frozen=True)
class GridResults:
    """What the runs of a grid have left; every table has a column `variant` as well."""

    runs: pd.DataFrame
    """One row a run: dataset, strategy, tasks, seed, key, test metrics ("ndcg@10"), validation
    metrics ("val/ndcg@10"), epochs, best_epoch, seconds, cpu_seconds, seconds_per_epoch,
    peak_mib."""

    scores: pd.DataFrame
    """One row a run, test user and metric: dataset, strategy, tasks, seed, user, metric, value."""

    histories: pd.DataFrame
    """All histories: dataset, strategy, tasks, seed, epoch, quantity, task, value."""

    failures: pd.DataFrame
    """One row a failed run: dataset, strategy, tasks, seed, error."""

    encoder: str = "none"
    """What the encoder alone is called, as "LightGCN"."""

    assumed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What was assumed of each data set, in its first run with the most tasks."""

    facts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Counts of what each data set holds."""

    def __post_init__(self) -> None:
        """Give empty tables their columns, and name the variants."""
        for name, columns in COLUMNS.items():
            table = getattr(self, name)
            if table.empty:
                table = pd.DataFrame(columns=[*columns, "variant"])
            object.__setattr__(self, name, add_variant(table, self.encoder))

    @property
    def table(self) -> pd.DataFrame:
        """One row a number: dataset, strategy, tasks, seed, key, quantity, task, value.

        Quantities: `test/METRIC`, `val/METRIC`, epochs, best_epoch, seconds, seconds_per_epoch,
        peak_mib; by task `weight` (in the epoch that was kept) and `final_weight`.
        """
        named = {n: f"test/{n}" for n in self.runs.columns if "@" in n and "/" not in n}
        wide = self.runs.drop(columns="variant").rename(columns=named)
        measured = wide.melt([*CELL, "key"], var_name="quantity").assign(task="")
        weights = self.histories[self.histories["quantity"] == "weight"]
        parts = [measured]
        for quantity, epoch in (("weight", "best_epoch"), ("final_weight", "epochs")):
            place = self.runs[[*CELL, "key", epoch]].rename(columns={epoch: "epoch"})
            parts.append(weights.merge(place, on=[*CELL, "epoch"]).assign(quantity=quantity))
        return pd.concat(parts, ignore_index=True)[[*CELL, "key", "quantity", "task", "value"]]

    def of(self, variants: set[str]) -> "GridResults":
        """Return the results of some of the variants."""
        tables = {name: getattr(self, name) for name in COLUMNS}
        return replace(self, **{n: t[t["variant"].isin(variants)] for n, t in tables.items()})

    def files(self) -> dict[str, bytes]:
        """Return `table` as CSV and Parquet, `scores` and `histories` as Parquet, by file name."""
        files = {"table.csv": self.table.to_csv(index=False).encode()}
        for name in TABLES:
            table = getattr(self, name).drop(columns="variant", errors="ignore")
            files[f"{name}.parquet"] = table.to_parquet(index=False)
        return files

    def save(self, folder: str | Path) -> None:
        """Write the `files` into a folder of ours, or a new one.

        Raises:
            AusrecError: when they cannot be written.
        """
        output = OutputFolder(folder)
        output.claim("compare")
        output.write(self.files())


def planned(runs: Sequence[Run], encoder: str | None = None) -> pd.DataFrame:
    """Return what is known of runs before they are done: a row a run, with its variant."""
    cells = pd.DataFrame([{name: getattr(run, name) for name in CELL} for run in runs])
    return add_variant(cells, encoder or encoder_name(runs))


def encoder_name(runs: Sequence[Run]) -> str:
    """Return what the encoder alone is called: by its name where all runs have the same."""
    names = {run.recipe.model.title for run in runs}
    return names.pop() if len(names) == 1 else "encoder alone"


def read_results(store: Store, runs: Sequence[Run]) -> GridResults:
    """Collect what the store holds of the given runs.

    Args:
        store: where they are kept.
        runs: in the order of the tables.
    """
    done: list[tuple[Run, Result]] = []
    failed: list[tuple[Run, str]] = []
    for run in runs:
        result = store.load(run, [*compared_metrics(), *run.metrics])
        failure = store.failure(run) if result is None else None
        if result is not None:
            done.append((run, result))
        elif failure is not None:
            failed.append((run, failure.error))
    first: dict[str, Result] = {}
    for run, result in done:
        known = first.setdefault(run.dataset, result)
        if len(result.weights) > len(known.weights):
            first[run.dataset] = result
    encoder = encoder_name(runs)
    found = [result for _, result in done]
    each = {"runs": _measured(done), "scores": _scores(found), "histories": _histories(found)}
    whole = {n: _with_cells([run for run, _ in done], *t, encoder) for n, t in each.items()}
    errors = pd.DataFrame({"error": [error for _, error in failed]})
    return GridResults(
        **whole,
        failures=_with_cells([run for run, _ in failed], errors, [1] * len(failed), encoder),
        encoder=encoder,
        assumed={name: result.assumed for name, result in first.items()},
        facts={name: result.facts for name, result in first.items()},
    )


Rows = tuple[pd.DataFrame, list[int]]
"""The rows of all runs, and how many each run has of them."""


def _with_cells(
    runs: Sequence[Run], table: pd.DataFrame, sizes: Sequence[int], encoder: str
) -> pd.DataFrame:
    """Give each row the cell and the variant of its run."""
    if not runs:
        return pd.DataFrame()
    cells = planned(runs, encoder).iloc[np.repeat(np.arange(len(runs)), sizes)]
    cells = cells.reset_index(drop=True)
    joined: pd.DataFrame = pd.concat([cells[CELL], table, cells[["variant"]]], axis=1)
    return joined


def _measured(done: Sequence[tuple[Run, Result]]) -> Rows:
    rows = [
        {"key": run.key}
        | result.test
        | {f"val/{name}": value for name, value in result.val.items()}
        | {name: getattr(result, name) for name in MEASURED}
        for run, result in done
    ]
    return pd.DataFrame(rows), [1] * len(rows)


def _histories(results: Sequence[Result]) -> Rows:
    tables = [result.history for result in results]
    joined = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    return joined, [len(table) for table in tables]


def _scores(results: Sequence[Result]) -> Rows:
    lists = [(each.users, name, each.per_user[name]) for each in results for name in each.per_user]
    users, metrics, values = zip(*lists, strict=True) if lists else ((), (), ())
    columns = {
        "user": pd.Series([*chain.from_iterable(users)], dtype=str),
        "metric": pd.Series(np.repeat(metrics, [*map(len, users)]), dtype=str),
        "value": [*chain.from_iterable(values)],
    }
    return pd.DataFrame(columns), [len(each.users) * len(each.per_user) for each in results]


def variant_name(strategy: str, tasks: str) -> str:
    """Name a strategy on a set of tasks, and leave out what goes without saying.

    `ausrec` on `all` is "ausrec", `none` on `none` is "none", and so are recommenders without an
    encoder; any other set is named, too.
    """
    has_tasks = strategy.partition("(")[0] not in ("none", *RECOMMENDERS)
    usual = "all" if has_tasks else "none"
    return strategy if tasks == usual else f"{strategy} · {tasks}"


def add_variant(table: pd.DataFrame, encoder: str = "none") -> pd.DataFrame:
    """Return a table of a grid with a column `variant`; one that has it is returned as it is.

    Args:
        table: with the columns `strategy` and `tasks`.
        encoder: what to call the encoder alone, as "LightGCN".
    """
    if "variant" in table.columns:
        return table
    pairs = pd.Series(list(zip(table["strategy"], table["tasks"], strict=True)), table.index)
    names = {pair: variant_name(*pair) for pair in pairs.unique()}
    return table.assign(variant=pairs.map(names).replace("none", encoder).astype(object))


def metrics_of(runs: pd.DataFrame) -> list[str]:
    """Return the names of the test metrics, those with an @ and of no other part."""
    return [str(name) for name in runs.columns if "@" in str(name) and "/" not in str(name)]


def seed_table(runs: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Lay one metric out with a row a data set and seed, a column a variant.

    Args:
        runs: of `GridResults`.
        metric: a column of it.

    Returns:
        index (`dataset`, `seed`), data sets as they first appear; absent runs are NaN.

    Raises:
        AusrecError: the metric is not there, or a variant has two runs of one seed.
    """
    if runs.empty:
        index = pd.MultiIndex.from_arrays([[], []], names=["dataset", "seed"])
        return pd.DataFrame(index=index, dtype=float)
    if metric not in runs.columns:
        raise AusrecError(f"the runs have no metric '{metric}'{nearest(metric, metrics_of(runs))}")
    keys = ["dataset", "seed", "variant"]
    twice = runs[runs.duplicated(keys)]
    if len(twice):
        dataset, seed, variant = twice.iloc[0][keys]
        raise AusrecError(
            f"{dataset}: two runs of '{variant}' with seed {seed}; "
            "compare grids of different settings apart"
        )
    wide = runs.set_index(keys)[metric].astype(float).unstack("variant").sort_index(level="seed")
    datasets = runs["dataset"].unique()
    wide = pd.concat([wide.xs(name, drop_level=False) for name in datasets])
    return wide[list(runs["variant"].unique())].rename_axis(columns=None)


def choose_baseline(runs: pd.DataFrame, baseline: str | None = None) -> str:
    """Return the variant that the others are compared with.

    Args:
        runs: with the columns `strategy` and `variant`.
        baseline: a variant, or the name of a strategy with one variant; None for the encoder
            alone where it was run, else the first variant.

    Raises:
        AusrecError: there is no such variant.
    """
    if runs.empty:
        return baseline or "none"
    variants = list(dict.fromkeys(map(str, runs["variant"])))
    if baseline is None:
        alone = runs.loc[runs["strategy"] == "none", "variant"]
        return str(alone.iloc[0]) if len(alone) else variants[0]
    by_strategy = runs.groupby("strategy", sort=False)["variant"].unique()
    single = {str(name): str(only[0]) for name, only in by_strategy.items() if len(only) == 1}
    known = single | {name: name for name in variants}
    if baseline not in known:
        raise AusrecError(f"no variant '{baseline}' to compare with{nearest(baseline, known)}")
    return known[baseline]
