"""The user's own tables of interactions, social links, names and further nodes."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch_geometric.data import HeteroData, InMemoryDataset

from ausrec.data.build_graph import RATES, TRUSTS, Edges, EdgeType, build_graph, with_held_out
from ausrec.data.read_table import Table, TableSource, read_table
from ausrec.errors import AusrecError

# Compared without case, spaces and punctuation; the first match in this order wins.
USER = ("user", "userid", "uid", "username", "member", "memberid", "listener", "reader", "customer")
ITEM = (
    *("item", "itemid", "iid", "artist", "artistid", "movie", "movieid", "product", "productid"),
    *("book", "bookid", "isbn", "track", "trackid", "song", "songid", "asin", "business"),
    *("businessid", "poi", "venue", "venueid", "game", "gameid", "article", "articleid"),
)
WEIGHT = ("weight", "rating", "plays", "playcount", "count", "score", "stars", "value")
TIME = ("time", "timestamp", "datetime", "date", "createdat")
NAME = ("name", "title", "label", "itemname", "artistname", "username", "displayname")
LINKS = (
    *(("user", "friend"), ("userid", "friendid"), ("source", "target"), ("from", "to")),
    *(("truster", "trustee"), ("trustor", "trustee"), ("follower", "followee")),
    *(("user1", "user2"), ("usera", "userb"), ("src", "dst")),
)


class TableDataset(InMemoryDataset):
    """Load one's own tables as a graph; ids are kept as `raw_id`, whatever they look like.

    Every table is a path to CSV, TSV or Parquet, or a data frame. Columns are recognised by
    their usual names (`user_id`, `item`, `rating`, `timestamp`, ...) or named explicitly.

    Args:
        interactions: a row for each interaction: user, item and, optionally, weight and time.
            Rows that repeat a pair are one interaction with the sum of the weights and the
            latest time.
        social: a row for each link from a user to a user: columns `user, friend` or
            `source, target` or the like, else the first two. Links from a user to the same user
            are left out. None makes a graph without social links.
        items: item ids with their names. Items without an interaction or link are left out.
        users: user ids with their names.
        links: for further edge types, as `("item", "has", "genre")`, a table with the ids at both
            ends: in the columns called as these (`item`, `genre`), else in the first two.
        val: interactions of the validation part, where they are given; becomes `val_mask`.
        test: held-out interactions, where they are given; becomes `test_mask`.
        user: column of the users in `interactions`, `val` and `test`.
        item: column of the items.
        weight: column of the weights; none is taken where none is recognised.
        time: column of the times: integers, or dates (stored as seconds since 1970).
        social_columns: the two columns of `social`.
        mutual: store each social link in both directions.
        transform: applied to the graph each time it is read.

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
        user: str | None = None,
        item: str | None = None,
        weight: str | None = None,
        time: str | None = None,
        social_columns: tuple[str, str] | None = None,
        mutual: bool = False,
        transform: Callable[[HeteroData], HeteroData] | None = None,
    ) -> None:
        super().__init__(None, transform)
        rates = _interactions(read_table(interactions, "interactions"), user, item, weight, time)
        held_out = {
            part: _interactions(read_table(table, part), user, item, weight, time)
            for part, table in (("val", val), ("test", test))
            if table is not None
        }
        if held_out:
            rates = with_held_out(rates, **held_out)
        edges: dict[EdgeType, Edges] = {RATES: rates}
        if social is not None:
            table = read_table(social, "social")
            edges[TRUSTS] = _social(table, rates, social_columns, mutual)
        for edge_type, source in (links or {}).items():
            label = "-".join(edge_type)
            if edge_type in edges or edge_type == TRUSTS:
                raise AusrecError(
                    f"links: {label} are interactions or social links: give the table as these"
                )
            edges[edge_type] = _links(read_table(source, f"{label} links"), edge_type)
        names = {}
        if items is not None:
            names["item"] = _names(read_table(items, "items"), ITEM, item)
        if users is not None:
            names["user"] = _names(read_table(users, "users"), USER, user)
        self.data, self.slices = self.collate([build_graph(edges, names)])


def _interactions(
    table: Table, user: str | None, item: str | None, weight: str | None, time: str | None
) -> Edges:
    columns = [
        table.pick(asked, known, f"{node}s", f"name it by --data.{node} (Python: {node}=)")
        for node, asked, known in (("user", user, USER), ("item", item, ITEM))
    ]
    if columns[0] == columns[1]:
        raise AusrecError(
            f"{table.source}: column {columns[0]!r} cannot hold both the users and the items; "
            f"found {', '.join(table.columns)}"
        )
    weights, times = table.find(weight, WEIGHT), table.find(time, TIME)
    if weight is not None:
        table.pick(weight, (), "weights", "choose one of these")
    if time is not None:
        table.pick(time, (), "times", "choose one of these")
    return Edges(
        table.ids(columns[0]),
        table.ids(columns[1]),
        weight=None if weights is None else _numbers(table, weights),
        time=None if times is None else _times(table, times),
    )


def _social(table: Table, rates: Edges, columns: tuple[str, str] | None, mutual: bool) -> Edges:
    source, target = (table.ids(column) for column in _end_columns(table, columns, "social"))
    both = np.concatenate([source, target])
    if not pd.Index(both).isin(pd.Index(rates.source)).any():
        raise AusrecError(
            f"{table.source}: names nobody with interactions, as {both[0]!r} against "
            f"{rates.source[0]!r} there; both tables must use the same user ids"
        )
    keep = source != target
    if not keep.any():
        raise AusrecError(f"{table.source}: every link leads from a user to the same user")
    source, target = source[keep], target[keep]
    if mutual:
        source, target = np.concatenate([source, target]), np.concatenate([target, source])
    return Edges(source, target)


def _links(table: Table, edge_type: EdgeType) -> Edges:
    named = edge_type[0], edge_type[2]
    # Between users, say, one column cannot hold both ends.
    called = named if named[0] != named[1] and set(named) <= set(table.columns) else None
    source, target = (table.ids(column) for column in _end_columns(table, called, "links"))
    return Edges(source, target)


def _end_columns(table: Table, columns: tuple[str, str] | None, what: str) -> tuple[str, str]:
    for column in columns or ():
        table.pick(column, (), what, "choose two of these")
    if columns is not None:
        return columns
    for pair in LINKS if what == "social" else ():
        source, target = table.find(None, pair[:1]), table.find(None, pair[1:])
        if source is not None and target is not None:
            return source, target
    if len(table.columns) < 2:
        raise AusrecError(
            f"{table.source}: found only column {table.columns[0]}; a link needs two columns"
        )
    return table.columns[0], table.columns[1]


def _names(table: Table, known: tuple[str, ...], wanted: str | None) -> dict[str, str]:
    key = table.find(wanted, known) or table.find(None, (*known, "id")) or table.columns[0]
    names = table.names(table.pick(None, NAME, "names", "call one of them name"))
    pairs = zip(table.ids(key), names, strict=True)
    return {str(node_id): name for node_id, name in pairs if name is not None}


def _numbers(table: Table, column: str) -> NDArray[np.float64]:
    numbers = pd.to_numeric(table.frame[column], errors="coerce").to_numpy(dtype=np.float64)
    wrong = ~np.isfinite(numbers)
    if wrong.any():
        row = int(wrong.argmax())
        raise AusrecError(
            f"{table.where(row)}: {table.frame[column].iloc[row]!r} in column {column!r} is not "
            "a number; mend or remove the row"
        )
    return numbers


def _times(table: Table, column: str) -> NDArray[np.int64]:
    values = table.frame[column]
    is_number = np.zeros(len(values), dtype=bool)
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        numbers = pd.to_numeric(values, errors="coerce")
        # Beyond 2^63 there is no int64; nan compares as False.
        is_number = np.abs(numbers.to_numpy(dtype=np.float64)) < 2.0**63
        if is_number.all():
            return np.asarray(numbers).astype(np.int64)
    dates = pd.to_datetime(values, errors="coerce", utc=True, format="ISO8601")
    wrong = dates.isna().to_numpy()
    if wrong.any():
        # Among integers the one that is none is to blame, among dates the one that is no date.
        blamed = wrong & ~is_number if (wrong & ~is_number).any() else wrong
        row = int(blamed.argmax())
        raise AusrecError(
            f"{table.where(row)}: {values.iloc[row]!r} in column {column!r} is neither an integer "
            "nor a date as 2024-05-31; mend or remove the row"
        )
    return np.asarray(dates.dt.as_unit("s").astype("int64"))
