"""What a graph was read from, and what was guessed on the way."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch_geometric.data import HeteroData


class Taken(NamedTuple):
    """A column, and what it was taken for."""

    table: str
    what: str
    column: str
    why: str


class Step(NamedTuple):
    """A step of preparation, and how many rows it took."""

    step: str
    rows: int
    taken: int


@dataclass
class Reading:
    """A record of how tables became a graph; `reading_of(graph)` returns it."""

    columns: list[Taken] = field(default_factory=list)
    """What was taken for what."""

    steps: list[Step] = field(default_factory=list)
    """What preparation took away."""

    assumed: list[str] = field(default_factory=list)
    """Every guess, a sentence each."""

    tests: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    """Further test parts by name: user and item numbers, [2, rows]."""

    unknown: dict[str, int] = field(default_factory=dict)
    """Rows of each held-out table of users or items that occur nowhere else."""

    @property
    def lines(self) -> list[str]:
        """What a summary says: the columns in one line, and each step of preparation in one."""
        tables: dict[str, list[str]] = {}
        for each in self.columns:
            tables.setdefault(each.table, []).append(f"{each.what} = {each.column}")
        said = [f"{table}: {', '.join(taken)}" for table, taken in tables.items()]
        lines = [f"Columns: {'; '.join(said)}"] if said else []
        return lines + [f"{s.step}: {s.taken:,} of {s.rows:,} rows taken away" for s in self.steps]


def reading_of(graph: HeteroData) -> Reading:
    """Return how a graph was read; an empty record where nobody kept one."""
    found: Reading = graph.reading if "reading" in graph else Reading()
    return found
