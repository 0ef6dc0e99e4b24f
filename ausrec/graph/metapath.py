"""Meta-paths over any node types, as relations between users, or between nodes of another type."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import matmul

from torch_geometric.data import HeteroData

from ausrec.data.build_graph import EdgeType
from ausrec.errors import AusrecError, nearest
from ausrec.graph.formula import Formula, Walk
from ausrec.graph.relations import Between, adjacency

Problem = Callable[[str], AusrecError]


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
    def problem(why: str) -> AusrecError:
        return AusrecError(f"meta-path '{'–'.join(steps)}': {why}")

    nodes, names = graph.node_types, sorted({name for _, name, _ in graph.edge_types})
    if len(steps) < 2 or steps[0] != steps[-1]:
        raise problem("must start and end at the same node type, such as 'user'")
    if steps[0] not in nodes:
        raise problem(f"there are no nodes '{steps[0]}'{nearest(steps[0], nodes)}")
    walks: list[tuple[str, Walk]] = []
    here, edge = steps[0], None
    for step in steps[1:]:
        if step in nodes:
            source, name, target = _edge_type(graph, here, edge, step, problem)
            walk = adjacency(graph, source, name, target)
            walks.append((step, walk if (source, target) == (here, step) else walk.T))
            here, edge = step, None
        elif step not in names:
            hint = nearest(step, [*nodes, *names])
            raise problem(f"there is neither a node type nor an edge type '{step}'{hint}")
        elif edge is not None:
            raise problem(
                f"'{edge}', '{step}' follow each other, but between two edge types a node type is "
                f"needed ({', '.join(nodes)})"
            )
        else:
            edge = step
    return walks


def _edge_type(
    graph: HeteroData,
    source: str,
    edge: str | None,
    target: str,
    problem: Callable[[str], Exception],
) -> EdgeType:
    """Return the one edge type that joins two node types, in either direction."""
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
        raise problem(f"no edges '{named}' in the graph; it has {known}")
    if len(fits) > 1:
        names = ", ".join(name for _, name, _ in fits)
        raise problem(
            f"several edge types join '{source}' and '{target}' ({names}); write the one that you "
            "mean between them"
        )
    return fits[0]
