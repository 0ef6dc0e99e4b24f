"""One quantity of a training history: its values by task, and its figure in words."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import pandas as pd

from ausrec.errors import AusrecError
from ausrec.evaluation.rank_correlation import rank_correlation
from ausrec.lab.look import metric_label, task_label

NAMES = {
    "weight": "mean weight",
    "loss": "mean loss",
    "cosine": "cosine of the task's gradient with the meta gradient",
    "hypergradient_norm": "norm of the hypergradient",
    "entropy": "entropy of the weights",
}


@runtime_checkable
class HasTable(Protocol):
    """Anything that carries a history table, such as `ausrec.training.History`."""

    @property
    def table(self) -> pd.DataFrame:
        """The tidy table with the columns `epoch`, `quantity`, `task`, `value`."""


HistoryLike = pd.DataFrame | HasTable


def quantity_lines(history: HistoryLike, quantity: str) -> dict[str, "pd.Series[float]"]:
    """Return the values of a quantity by task, each indexed by epoch.

    Args:
        history: a `History` or its table.
        quantity: such as `weight`, `loss`, `val/ndcg@10`.

    Returns:
        lines in the order of the tasks' first rows; a quantity without tasks has the one name "".

    Raises:
        AusrecError: the history does not hold the quantity.
    """
    table = history if isinstance(history, pd.DataFrame) else history.table
    rows = table[table["quantity"] == quantity]
    if rows.empty:
        held = ", ".join(sorted(map(str, table["quantity"].unique()))) or "nothing"
        raise AusrecError(f"the history has no '{quantity}'; it holds {held}")
    return {
        str(task): pd.Series(
            part["value"].to_numpy(dtype=float), index=part["epoch"].to_numpy(dtype=int)
        ).sort_index()
        for task, part in rows.groupby("task", sort=False)
    }


def has_quantity(history: HistoryLike, quantity: str) -> bool:
    """Tell whether the history holds a quantity."""
    table = history if isinstance(history, pd.DataFrame) else history.table
    return bool((table["quantity"] == quantity).any())


def alt_text(history: HistoryLike, quantity: str = "weight") -> str:
    """Describe the line figure of one quantity: span, highest and lowest end, every end value.

    Args:
        history: a `History` or its table.
        quantity: as drawn: `weight`, `loss`, `cosine`, `hypergradient_norm`, `entropy`, or a
            metric such as `val/ndcg@10`.

    Raises:
        AusrecError: the history does not hold the quantity.
    """
    drawn = {task: line.dropna() for task, line in quantity_lines(history, quantity).items()}
    lines = {task: line for task, line in drawn.items() if not line.empty}
    name = NAMES.get(quantity, metric_label(quantity))
    if not lines:
        return f"Line chart of the {name}, without a value."
    first = min(int(line.index[0]) for line in lines.values())
    last = max(int(line.index[-1]) for line in lines.values())
    epochs = f"at epoch {first}" if first == last else f"from epoch {first} to {last}"
    ends = {task: float(line.iloc[-1]) for task, line in lines.items()}
    ordered = sorted(ends, key=lambda task: -ends[task])
    if len(lines) == 1:
        (task,) = lines
        of_task = f" of {task_label(task)}" if task else ""
        start = float(lines[task].iloc[0])
        return (
            f"Line chart of the {name}{of_task} {epochs}: "
            f"it starts at {start:.3g} and ends at {ends[task]:.3g}."
        )
    return (
        f"Line chart of the {name} of {len(lines)} tasks {epochs}. "
        f"{task_label(ordered[0])} ends highest at {ends[ordered[0]]:.3g}, "
        f"{task_label(ordered[-1])} lowest at {ends[ordered[-1]]:.3g}. End values: "
        + ", ".join(f"{task_label(task)} {ends[task]:.3g}" for task in ordered)
        + "."
    )


def alt_metrics(histories: Mapping[str, HistoryLike], metric: str = "val/ndcg@10") -> str:
    """Describe the figure that compares runs: the best value of each and where it lies.

    Raises:
        AusrecError: a run does not hold the metric.
    """
    parts = []
    for name, history in histories.items():
        line = quantity_lines(history, metric)[""].dropna()
        if not line.empty:
            parts.append((float(line.max()), f"{name} {line.max():.4f} at epoch {line.idxmax()}"))
    parts.sort(key=lambda part: -part[0])
    return (
        f"Line chart of {metric_label(metric)} over the epochs of {len(histories)} run"
        f"{'' if len(histories) == 1 else 's'}. Best values: "
        + ", ".join(text for _, text in parts)
        + "."
    )


def alt_bars(
    weights: Mapping[str, float], informativeness: Mapping[str, float] | None = None
) -> str:
    """Describe the bar chart of weights, and of the true informativeness beside them."""
    ordered = sorted(weights, key=lambda task: -weights[task])
    text = "Bar chart of task weights: " + ", ".join(
        f"{task_label(task)} {weights[task]:.2f}" for task in ordered
    )
    if informativeness is None:
        return text + "."
    truth = sorted(informativeness, key=lambda task: -informativeness[task])
    text += ". Beside them the true informativeness: " + ", ".join(
        f"{task_label(task)} {informativeness[task]:.2f}" for task in truth
    )
    rho = rank_correlation(weights, informativeness)
    return text + ("." if rho is None else f". Spearman's rank correlation is {rho:.2f}.")
