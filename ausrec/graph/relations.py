"""The seven structural relations of AusRec, and how to add one's own.

An auxiliary task is an edge type between users. Each relation below is a function from the
graph to a `Formula` (He et al., AusRec, 2026). With S the social adjacency (S[u, v] = 1 where u
trusts v), Sₛ = S ∨ Sᵀ, and R the user–item adjacency of the training interactions:

| relation          | formula          | two users are related when                          |
| ----------------- | ---------------- | --------------------------------------------------- |
| `social_triangle` | (Sₛ Sₛ) ∧ Sₛ     | they are linked and have a common friend            |
| `joint_triangle`  | (R Rᵀ) ∧ Sₛ      | they are linked and share an item                   |
| `social_link`     | S                | the first trusts the second                         |
| `two_hop`         | S² ∖ S           | a friend of a friend who is not a friend            |
| `three_hop`       | S³ ∖ S² ∖ S      | three links away, and not nearer                    |
| `metapath_uiu`    | R Rᵀ             | they share an item                                  |
| `metapath_uuiu`   | S R Rᵀ           | a friend shares an item with the other              |

A user is not related to themselves: (u, u) is left out everywhere. The published pair files
keep (u, u) where a product or the social file has it, and those of Epinions and Douban Book
remove only S² from three hops: `ausrec.tasks.published_tasks` has these definitions.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.sparse import csr_array
from torch_geometric.data import HeteroData
from torch_geometric.transforms import BaseTransform

from ausrec.errors import AusrecError, nearest
from ausrec.graph.evaluate_formula import to_pairs
from ausrec.graph.formula import Formula, Walk
from ausrec.graph.pairs import Pairs, StoredPairs

Relation = Callable[[HeteroData], Formula]


@dataclass(frozen=True)
class Between:
    """A relation with the node type of both its ends; a plain function means users.

    Attributes:
        node: the node type of both ends.
        relation: the function from the graph to a `Formula`.
    """

    node: str
    relation: Relation

    def __call__(self, graph: HeteroData) -> Formula:
        """Return the relation's formula."""
        return self.relation(graph)


def adjacency(graph: HeteroData, source: str, edge: str, target: str) -> Walk:
    """Return the adjacency of an edge type as a one-step walk, [sources, targets].

    Raises:
        AusrecError: when the graph has no such edge type.
    """
    if (source, edge, target) not in graph.edge_types:
        known = ", ".join("–".join(edge_type) for edge_type in graph.edge_types)
        raise AusrecError(
            f"the graph has no edges '{source}–{edge}–{target}': it has {known}; load the data "
            "set with them, or leave out the task that needs them"
        )
    rows, columns = graph[source, edge, target].edge_index.cpu().numpy()
    shape = (graph[source].num_nodes, graph[target].num_nodes)
    return Walk(csr_array((np.ones(len(rows), dtype=bool), (rows, columns)), shape=shape))


def _social(graph: HeteroData) -> Walk:
    return adjacency(graph, "user", "trusts", "user")


def _rates(graph: HeteroData) -> Walk:
    return adjacency(graph, "user", "rates", "item")


def social_triangle(graph: HeteroData) -> Formula:
    """Relate linked users who have a common friend: (Sₛ Sₛ) ∧ Sₛ (AusRec, social triangle)."""
    either = _social(graph).symmetric()
    return ((either @ either) & either).without_self()


def joint_triangle(graph: HeteroData) -> Formula:
    """Relate linked users who share an item: (R Rᵀ) ∧ Sₛ (AusRec, joint triangle)."""
    rates = _rates(graph)
    return ((rates @ rates.T) & _social(graph).symmetric()).without_self()


def social_link(graph: HeteroData) -> Formula:
    """Relate users as the social graph does: S."""
    return _social(graph).without_self()


def two_hop(graph: HeteroData) -> Formula:
    """Relate users at two social steps: S² ∖ S."""
    social = _social(graph)
    return (social @ social - social).without_self()


def three_hop(graph: HeteroData) -> Formula:
    """Relate users at three social steps and not at two or one: S³ ∖ S² ∖ S."""
    social = _social(graph)
    return (social @ social @ social - social @ social - social).without_self()


def metapath_uiu(graph: HeteroData) -> Formula:
    """Relate users who share an item: R Rᵀ (meta-path user–item–user)."""
    rates = _rates(graph)
    return (rates @ rates.T).without_self()


def metapath_uuiu(graph: HeteroData) -> Formula:
    """Relate a user to those who share an item with a friend: S R Rᵀ (user–user–item–user)."""
    rates = _rates(graph)
    return (_social(graph) @ rates @ rates.T).without_self()


STRUCTURAL_RELATIONS: dict[str, Relation] = {
    "social_triangle": social_triangle,
    "joint_triangle": joint_triangle,
    "social_link": social_link,
    "two_hop": two_hop,
    "three_hop": three_hop,
    "metapath_uiu": metapath_uiu,
    "metapath_uuiu": metapath_uuiu,
}
STRUCTURAL_TASKS = tuple(STRUCTURAL_RELATIONS)


def noise(graph: HeteroData, *, seed: int = 0) -> Formula:
    """Relate pairs of different users at random: a control without meaning.

    There are as many pairs as social links or, in data without any, ten times as many as users;
    at most half of all pairs, so that there are unrelated users left. All sets of that size are
    equally likely.

    Args:
        graph: the training graph.
        seed: decides which pairs; for another one, `partial(noise, seed=1)`.
    """
    num_users = graph["user"].num_nodes
    social = ("user", "trusts", "user")
    linked = social in graph.edge_types
    size = int(graph[social].edge_index.size(1)) if linked else 10 * num_users
    possible = num_users * (num_users - 1)
    rng = np.random.default_rng(seed)
    drawn = rng.choice(possible, min(size, possible // 2), replace=False)
    rows, columns = np.divmod(drawn, max(1, num_users - 1))
    columns += columns >= rows  # skip the user's own place
    ones = np.ones(len(rows), dtype=bool)
    return Walk(csr_array((ones, (rows, columns)), shape=(num_users, num_users)))


def noise_relations(seed: int) -> dict[str, Relation]:
    """Return the controls `noise`, `noise_2` and `noise_3`, each with pairs of its own.

    Args:
        seed: decides which pairs.
    """
    # Far apart, so that one seed's second control is not the next seed's first.
    seeds = {"noise": seed, "noise_2": 1_000_000 + seed, "noise_3": 2_000_000 + seed}
    return {name: partial(noise, seed=each) for name, each in seeds.items()}


def metapath_iui(graph: HeteroData) -> Formula:
    """Relate items that share a user: Rᵀ R (meta-path item–user–item)."""
    rates = _rates(graph)
    return (rates.T @ rates).without_self()


# Not among AusRec's seven, whose relations are all between users.
ITEM_RELATIONS: dict[str, Relation] = {"metapath_iui": Between("item", metapath_iui)}
# With the control, which is no structure of the graph, so that "all tasks" does not mean it.
RELATIONS: dict[str, Relation] = STRUCTURAL_RELATIONS | noise_relations(0) | ITEM_RELATIONS


class AddRelation(BaseTransform):
    """Add one relation to a graph as an edge type between nodes of one type, users as a rule.

    A small relation becomes an ordinary edge type with an `edge_index`. A large one keeps its
    `Pairs` under the edge type's `pairs`. Either is read back by `relation_pairs`.

        AddRelation("same_genre", metapath("user", "item", "genre", "item", "user"))(train)
    """

    def __init__(self, name: str, relation: Relation) -> None:
        """Keep the relation's name and formula.

        Args:
            name: the edge type becomes `("user", name, "user")`.
            relation: a function from the graph to a `Formula` of shape [users, users]; one
                between other nodes says so (`Between`, as `metapath` returns it).
        """
        self.name, self.relation = name, relation

    def forward(self, data: HeteroData) -> HeteroData:
        """Return the graph with the edge type added (PyG copies it before)."""
        formula = self.relation(data)
        node = self.relation.node if isinstance(self.relation, Between) else "user"
        number = data[node].num_nodes
        if formula.shape != (number, number):
            raise AusrecError(
                f"relation '{self.name}' has shape {formula.shape}, but tasks need pairs of "
                f"{node}s, ({number}, {number}): let it start and end at '{node}'"
            )
        pairs = to_pairs(formula)
        store = data[node, self.name, node]
        store.is_relation = True
        if isinstance(pairs, StoredPairs):
            store.edge_index = pairs.edge_index()
        else:
            store.pairs = pairs
        return data


def add_relations(
    graph: HeteroData,
    names: Iterable[str] = STRUCTURAL_TASKS,
    relations: Mapping[str, Relation] = RELATIONS,
) -> HeteroData:
    """Return a copy of the training graph with relations added as edge types.

    Args:
        graph: the training graph (its `("user", "rates", "item")` edges must be the training
            edges only, as `split_interactions` returns them).
        names: which relations: of the seven, or `noise`, random pairs as a control.
        relations: where the names are looked up; give `RELATIONS | {...}` to add your own.

    Raises:
        AusrecError: on an unknown name.
    """
    for name in names:
        if name not in relations:
            raise AusrecError(f"unknown task '{name}'{nearest(name, relations)}")
        graph = AddRelation(name, relations[name])(graph)
    return graph


def relation_node(graph: HeteroData, name: str) -> str:
    """Return the node type of both ends of a relation of the graph.

    Raises:
        AusrecError: when the graph has no such relation.
    """
    found = [source for source, edge, end in graph.edge_types if edge == name and source == end]
    if found:
        return "user" if "user" in found else str(found[0])
    known = [edge for _, edge, _ in graph.edge_types]
    raise AusrecError(
        f"the graph has no relation '{name}'{nearest(name, known)}: add it with "
        f"add_relations(train, ['{name}'])"
    )


def relation_pairs(graph: HeteroData, name: str) -> Pairs:
    """Return the pairs of a relation that `add_relations` put into the graph.

    Raises:
        AusrecError: when the graph has no such relation.
    """
    node = relation_node(graph, name)
    store = graph[node, name, node]
    if "pairs" in store:
        pairs: Pairs = store.pairs
        return pairs
    number = graph[node].num_nodes
    return StoredPairs.from_edge_index(store.edge_index, number, number)
