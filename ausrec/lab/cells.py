"""Turn tables of numbers into tables for reading."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import inf, nan
from numbers import Integral, Real
from typing import NamedTuple

import numpy as np
import pandas as pd

from ausrec.experiments.analysis.verdict import gain_text
from ausrec.lab.look import OBJECTIVE_AIMS, TASK_MEANINGS, metric_label, task_label

MISSING = "–"


class Cell(NamedTuple):
    """One cell: its text, whether it is a number, and whether it is the best of its column."""

    text: str
    number: bool = False
    best: bool = False


@dataclass(frozen=True)
class Table:
    """A header and rows of cells; the first cell of a row names it."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


def make_table(table: pd.DataFrame, *, mark_best: bool = False) -> Table:
    """Format every column by what it holds.

    Metrics (`recall@10`) get four decimals, other fractions three figures or more, whole numbers
    their thousands apart, absent values a dash.

    Args:
        table: any table; the index is left out.
        mark_best: mark the highest value of every metric, where there are several rows.
    """
    header, columns = [], []
    for place, name in enumerate(map(str, table.columns)):
        column = table.iloc[:, place]
        is_metric = "@" in name and pd.api.types.is_numeric_dtype(column)
        # The first column names its row, even where the name is a number.
        is_number = place > 0 and pd.api.types.is_numeric_dtype(column)
        best = nan
        if mark_best and is_metric and len(column) > 1:
            best = float(column.max())
        header.append(Cell(metric_label(name), is_number))
        cells = []
        for value in column:
            text = cell_text(value, is_metric)
            cells.append(Cell(text, is_number, text != MISSING and bool(value == best)))
        columns.append(cells)
    return Table(tuple(header), tuple(zip(*columns, strict=True)))


def weights_table(
    weights: Mapping[str, float],
    informativeness: Mapping[str, float] | None = None,
    own: Mapping[str, str] | None = None,
) -> Table:
    """List the tasks from the highest weight to the lowest, with what each of them does.

    Args:
        weights: by task.
        informativeness: of every task's relation, where it is known.
        own: whom tasks of one's own bring together, by task.
    """
    together = {**TASK_MEANINGS, **(own or {})}
    objectives = {task for task in weights if task in OBJECTIVE_AIMS and task not in together}
    does = "What it does" if objectives else "Brings together"
    header = [Cell("Task"), Cell(does), Cell("Weight", number=True)]
    if informativeness is not None:
        header.append(Cell("True informativeness", number=True))
    rows = []
    for task in sorted(weights, key=lambda name: -weights[name]):
        meaning = OBJECTIVE_AIMS[task] if task in objectives else together.get(task, MISSING)
        if objectives and task in together:
            meaning = f"brings together {meaning}"
        row = [
            Cell(task_label(task)),
            Cell(meaning),
            Cell(f"{weights[task]:.3f}", number=True),
        ]
        if informativeness is not None:
            truth = informativeness.get(task)
            row.append(Cell(MISSING if truth is None else f"{truth:.2f}", number=True))
        rows.append(tuple(row))
    return Table(tuple(header), tuple(rows))


def describe_tasks(tasks: Collection[str], own: Iterable[str] = ()) -> str:
    """Say in half a sentence what auxiliary tasks do, and nothing that is untrue of one of them.

    Args:
        tasks: their names.
        own: those of one's own that bring related pairs together.
    """
    structural = {*TASK_MEANINGS, *own}
    kinds = {task in structural for task in tasks}
    pairs = "pairs of users" if "metapath_iui" not in tasks else "pairs of users, or of items,"
    if kinds == {True}:
        return f"each takes {pairs} from the graph and asks that they be alike"
    if kinds == {True, False}:
        return (
            f"some take {pairs} from the graph and ask that they be alike, "
            "the others have objectives of their own"
        )
    return "each has an objective of its own beside the ranking of items"


def verdict(comparison: pd.DataFrame) -> str:
    """Say in a sentence how the best row stands to the first, by the first NDCG or other metric.

    Args:
        comparison: one row a model, its name in the first column.

    Returns:
        the sentence; "" where there is nothing to compare.
    """
    names = [str(name) for name in comparison.columns]
    metrics = [name for name in names[1:] if "@" in name]
    metric = next((name for name in metrics if "ndcg" in name), metrics[0] if metrics else "")
    if not metric or len(comparison) < 2:
        return ""
    values = comparison[metric].to_numpy(dtype=float, na_value=nan)
    models = comparison[names[0]].astype(str)
    first, best = float(values[0]), int(np.where(np.isnan(values), -inf, values).argmax())
    if np.isnan(first):
        return ""
    label, reference = metric_label(metric), models.iloc[0]
    if best == 0:
        return f"By {label}, nothing here beats {reference} ({first:.4f})."
    return (
        f"By {label}, {models.iloc[best]} is best with {values[best]:.4f}, "
        f"{gain_text(float(values[best]), first)} {reference} ({first:.4f})."
    )


def cell_text(value: object, is_metric: bool = False) -> str:
    """Format one value: see `make_table`."""
    if value is None or value is pd.NA or (isinstance(value, Real) and value != value):
        return MISSING
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return f"{int(value):,}"
    if isinstance(value, Real):
        number = float(value)
        if is_metric:
            return f"{number:.4f}"
        return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:#.4g}".rstrip(".")
    return str(value)
