"""Meta-paths over any node types, as relations between users, or between nodes of another type."""

from dataclasses import dataclass
from functools import reduce
from operator import matmul

from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError, nearest
from ausrec.graph.formula import Formula, Walk
from ausrec.graph.relations import Between, adjacency


@dataclass(frozen=True)
class MetaPath(Between):
    """A relation that remembers its path, so that one can say over what two nodes are related.

    Attributes:
        steps: node types, and edge types where they are named, as `metapath` takes them.
    """

    steps: tuple[str, ...]

    def __str__(self) -> str:
        """Return the path as it is written: user–item–user."""
        return "–".join(self.steps)

    def walks(self, graph: HeteroData) -> list[tuple[str, Walk]]:
        """Return for each step the node type that it leads to, and its adjacency.

        Raises:
            AusrecError: on an unknown node or edge type, or an ambiguous step.
        """
        return _walks(graph, self.steps)


def metapath(*steps: str) -> MetaPath:
    """Make a relation from a meta-path (Sun et al., PathSim, 2011).

    Math: A₁ A₂ … A_k > 0, the boolean product of the adjacency matrices along the path.

    Args:
        steps: node types from user to user, `("user", "item", "genre", "item", "user")`, or
            from another type back to it, `("item", "user", "item")`. Where two node types are
            joined by several edge types, name the edge type between them:
            `("user", "trusts", "user", "rates", "item", "rates", "user")`. Edges are walked in
            whichever direction leads on.

    Returns:
        A function from the graph to a `Formula`, as `AddRelation` takes it.

    Raises:
        AusrecError: (when applied) on an unknown node or edge type, or an ambiguous step.
    """

    def relation(graph: HeteroData) -> Formula:
        formula = reduce(matmul, (walk for _, walk in _walks(graph, steps)))
        return formula.without_self()

    return MetaPath(steps[0] if steps else "user", relation, steps)


def _walks(graph: HeteroData, steps: tuple[str, ...]) -> list[tuple[str, Walk]]:
    path = "–".join(steps)
    if len(steps) < 2 or steps[0] != steps[-1]:
        raise AusrecError(
            f"meta-path '{path}' must start and end at the same node type, such as 'user'"
        )
    if steps[0] not in graph.node_types:
        raise AusrecError(
            f"meta-path '{path}': there are no nodes '{steps[0]}'"
            f"{nearest(steps[0], graph.node_types)}"
        )
    walks: list[tuple[str, Walk]] = []
    here, edge = steps[0], None
    for step in steps[1:]:
        if step not in graph.node_types:
            if edge is not None:
                raise AusrecError(
                    f"meta-path '{path}': '{edge}', '{step}' follow each other, but between two "
                    f"edge types a node type is needed ({', '.join(graph.node_types)})"
                )
            names = sorted({name for _, name, _ in graph.edge_types})
            if step not in names:
                known = [*graph.node_types, *names]
                raise AusrecError(
                    f"meta-path '{path}': there is neither a node type nor an edge type '{step}'"
                    f"{nearest(step, known)}"
                )
            edge = step
            continue
        walks.append((step, _step(graph, here, edge, step, path)))
        here, edge = step, None
    if edge is not None or not walks:
        raise AusrecError(f"meta-path '{path}' ends on the edge type '{edge}', not on a node type")
    return walks


def _step(graph: HeteroData, source: str, edge: str | None, target: str, path: str) -> Walk:
    fits = [
        (start, name, end)
        for start, name, end in graph.edge_types
        # Relations between users are tasks, not edges to walk on, unless they are named.
        if (name == edge or (edge is None and "is_relation" not in graph[start, name, end]))
        and {(start, end), (end, start)} & {(source, target)}
    ]
    if not fits:
        known = ", ".join("–".join(edge_type) for edge_type in graph.edge_types)
        named = f"{source}–{target}" if edge is None else f"{source}–{edge}–{target}"
        raise AusrecError(f"meta-path '{path}': no edges '{named}' in the graph; it has {known}")
    if len(fits) > 1:
        names = ", ".join(name for _, name, _ in fits)
        raise AusrecError(
            f"meta-path '{path}': several edge types join '{source}' and '{target}' ({names}); "
            "write the one that you mean between them"
        )
    start, name, end = fits[0]
    walk = adjacency(graph, start, name, end)
    return walk if (start, end) == (source, target) else walk.T
