"""Relations computed from their definitions, on Python sets, one pair at a time."""

from torch_geometric.data import HeteroData

Relation = set[tuple[int, int]]


def compose(left: Relation, right: Relation) -> Relation:
    """Return {(a, c): (a, b) in left and (b, c) in right}."""
    following: dict[int, set[int]] = {}
    for b, c in right:
        following.setdefault(b, set()).add(c)
    return {(a, c) for a, b in left for c in following.get(b, ())}


def pairs_of(graph: HeteroData, source: str, edge: str, target: str) -> Relation:
    """Return an edge type as a set of pairs."""
    return {(a, b) for a, b in graph[source, edge, target].edge_index.T.tolist()}


def structural_relations(graph: HeteroData) -> dict[str, Relation]:
    """Return the seven relations by their definitions in words."""
    s, r = pairs_of(graph, "user", "trusts", "user"), pairs_of(graph, "user", "rates", "item")
    users = range(graph["user"].num_nodes)
    linked = {(u, v) for u in users for v in users if (u, v) in s or (v, u) in s}
    items = {u: {i for w, i in r if w == u} for u in users}
    friends = {u: {v for w, v in linked if w == u} for u in users}
    shares = {(u, v) for u in users for v in users if items[u] & items[v]}
    two, three = compose(s, s), compose(compose(s, s), s)
    found = {
        "social_triangle": {(u, v) for u, v in linked if friends[u] & friends[v]},
        "joint_triangle": linked & shares,
        "social_link": s,
        "two_hop": two - s,
        "three_hop": three - two - s,
        "metapath_uiu": shares,
        "metapath_uuiu": compose(s, shares),
    }
    return {name: {(u, v) for u, v in found[name] if u != v} for name in found}
