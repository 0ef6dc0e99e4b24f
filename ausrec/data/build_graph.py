"""From arrays of source ids to a `HeteroData` without phantom nodes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_array
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError

EdgeType: TypeAlias = tuple[str, str, str]
Ids: TypeAlias = NDArray[Any] | pd.Categorical

RATES: EdgeType = ("user", "rates", "item")
TRUSTS: EdgeType = ("user", "trusts", "user")
HAS_GENRE: EdgeType = ("item", "has", "genre")
# What stays of an edge that is there several times.
OF_COPIES = {
    "weight": "sum",
    "time": "max",
    "order": "max",
    "val_mask": "all",
    "test_mask": "all",
    "copies": "sum",
}


@dataclass(frozen=True)
class Edges:
    """Edges by source ids, one entry an edge; ids are integers or text.

    Attributes:
        source: [edges] ids of the nodes that the edges leave.
        target: [edges] ids of the nodes that they enter.
        weight: [edges] listening counts, ratings and the like.
        time: [edges] when it happened, in any unit.
        val_mask: [edges] True where a given split puts the edge into its validation set.
        test_mask: [edges] True where a published split puts the edge into its test set.
    """

    source: Ids
    target: Ids
    weight: NDArray[np.floating[Any]] | None = None
    time: NDArray[np.integer[Any]] | None = None
    val_mask: NDArray[np.bool_] | None = None
    test_mask: NDArray[np.bool_] | None = None

    @property
    def table(self) -> pd.DataFrame:
        """The columns that are given."""
        return pd.DataFrame({n: value for n, value in vars(self).items() if value is not None})


def with_held_out(train: Edges, *, val: Edges | None = None, test: Edges | None = None) -> Edges:
    """Put held-out edges behind training edges, marked by `val_mask` and `test_mask`.

    An edge that several parts have counts for the first of training, validation and test: in
    `build_graph`, a mask is True where that of all copies is.
    """
    given = {name: part for name, part in (("val", val), ("test", test)) if part is not None}
    parts, masks = [train.table], dict.fromkeys((f"{name}_mask" for name in given), False)
    parts[0] = parts[0].assign(**masks)
    for name, part in given.items():
        masks[f"{name}_mask"] = True
        parts.append(part.table.assign(**masks))
    all_parts = pd.concat(parts, join="inner")
    return Edges(**{str(name): all_parts[name].to_numpy() for name in all_parts})


def build_graph(
    edges: Mapping[EdgeType, Edges], names: Mapping[str, Mapping[str, str]] | None = None
) -> HeteroData:
    """Build the graph whose nodes are exactly the ids that occur in the edges.

    Ids become 0..n-1 in the order of the source ids (numerical where all of a node type are
    integers, else as text). A repeated edge is kept once: its weights are added up, its latest
    time stays, and it is held out only where no copy is a training edge. Links
    from a node to itself stay: the published social files hold some.

    Edges with times get an `order` as well: their places when all are sorted by time, those of the
    same time as they are given. So nothing is left to chance where times are tied.

    Args:
        edges: the edges of each edge type.
        names: for a node type, what to print for a source id (as text). Ids without a name are
            printed as they are; names of ids that do not occur are left out.

    Returns:
        A graph with `raw_id` and `name` on every node type; edges sorted by (source, target).

    Raises:
        AusrecError: when an edge type has no edges, or its arrays differ in length.
    """
    ids: dict[str, list[Ids]] = {}
    for edge_type, part in edges.items():
        if len(part.source) == 0 or len(part.source) != len(part.target):
            raise AusrecError(
                f"edge type {edge_type}: {len(part.source)} sources and {len(part.target)} "
                "targets; give one of each for every edge, and at least one edge"
            )
        ids.setdefault(edge_type[0], []).append(part.source)
        ids.setdefault(edge_type[2], []).append(part.target)

    data = HeteroData()
    nodes = {node_type: sorted_unique(parts) for node_type, parts in ids.items()}
    for node_type, node_ids in nodes.items():
        raw_id = [str(node_id) for node_id in node_ids.tolist()]
        known = (names or {}).get(node_type, {})
        data[node_type].num_nodes = len(raw_id)
        data[node_type].raw_id = raw_id
        data[node_type].name = [known.get(node_id, node_id) for node_id in raw_id]
    for edge_type, part in edges.items():
        source = positions(nodes[edge_type[0]], part.source)
        target = positions(nodes[edge_type[2]], part.target)
        ends = source * len(nodes[edge_type[2]]) + target
        table = part.table.drop(columns=["source", "target"]).assign(copies=1)
        if part.time is not None:
            order = np.empty(len(table), dtype=np.int64)
            order[np.argsort(part.time, kind="stable")] = np.arange(len(table))
            table["order"] = order
        distinct = table.set_index(ends).sort_index(kind="stable")
        if not distinct.index.is_unique:
            how = {name: how for name, how in OF_COPIES.items() if name in table}
            distinct = distinct.groupby(level=0).agg(how)
        if "val_mask" in distinct and "test_mask" in distinct:
            distinct["val_mask"] &= ~distinct["test_mask"]
        store = data[edge_type]
        pairs = np.divmod(distinct.index.to_numpy(), len(nodes[edge_type[2]]))
        store.edge_index = torch.from_numpy(np.stack(pairs))
        for name in distinct.columns.drop("copies"):
            values = distinct[name].to_numpy(dtype=np.float32 if name == "weight" else None)
            store[name] = torch.from_numpy(values.copy())
    return data


def sorted_unique(parts: Sequence[Ids]) -> NDArray[Any]:
    """Return the distinct ids of several arrays, in the order of the graph's nodes.

    Text that spells integers ("2", "10", but not "007") is ordered as integers.
    """
    if all(part.dtype.kind in "iu" for part in parts):
        return np.unique(np.concatenate(parts))
    distinct = pd.unique(np.concatenate([as_text(pd.unique(part)) for part in parts]))
    texts: list[str] = distinct.tolist()
    if all(_spells_integer(text) for text in texts):
        return np.array(sorted(texts, key=int), dtype=object)
    return np.array(sorted(texts), dtype=object)


def positions(nodes: NDArray[Any], ids: Ids) -> NDArray[np.int64]:
    """Return the place of each id among the nodes.

    Args:
        nodes: [num_nodes] the distinct ids, as from `sorted_unique`.
        ids: [n] ids that all occur among the nodes.
    """
    if isinstance(ids, pd.Categorical):
        places: NDArray[np.int64] = positions(nodes, ids.categories.to_numpy())[ids.codes]
        return places
    if nodes.dtype.kind in "iu" and ids.dtype.kind in "iu":
        return np.searchsorted(nodes, np.asarray(ids)).astype(np.int64)
    found: NDArray[np.intp] = pd.Index(as_text(nodes)).get_indexer(pd.Index(as_text(ids)))
    return found.astype(np.int64)


def as_text(ids: Ids) -> NDArray[Any]:
    """Return ids as an array of `str` objects."""
    found = np.asarray(ids)
    if found.dtype == object:
        return found
    return np.array([str(i) for i in found.tolist()], dtype=object)


def _spells_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and str(int(text)) == text


def edge_matrix(
    data: HeteroData, edge: EdgeType = RATES, dtype: type[np.generic] = np.float64
) -> csr_array:
    """Return a matrix with ones at the edges of a type, [sources, targets].

    An edge that is there several times counts once; a type that is not there has none.
    """
    index = data[edge].edge_index if edge in data.edge_types else torch.empty(2, 0).long()
    shape = data[edge[0]].num_nodes, data[edge[2]].num_nodes
    matrix = csr_array((np.ones(index.size(1), dtype), index.cpu().numpy()), shape=shape)
    matrix.data[:] = 1
    return matrix
