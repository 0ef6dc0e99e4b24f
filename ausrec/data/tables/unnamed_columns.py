"""Columns without names: matrices, arrays, lists of pairs and texts without a header line."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from ausrec.data.tables.columns import FIRST_SECOND, MATLAB, PLACES
from ausrec.errors import AusrecError

WIDEST = 4


def frame_of(source: object, what: str) -> pd.DataFrame:
    """Turn what Python holds into a data frame; columns without names are numbered.

    A sparse matrix has a row a user and a column an item (or another user); what it stores are
    weights, and zeros are no interactions. An array or a list has a row for each interaction.

    Args:
        source: a data frame, a SciPy sparse matrix, an array, a mapping of columns, or rows, which
            may be mappings themselves.
        what: the table holds, for messages.

    Raises:
        AusrecError: when it is none of these.
    """
    if isinstance(source, pd.DataFrame):
        return source.reset_index(drop=True)
    if sparse.issparse(source):
        entries = sparse.coo_array(source)
        entries.sum_duplicates()
        columns: list[Any] = [*entries.coords, entries.data]
        if entries.ndim != 2:
            raise AusrecError(f"the {what} array has {entries.ndim} axes, but must have two")
        plain_ones = bool((entries.data == 1).all())
        frame = pd.DataFrame(dict(enumerate(columns[: 2 if plain_ones else 3])))
        stored = pd.Series(entries.data != 0)
        return frame.loc[stored].reset_index(drop=True)
    if isinstance(source, Mapping):
        return pd.DataFrame(source)
    if isinstance(source, np.ndarray):
        if source.dtype.names is None and (source.ndim != 2 or source.shape[1] > WIDEST):
            raise AusrecError(
                f"the {what} array has shape {list(source.shape)}: give a row for each pair, "
                "[rows, 2 to 4], or a SciPy sparse matrix of users by items"
            )
        return pd.DataFrame(source)
    if isinstance(source, Iterable) and not isinstance(source, str | bytes):
        rows = list(source)
        if rows and all(isinstance(row, Mapping) for row in rows):
            return pd.DataFrame(rows)
        widths = {len(row) if isinstance(row, tuple | list | np.ndarray) else 0 for row in rows}
        if len(widths) == 1 and 2 <= max(widths) <= WIDEST:
            return pd.DataFrame(rows)
    raise AusrecError(
        f"the {what} table is a {type(source).__name__} that cannot be read: give the path of a "
        "file, a data frame, a SciPy sparse matrix, or rows of 2 to 4 values"
    )


def name_places(frame: pd.DataFrame, what: str) -> pd.DataFrame:
    """Name the columns of a table without names by their places.

    Of interactions, the first two are users and items. Of the others, the one whose numbers are
    all above 10⁸ is the time, and the first other one with numbers is the rating. A wider table
    has its columns numbered from 1, and they must be asked for.

    Args:
        frame: with columns in their order.
        what: the table holds: `interactions`, `val`, `test`, `social`, `items`, `users`, or links.
    """
    width = frame.shape[1]
    numbered = [f"column {place}" for place in range(1, width + 1)]
    kind = "interactions" if what in ("val", "test") else what
    names = list(PLACES.get(kind, ()))
    if kind == "interactions":
        if 2 <= width <= WIDEST:
            names = [*names[:2], *_measures(frame.iloc[:, 2:], numbered[2:])]
        else:
            names = []
    names = [*names, *numbered[len(names) :]][:width]
    return frame.set_axis(names, axis=1)


def name_matrix(frame: pd.DataFrame, what: str) -> pd.DataFrame:
    """Name the columns of a MATLAB matrix: those of Ciao and Epinions where it is as wide."""
    names = None if what in ("social", "items", "users") else MATLAB.get(frame.shape[1])
    return name_places(frame, what) if names is None else frame.set_axis(list(names), axis=1)


def _measures(frame: pd.DataFrame, names: list[str]) -> list[str]:
    numbers = frame.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    is_number = np.isfinite(numbers).all(axis=0)
    is_time = is_number & (numbers > FIRST_SECOND).all(axis=0)
    found, free = list(names), ["rating", "time"]
    for place in np.flatnonzero(is_time)[:1]:
        found[place] = free.pop()
    for place in np.flatnonzero(is_number):
        if found[place] == names[place] and free:
            found[place] = free.pop(0)
    return found
