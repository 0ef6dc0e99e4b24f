"""The user's own tables of interactions, social links, names and further nodes."""

from collections.abc import Mapping
from typing import Any

from torch_geometric.data import InMemoryDataset

from ausrec.data.build_graph import EdgeType
from ausrec.data.tables.preparation import Preparation
from ausrec.data.tables.read_table import TableSource
from ausrec.data.tables.table_graph import TableColumns, TableGraph
from ausrec.errors import AusrecError, nearest
from ausrec.settings import convert, settings_of


class TableDataset(InMemoryDataset):
    """Load one's own tables as a graph; ids are kept as `raw_id`, whatever they look like.

    Every table is a path to a file of one of the `FORMATS` (CSV, Parquet, JSON lines, RecBole's
    atomic files, MATLAB's, ...), a data frame, a SciPy sparse matrix, an array, or rows in a list.
    Columns are recognised by their usual names (`user_id`, `item`, `rating`, `timestamp`, ...), or
    by their places where they have none, or named explicitly. `reading_of(graph)` tells what was
    taken for what, what preparation took away, and what was guessed.

    Args:
        interactions: a row for each interaction: user, item and, optionally, weight and time.
        social: a row for each link from a user to a user. Links from a user to the same user
            are left out. None makes a graph without social links.
        items: item ids with their names. Items without an interaction or link are left out.
        users: user ids with their names.
        links: for further edge types, as `("item", "has", "genre")`, a table with the ids at both
            ends in columns that are called as these, or a pair of the table and its two columns.
        val: interactions of the validation part, where they are given; becomes `val_mask`.
        test: held-out interactions, where they are given; becomes `test_mask`. Rows of users or
            items that occur nowhere else are counted and left out.
        tests: further test parts by name, for `Reading.tests`.
        settings: what is not recognised, by the fields of `TableColumns`, and what is left out,
            by those of `Preparation`.

    Raises:
        AusrecError: when a table cannot be read or used; file, line and remedy are named.
    """

    def __init__(
        self,
        interactions: TableSource,
        social: TableSource | None = None,
        items: TableSource | None = None,
        *,
        users: TableSource | None = None,
        links: Mapping[EdgeType, TableSource] | None = None,
        val: TableSource | None = None,
        test: TableSource | None = None,
        tests: Mapping[str, TableSource] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__()
        columns, preparation = _read_settings(settings)
        further = {f"test {name}": source for name, source in (tests or {}).items()}
        held_out = {n: s for n, s in {"val": val, "test": test, **further}.items() if s is not None}
        names = {n: s for n, s in {"item": items, "user": users}.items() if s is not None}
        made = TableGraph(columns, preparation).build(
            interactions, social, held_out, links or {}, names
        )
        self.data, self.slices = self.collate([made])


def _read_settings(settings: Mapping[str, Any]) -> tuple[TableColumns, Preparation]:
    kinds: dict[type, dict[str, Any]] = {TableColumns: {}, Preparation: {}}
    known = {name: kind for kind in kinds for name in settings_of(kind)}
    for name, value in settings.items():
        if name not in known:
            raise AusrecError(f"TableDataset: no setting '{name}'{nearest(name, known)}")
        kind = known[name]
        plain = list(value) if isinstance(value, tuple) else value
        kinds[kind][name] = convert(name, plain, settings_of(kind)[name].kind)
    return TableColumns(**kinds[TableColumns]), Preparation(**kinds[Preparation])
