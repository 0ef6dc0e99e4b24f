"""The facts about a graph that decide which method fits it, and what its relations tell."""

from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import RATES, TRUSTS, EdgeType
from ausrec.errors import AusrecError


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
        for name, mask in (("validation edges", "val_mask"), ("test edges", "test_mask")):
            if mask in data[edge_type]:
                rows.append((part, name, int(data[edge_type][mask].sum())))
        rows.append((part, "density", len(source) / (num_source * num_target)))
        if edge_type == RATES and "time" in data[RATES]:
            rows.append((part, "users with a tied last step", tied_last_steps(data)))
        rows += _degrees(part, edge_type[0], "out", np.bincount(source, minlength=num_source))
        rows += _degrees(part, edge_type[2], "in", np.bincount(target, minlength=num_target))
        if edge_type[0] == edge_type[2]:
            there, back = source * num_source + target, target * num_source + source
            symmetric = bool(np.array_equal(np.sort(there), np.sort(back)))
            rows.append((part, "symmetric", symmetric))
    if RATES in data.edge_types and TRUSTS in data.edge_types:
        rows.append((" ".join(TRUSTS), "homophily", homophily(data, TRUSTS)))
    return pd.DataFrame(rows, columns=["part", "quantity", "value"], dtype=object)


def tied_last_steps(data: HeteroData) -> int:
    """Count the users whose two latest interactions have the same time.

    Which of the two is the last one then follows from the order of the source alone, and with it
    what leave-one-out takes for testing.

    Args:
        data: a graph whose interactions have times.
    """
    user, time = data[RATES].edge_index[0].numpy(), data[RATES].time.numpy()
    latest = pd.Series(time).groupby(user).nlargest(2).droplevel(1)
    return int(latest.groupby(level=0).agg(lambda two: len(two) == 2 and two.nunique() == 1).sum())


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
    shape = int(data["user"].num_nodes), int(data["item"].num_nodes)
    rows = sparse.csr_array((np.ones(len(user)), (user, item)), shape=shape)
    return _lift(rows, data[edge_type].edge_index.numpy())


def informativeness(taste: Float[Tensor, "users genres"], pairs: Int[Tensor, "2 pairs"]) -> float:
    """Measure the lift in taste similarity of related pairs over all pairs of users.

    Math:
        lift = mean_{(u, v) in pairs, u ≠ v} cos(t_u, t_v) / mean_{u ≠ v} cos(t_u, t_v)

    1 says nothing about taste, more than 1 brings together users of like taste, less than 1 keeps
    them apart. Tastes are not negative, so both means are positive. The mean over all pairs is
    exact (a sum of squares), nothing is sampled.

    Args:
        taste: not negative, no row all zero, not all rows at right angles.
        pairs: related users; pairs of a user with the same user are left out.

    Raises:
        AusrecError: when no pair of two users is given, an id is out of range, or the tastes give
            no lift.
    """
    num_users = taste.size(0)
    if pairs.numel() and (int(pairs.min()) < 0 or int(pairs.max()) >= num_users):
        raise AusrecError(f"pairs: an id is out of range; there are {num_users} users")
    if bool((pairs[0] == pairs[1]).all()):
        raise AusrecError("pairs: no pair of two different users; the relation is empty")
    if bool((taste < 0).any()) or bool((taste == 0).all(dim=1).any()):
        raise AusrecError("taste: a value is negative or a row is all zero; no lift is defined")
    lift = _lift(sparse.csr_array(taste.double().numpy()), pairs.numpy())
    if np.isnan(lift):
        raise AusrecError("taste: no two users have anything in common; no lift is defined")
    return lift


def _lift(rows: Any, pairs: NDArray[np.int64]) -> float:
    """Divide the mean cosine of pairs of rows by that of all pairs, rows of zeros left out.

    Returns:
        NaN where there is no pair of two different rows, or no two rows have anything in common.
    """
    norm = sparse.linalg.norm(rows, axis=1)
    source, target = pairs[:, (pairs[0] != pairs[1]) & (norm[pairs] > 0).all(axis=0)]
    num_rows = int((norm > 0).sum())
    direction = sparse.diags_array(1 / np.where(norm > 0, norm, 1)) @ rows
    of_all = float(np.square(direction.sum(axis=0)).sum()) - num_rows
    if len(source) == 0 or of_all <= 1e-9 * num_rows:
        return float("nan")
    related = float((direction[source] * direction[target]).sum()) / len(source)
    return related / (of_all / (num_rows * (num_rows - 1)))


def _degrees(
    part: str, node_type: str, way: str, degree: NDArray[np.intp]
) -> list[tuple[str, str, Any]]:
    end = f"{way}-degree of {node_type}"
    nodes = f"{node_type[:-1]}ies" if node_type.endswith("y") else f"{node_type}s"
    return [
        (part, f"mean {end}", float(degree.mean())),
        (part, f"median {end}", float(np.median(degree))),
        (part, f"largest {end}", int(degree.max())),
        (part, f"{nodes} with {way}-degree 0", int((degree == 0).sum())),
    ]
