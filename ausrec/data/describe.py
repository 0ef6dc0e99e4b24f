"""The facts about a graph that decide which method fits it."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from torch_geometric.data import HeteroData

from ausrec.data.build import RATES, TRUSTS, EdgeType


def describe(data: HeteroData) -> pd.DataFrame:
    """Tabulate nodes, edges, density, degrees, symmetry and homophily of a graph.

    Density is the share of possible edges that exist. An edge type from a node type to itself is
    symmetric where every edge is returned. For homophily see `homophily`.

    Returns:
        A tidy table with columns `part` (a node type, or an edge type as "user rates item"),
        `quantity` and `value`.
    """
    rows: list[tuple[str, str, Any]] = []
    for node_type in data.node_types:
        rows.append((node_type, "nodes", int(data[node_type].num_nodes)))
    for edge_type in data.edge_types:
        part = " ".join(edge_type)
        source, target = data[edge_type].edge_index.numpy()
        num_source = int(data[edge_type[0]].num_nodes)
        num_target = int(data[edge_type[2]].num_nodes)
        rows.append((part, "edges", len(source)))
        if "test_mask" in data[edge_type]:
            rows.append((part, "test edges", int(data[edge_type].test_mask.sum())))
        rows.append((part, "density", len(source) / (num_source * num_target)))
        rows += _degrees(part, edge_type[0], "out", np.bincount(source, minlength=num_source))
        rows += _degrees(part, edge_type[2], "in", np.bincount(target, minlength=num_target))
        if edge_type[0] == edge_type[2]:
            rows.append((part, "symmetric", _is_symmetric(source, target, num_source)))
    if RATES in data.edge_types and TRUSTS in data.edge_types:
        rows.append((" ".join(TRUSTS), "homophily", homophily(data, TRUSTS)))
    return pd.DataFrame(rows, columns=["part", "quantity", "value"], dtype=object)


def homophily(data: HeteroData, edge_type: EdgeType = TRUSTS) -> float:
    """Measure the lift in shared items of linked users over all pairs of users.

    Math:
        lift = mean_{(u, v) linked, u ≠ v} cos(r_u, r_v) / mean_{u ≠ v} cos(r_u, r_v)

    where r_u is the 0/1 row of the items of user u. 1 says that linked users share no more items
    than any two users do. Users without items are left out. Not a number where no link joins two
    users with items, or where no two users share an item.

    Args:
        data: a graph with edge type ("user", "rates", "item"), all of whose edges count.
        edge_type: an edge type from users to users.
    """
    user, item = data[RATES].edge_index.numpy()
    source, target = data[edge_type].edge_index.numpy()
    num_users, num_items = int(data["user"].num_nodes), int(data["item"].num_nodes)
    degree = np.bincount(user, minlength=num_users)
    linked = (source != target) & (degree[source] > 0) & (degree[target] > 0)
    rows = sparse.csr_array(
        (1.0 / np.sqrt(degree[user]), (user, item)), shape=(num_users, num_items)
    )
    num_active = int((degree > 0).sum())
    of_all = float(np.square(rows.sum(axis=0)).sum()) - num_active
    if not linked.any() or of_all <= 1e-9 * num_active:
        return float("nan")
    related = float((rows[source[linked]] * rows[target[linked]]).sum()) / int(linked.sum())
    return related / (of_all / (num_active * (num_active - 1)))


def _degrees(
    part: str, node_type: str, way: str, degree: NDArray[np.intp]
) -> list[tuple[str, str, Any]]:
    end = f"{way}-degree of {node_type}"
    return [
        (part, f"mean {end}", float(degree.mean())),
        (part, f"median {end}", float(np.median(degree))),
        (part, f"largest {end}", int(degree.max())),
        (part, f"{node_type}s with {way}-degree 0", int((degree == 0).sum())),
    ]


def _is_symmetric(source: NDArray[np.int64], target: NDArray[np.int64], num_nodes: int) -> bool:
    there = np.sort(source * num_nodes + target)
    back = np.sort(target * num_nodes + source)
    return bool(np.array_equal(there, back))
