"""From several tables to one graph, with a record of how."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import RATES, TRUSTS, Edges, EdgeType, build_graph, with_held_out
from ausrec.data.tables.assumptions import Reading
from ausrec.data.tables.columns import ITEM, NAME, RATING, TIME, USER, WEIGHT, find_name, plain
from ausrec.data.tables.held_out import (
    cold_rows,
    numbered,
    overlap,
    without_overlap,
    without_unknown,
)
from ausrec.data.tables.links import check_ids, social_links, typed_links
from ausrec.data.tables.preparation import Preparation
from ausrec.data.tables.read_table import TableSource, read_table
from ausrec.data.tables.table import Table
from ausrec.errors import AusrecError


@dataclass(frozen=True, kw_only=True)
class TableColumns:
    """Which columns hold what, and how files are laid out, where this is not recognised."""

    user: str | None = None
    """Column of the users, where it is not recognised."""

    item: str | None = None
    """Column of the items, where it is not recognised."""

    weight: str | None = None
    """Column of the ratings or other weights, where it is not recognised."""

    time: str | None = None
    """Column of the times, where it is not recognised."""

    name: str | None = None
    """Column of the names in the tables of items and users, where it is not recognised."""

    sign: str | None = None
    """Column of the social links with their sign or value, where it is not recognised."""

    social_columns: tuple[str, ...] = ()
    """The two columns of the social links, as [truster, trustee], where they are not recognised."""

    format: str | None = None
    """Format of the files where it is not recognised: one for all, or as social=blank,items=tsv."""

    header: bool | None = None
    """Whether texts have a header line; null to look."""

    def format_of(self, what: str) -> str | None:
        """Return the format of one of the tables; None to recognise it."""
        given = dict(each.rpartition("=")[::2] for each in (self.format or "").split(","))
        return given.get(what, given.get("")) or None


class TableGraph:
    """Reads the tables of one graph, and notes how."""

    def __init__(self, columns: TableColumns, preparation: Preparation) -> None:
        self.columns, self.preparation, self.reading = columns, preparation, Reading()

    def build(
        self,
        interactions: TableSource,
        social: TableSource | None,
        held_out: Mapping[str, TableSource],
        links: Mapping[EdgeType, TableSource],
        names: Mapping[str, TableSource],
    ) -> HeteroData:
        """Make the graph of all tables."""
        events, rated = self._interactions(interactions, "interactions")
        parts = {
            name: self.preparation.high(self._interactions(source, name)[0], Reading())
            for name, source in held_out.items()
        }
        events, parts = without_overlap(
            events, parts, self.reading, from_training=self.preparation.drop_overlap
        )
        active = events["source"].unique().tolist()
        friends = None if social is None else self._social(social, active)
        whole = _known(events, friends) if links else {}
        events, friends = self.preparation.prepare(events, friends, self.reading, rated)
        edges = _known(events, friends)
        for edge_type, source in links.items():
            edges[edge_type] = self._links(source, edge_type, edges, whole)
        users, items = _ids(edges, "user"), _ids(edges, "item")
        for name, part in parts.items():
            known = without_unknown(name, part, users, items, self.reading)
            self.reading.unknown[name] = len(part) - len(known)
            parts[name] = known
        given = {name: _edges(parts.pop(name)) for name in ("val", "test") if name in parts}
        if given:
            edges[RATES] = with_held_out(edges[RATES], **given)
        ids = {"user": users, "item": items}
        graph = build_graph(edges, {n: self._names(s, n, ids[n]) for n, s in names.items()})
        if given:
            self._mark_cold(graph)
        for name, part in parts.items():
            rows = numbered(part, graph["user"].raw_id, graph["item"].raw_id)
            self.reading.tests[name.removeprefix("test ")] = rows
        graph.reading = self.reading
        return graph

    def held_out(self, source: TableSource, name: str, graph: HeteroData) -> NDArray[np.int64]:
        """Return the rows of a further test table of a graph, [2, rows], and note what is left out.

        Args:
            source: the table.
            name: of it, for the notes.
            graph: with ids, and what is known as `known_index`.
        """
        part = self.preparation.high(self._interactions(source, name)[0], Reading())
        user, item = (graph[node].raw_id for node in ("user", "item"))
        pairs = graph[RATES].known_index.tolist()
        known = pd.DataFrame(
            {"source": [user[n] for n in pairs[0]], "target": [item[n] for n in pairs[1]]}
        )
        common = overlap(part, known)
        if common.any():
            self.reading.assumed.append(
                f"{name}: {int(common.sum()):,} of {len(part):,} rows are known from training or "
                "validation, and were left out"
            )
        return numbered(without_unknown(name, part[~common], user, item, self.reading), user, item)

    def _mark_cold(self, graph: HeteroData) -> None:
        """Mark the held-out rows of users and items that have no training row."""
        store = graph[RATES]
        masks = [store[name].numpy() for name in ("val_mask", "test_mask") if name in store]
        trained = ~np.logical_or.reduce(masks)
        number = [int(graph[node].num_nodes) for node in ("user", "item")]
        store.cold_mask = torch.from_numpy(cold_rows(store.edge_index.numpy(), trained, *number))

    def _read(self, source: TableSource, what: str, ids: Collection[str] = ()) -> Table:
        layout = self.columns.format_of(what)
        return read_table(source, what, file_format=layout, header=self.columns.header, ids=ids)

    def _note(self, table: Table) -> None:
        self.reading.columns += table.taken
        self.reading.assumed += table.assumed

    def _interactions(self, source: TableSource, what: str) -> tuple[pd.DataFrame, bool]:
        """Return the rows of a table, and whether their weights are ratings."""
        table, asked = self._read(source, what.partition(" ")[0]), self.columns
        users, items = (
            table.pick(wanted, known, f"{node}s", f"name it by --data.{node} (Python: {node}=)")
            for node, wanted, known in (("user", asked.user, USER), ("item", asked.item, ITEM))
        )
        if users == items:
            raise AusrecError(
                f"{table.source}: column {users!r} cannot hold both the users and the items; "
                f"found {', '.join(table.columns)}"
            )
        weights = table.take(asked.weight, WEIGHT, "weights")
        times = table.take(asked.time, TIME, "times")
        for named, column in (("weight", weights), ("time", times)):
            wanted = getattr(asked, named)
            if wanted is not None and column is None and what == "interactions":
                table.pick(wanted, (), f"{named}s", f"choose one of these by --data.{named}")
        frame = pd.DataFrame({"source": table.ids(users), "target": table.ids(items)})
        if weights is not None:
            if what == "interactions":
                self.reading.assumed.append(
                    f"the weights (column {weights}) count in no loss: every interaction is alike"
                )
            remedy = "mend or remove the row, or name another column by --data.weight"
            frame["weight"] = table.numbers(weights, remedy)
        if times is not None:
            frame["time"] = table.times(times)
        self._note(table)
        return frame, weights is not None and plain(weights) in RATING

    def _social(self, source: TableSource, users: Collection[str]) -> pd.DataFrame:
        table = self._read(source, "social", users)
        links = social_links(table, self.columns.social_columns, self.columns.sign, self.reading)
        self._note(table)
        ends = pd.concat([links["source"], links["target"]])
        check_ids(table, ends, users, self.reading)
        return self.preparation.positive(links, self.reading)

    def _links(
        self,
        source: TableSource,
        edge_type: EdgeType,
        edges: Mapping[EdgeType, Edges],
        whole: Mapping[EdgeType, Edges],
    ) -> Edges:
        """Return the links of a type; ids are looked up in what was there before preparation."""
        label = "-".join(edge_type)
        if edge_type in edges or edge_type == TRUSTS:
            raise AusrecError(
                f"links: {label} are interactions or social links: give the table as these"
            )
        columns: tuple[str, ...] = ()
        if isinstance(source, tuple):
            source, columns = source
        table = self._read(source, f"{label} links")
        links = typed_links(table, edge_type, columns)
        self._note(table)
        for node, ids in ((edge_type[0], links.source), (edge_type[2], links.target)):
            if node in ("user", "item"):
                check_ids(table, pd.Series(ids), _ids({**edges, **whole}, node), self.reading)
        if not self.preparation.takes_away:
            return links
        frame = links.table
        for end, node in (("source", edge_type[0]), ("target", edge_type[2])):
            if node in ("user", "item"):
                frame = frame[frame[end].isin(_ids(edges, node))]
        if frame.empty:
            raise AusrecError(f"{table.source}: preparation leaves no {label} links; lower it")
        return _edges(frame)

    def _names(self, source: TableSource, node: str, ids: Collection[str]) -> dict[str, str]:
        table = self._read(source, f"{node}s")
        known, wanted = (ITEM, self.columns.item) if node == "item" else (USER, self.columns.user)
        key = table.find(wanted, known) or table.find(None, (*known, "id")) or table.columns[0]
        others = [each for each in table.columns if each != key]
        column = table.pick(
            self.columns.name,
            [*filter(None, [find_name(others)]), *NAME],
            "names",
            "name it by --data.name",
        )
        table.note(f"ids of {node}s", key)
        self._note(table)
        pairs = zip(table.ids(key), table.names(column), strict=True)
        found = {str(node_id): name for node_id, name in pairs if name is not None}
        named = sum(each in found for each in ids)
        if 2 * named < len(ids):
            example = f"{next(iter(table.ids(key)))!r} there, {next(iter(ids))!r} here"
            self.reading.assumed.append(
                f"{table.label}: names {named:,} of {len(ids):,} {node}s; ids are {example}"
            )
        return found


def _known(events: pd.DataFrame, friends: pd.DataFrame | None) -> dict[EdgeType, Edges]:
    edges = {RATES: _edges(events)}
    return edges if friends is None else edges | {TRUSTS: _edges(friends[["source", "target"]])}


def _edges(frame: pd.DataFrame) -> Edges:
    return Edges(
        **{
            str(name): column.array if column.dtype == "category" else column.to_numpy()
            for name, column in frame.items()
        }
    )


def _ids(edges: Mapping[EdgeType, Edges], node: str) -> Collection[str]:
    """Return the ids of a node type that occur so far."""
    ends = [part.source for (left, *_), part in edges.items() if left == node]
    ends += [part.target for (*_, right), part in edges.items() if right == node]
    return dict.fromkeys(str(each) for end in ends for each in pd.unique(end))
