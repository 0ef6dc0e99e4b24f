"""Why two users are related, and why an item may suit a user: by name."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import TRUSTS, edge_matrix
from ausrec.errors import AusrecError, nearest
from ausrec.graph import STRUCTURAL_RELATIONS, MetaPath
from ausrec.graph.formula import Others, Walk
from ausrec.graph.relations import Relation

# The node types that the walks of a structural relation lead to; users alone where it is not here.
_OVER = {
    "joint_triangle": ("item", "user"),
    "metapath_uiu": ("item", "user"),
    "metapath_uuiu": ("user", "item", "user"),
}


class Node(NamedTuple):
    """A user, an item, or what else a path may lead over: `("user", 3)`."""

    kind: str
    number: int


class Related(NamedTuple):
    """A related user, and the number of walks that relate them (a bare link is one)."""

    user: int
    paths: int


class ItemReasons:
    """Says why a user may like an item: friends who chose it, and own items with the same users.

    These are facts of the graph, next to what a model has learned from them.
    """

    def __init__(self, graph: HeteroData) -> None:
        """Keep the links of a graph, best of the training graph."""
        self._rates, links = edge_matrix(graph), edge_matrix(graph, TRUSTS)
        self._links = (links + links.T).tocsr()
        self._chosen_by = self._rates.T.tocsr()

    def friends(self, user: int, item: int) -> list[int]:
        """List the users linked to a user, in either direction, who chose an item."""
        chose = self._chosen_by[[item]].indices
        return sorted({*self._links[[user]].indices.tolist()} & {*chose.tolist()})

    def shared(self, user: int, item: int, most: int = 3) -> list[tuple[int, int]]:
        """List the user's items that most users of an item chose, too, with their numbers."""
        own = self._rates[[user]].indices
        both = (self._chosen_by[own] @ self._chosen_by[[item]].T).toarray()[:, 0].astype(int)
        order = np.lexsort((own, -both))[:most]
        return [(int(own[n]), int(both[n])) for n in order if both[n] and own[n] != item]


class Reasons:
    """Answers who is related to a user, and over whom or what.

    Every relation but the social link rests on walks: a common friend is a walk
    user–friend–user, the meta-path U-U-I-U a walk user–friend–item–user. Two users are related
    by as many reasons as there are such walks between them. Of a relation of one's own the walks
    are known where it is a meta-path (`metapath`); any other counts as a bare link.
    """

    def __init__(self, graph: HeteroData, relations: Mapping[str, Relation] | None = None) -> None:
        """Keep a graph and relations between its users.

        Args:
            graph: what the relations are computed from.
            relations: further relations between users to explain, next to AusRec's seven, by name.

        Raises:
            AusrecError: when the graph lacks the edges of a relation, or a relation is not one
                between users.
        """
        self.graph, self.own = graph, dict(relations or {})
        known = {**STRUCTURAL_RELATIONS, **self.own}
        self._formulas = {name: relation(graph) for name, relation in known.items()}
        number = graph["user"].num_nodes
        for name in self.own:
            shape = self._formulas[name].shape
            if shape != (number, number):
                raise AusrecError(
                    f"relation '{name}' has shape {shape}, but it is users who are explored, "
                    f"({number}, {number}): let it start and end at 'user'"
                )

    @property
    def relations(self) -> tuple[str, ...]:
        """Names of the relations: AusRec's seven, and one's own."""
        return tuple(self._formulas)

    def related(self, relation: str, user: int) -> list[Related]:
        """List the users that a relation relates a user to, those with most reasons first.

        Raises:
            AusrecError: on an unknown relation or user.
        """
        self._check(relation, user)
        partners = self._formulas[relation].rows(np.array([user])).indices
        number = self.graph["user"].num_nodes
        start = csr_array(([1], ([0], [user])), shape=(1, number), dtype=np.int64)
        for _, matrix in self._steps(relation):
            start = start @ matrix.astype(np.int64)
        # A bare link is a reason, too.
        counts = np.maximum(start.toarray()[0], 1)
        found = [Related(int(partner), int(counts[partner])) for partner in partners]
        return sorted(found, key=lambda each: (-each.paths, each.user))

    def paths(self, relation: str, user: int, partner: int) -> list[tuple[Node, ...]]:
        """List the walks from a user to a related one, the user and the partner included."""
        self._check(relation, user)
        steps = self._steps(relation)
        if not steps:
            return [(Node("user", user), Node("user", partner))]
        # Back from the partner: who can still reach them in the steps that are left.
        reach: list[set[int]] = [{partner}]
        for _, matrix in reversed(steps):
            reach.insert(0, set(matrix[:, sorted(reach[0])].tocoo().row.tolist()))

        def walk(here: Node, depth: int) -> Iterator[tuple[Node, ...]]:
            if depth == len(steps):
                yield (here,)
                return
            kind, matrix = steps[depth]
            for number in matrix[[here.number]].indices.tolist():
                if number in reach[depth + 1]:
                    for rest in walk(Node(kind, number), depth + 1):
                        yield (here, *rest)

        found = list(walk(Node("user", user), 0))
        # Walks that visit somebody twice are true, but tell less.
        return sorted(found, key=lambda path: len(set(path)) < len(path))

    def name(self, node: Node) -> str:
        """Return what a node is called: by its name, its raw id, or its number."""
        store = self.graph[node.kind]
        for names in ("name", "raw_id"):
            if names in store:
                return str(store[names][node.number])
        return f"{node.kind} {node.number}"

    def _steps(self, relation: str) -> list[tuple[str, "csr_array"]]:
        """Return for each step of the walks the node type that it leads to, and its adjacency."""
        own = self.own.get(relation)
        if isinstance(own, MetaPath):
            return [(kind, step.factors[0]) for kind, step in own.walks(self.graph)]
        if own is not None:
            return []
        # What relates two users is the first part of a formula: the rest takes pairs away.
        part: Any = self._formulas[relation]
        while not isinstance(part, Walk):
            part = part.formula if isinstance(part, Others) else part.left
        kinds = _OVER.get(relation, ("user",) * len(part.factors))
        return list(zip(kinds, part.factors, strict=True))

    def _check(self, relation: str, user: int) -> None:
        if relation not in self.relations:
            raise AusrecError(f"unknown relation '{relation}'{nearest(relation, self.relations)}")
        if not 0 <= user < self.graph["user"].num_nodes:
            last = self.graph["user"].num_nodes - 1
            raise AusrecError(f"user is {user}, but must be from 0 to {last}")
