"""Why two users are related: the paths between them, by name."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError, nearest
from ausrec.graph import STRUCTURAL_RELATIONS, STRUCTURAL_TASKS, MetaPath
from ausrec.graph.formula import Formula
from ausrec.graph.relations import Relation


class Node(NamedTuple):
    """A user, an item, or what else a path may lead over: `("user", 3)`."""

    kind: str
    number: int


class Related(NamedTuple):
    """A related user, and the number of walks that relate them (a bare link is one)."""

    user: int
    paths: int


class Reasons:
    """Answers who is related to a user, and over whom or what.

    Every relation but the social link rests on walks: a common friend is a walk
    user–friend–user, the meta-path U-U-I-U a walk user–friend–item–user. Two users are related
    by as many reasons as there are such walks between them. Of a relation of one's own the walks
    are known where it is a meta-path (`metapath`); any other counts as a bare link.
    """

    def __init__(self, graph: HeteroData, relations: Mapping[str, Relation] | None = None) -> None:
        """Read the adjacency of a graph with social links and interactions.

        Args:
            graph: what the relations are computed from.
            relations: relations between users to explain beside AusRec's seven, by name.

        Raises:
            AusrecError: when the graph lacks the edges of a relation, or a relation is not one
                between users.
        """
        num_users, num_items = graph["user"].num_nodes, graph["item"].num_nodes
        self.graph = graph
        social = _matrix(graph, ("user", "trusts", "user"), (num_users, num_users))
        rates = _matrix(graph, ("user", "rates", "item"), (num_users, num_items))
        either = csr_array(((social + social.T) > 0).astype(np.int64))
        liked_by = csr_array(rates.T)
        self.walks: dict[str, list[tuple[str, csr_array]]] = {
            "social_triangle": [("user", either), ("user", either)],
            "joint_triangle": [("item", rates), ("user", liked_by)],
            "social_link": [("user", social)],
            "two_hop": [("user", social)] * 2,
            "three_hop": [("user", social)] * 3,
            "metapath_uiu": [("item", rates), ("user", liked_by)],
            "metapath_uuiu": [("user", social), ("item", rates), ("user", liked_by)],
        }
        self.own = dict(relations or {})
        self._formulas: dict[str, Formula] = {}
        for name, relation in self.own.items():
            self._formulas[name] = formula = relation(graph)
            if formula.shape != (num_users, num_users):
                raise AusrecError(
                    f"relation '{name}' has shape {formula.shape}, but it is users who are "
                    f"explored, ({num_users}, {num_users}): let it start and end at 'user'"
                )
            # The walks are those of this relation, also where it takes the name of one of the
            # seven.
            self.walks.pop(name, None)
            if isinstance(relation, MetaPath):
                self.walks[name] = [
                    (kind, csr_array(step.factors[0].astype(np.int64)))
                    for kind, step in relation.walks(graph)
                ]

    @property
    def relations(self) -> tuple[str, ...]:
        """Names of the relations: AusRec's seven, and one's own."""
        return tuple(dict.fromkeys((*STRUCTURAL_TASKS, *self.own)))

    def related(self, relation: str, user: int) -> list[Related]:
        """List the users that a relation relates a user to, those with most reasons first.

        Raises:
            AusrecError: on an unknown relation or user.
        """
        self._check(relation, user)
        if relation not in self._formulas:
            self._formulas[relation] = STRUCTURAL_RELATIONS[relation](self.graph)
        partners = self._formulas[relation].rows(np.array([user])).indices
        if relation not in self.walks:
            return [Related(int(partner), 1) for partner in sorted(partners)]
        start = csr_array(([1], ([0], [user])), shape=(1, self.graph["user"].num_nodes))
        for _, matrix in self.walks[relation]:
            start = start @ matrix
        counts = start.toarray()[0]
        found = [Related(int(partner), int(counts[partner])) for partner in partners]
        return sorted(found, key=lambda each: (-each.paths, each.user))

    def paths(self, relation: str, user: int, partner: int) -> list[tuple[Node, ...]]:
        """List the walks from a user to a related one, the user and the partner included."""
        self._check(relation, user)
        if relation not in self.walks:
            return [(Node("user", user), Node("user", partner))]
        steps = self.walks[relation]
        # Back from the partner: who can still reach them in the steps that are left.
        reach: list[set[int]] = [{partner}]
        for _, matrix in reversed(steps):
            backward = csr_array(matrix.T)
            reach.append({n for here in reach[-1] for n in _row(backward, here)})
        reach.reverse()

        def walk(here: Node, depth: int) -> Iterator[tuple[Node, ...]]:
            if depth == len(steps):
                yield (here,)
                return
            kind, matrix = steps[depth]
            for number in _row(matrix, here.number):
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

    def _check(self, relation: str, user: int) -> None:
        if relation not in self.relations:
            raise AusrecError(f"unknown relation '{relation}'{nearest(relation, self.relations)}")
        if not 0 <= user < self.graph["user"].num_nodes:
            last = self.graph["user"].num_nodes - 1
            raise AusrecError(f"user is {user}, but must be from 0 to {last}")


def _matrix(
    graph: HeteroData, edge_type: tuple[str, str, str], shape: tuple[int, int]
) -> "csr_array":
    if edge_type not in graph.edge_types:
        raise AusrecError(
            f"the graph has no '{edge_type[1]}' edges, so there is nothing to explore"
        )
    rows, columns = graph[edge_type].edge_index.cpu().numpy()
    return csr_array((np.ones(len(rows), np.int64), (rows, columns)), shape=shape)


def _row(matrix: "csr_array", row: int) -> list[int]:
    found: list[int] = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tolist()
    return found
