"""Take one quantity out of a training history."""

from typing import Protocol, runtime_checkable

import pandas as pd

from ausrec.errors import AusrecError


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
