"""The picture of a user's related users, and of the paths to them, from left to right."""

from collections.abc import Sequence
from itertools import pairwise

import networkx as nx
import numpy as np
from matplotlib.figure import Figure

from ausrec.graph.reasons import Node, Reasons
from ausrec.lab.look import GREEN, ORANGE, SKY, look, tone
from ausrec.lab.plots.axes import new_figure
from ausrec.lab.plots.labels import WIDTH

LOOKS = {"user": ("o", SKY), "item": ("s", ORANGE)}
# Of every other node type, as genres.
OTHER = "^", GREEN
MOST_PATHS = 5
Place = tuple[int, Node]  # the column, and who stands there


@look()
def draw_ego(
    reasons: Reasons, relation: str, user: int, partners: Sequence[int], chosen: int
) -> Figure:
    """Draw a user on the left, related users on the right, and between them what relates them.

    Args:
        reasons: of the graph.
        relation: which relation.
        user: whose related users.
        partners: the related users to draw, the chosen one among them.
        chosen: the partner all of whose paths (up to five) are drawn, in a bold line; the
            others get one.
    """
    network = nx.Graph()
    # Ordered: the same picture in every process.
    bold: dict[tuple[Place, Place], None] = {}
    for partner in partners:
        paths = reasons.paths(relation, user, partner)
        for path in paths[: MOST_PATHS if partner == chosen else 1]:
            # A walk may come by the same node twice: its place is the column and the node.
            places = list(enumerate(path))
            for column, node in places:
                network.add_node((column, node), column=column)
            edges = list(pairwise(places))
            network.add_edges_from(edges)
            if partner == chosen:
                bold.update(dict.fromkeys(edges))
    last = max(column for column, _ in network)
    positions = _positions(network, last)
    tallest = max(sum(column == c for column, _ in network) for c in range(last + 1))
    figure = new_figure("", WIDTH, max(2.4, 0.46 * tallest + 0.8), placed=True)
    ax = figure.add_axes((0.02, 0.02, 0.96, 0.96))
    ax.set_axis_off()
    ax.set_xlim(-0.45, last + 0.75)
    ax.set_ylim(-0.08, 1.08)
    thin = [edge for edge in network.edges if edge not in bold and edge[::-1] not in bold]
    nx.draw_networkx_edges(network, positions, thin, edge_color=tone("grid"), width=1.6, ax=ax)
    nx.draw_networkx_edges(network, positions, list(bold), edge_color=tone("ink"), width=2.4, ax=ax)
    for kind in sorted({node.kind for _, node in network}):
        shape, color = LOOKS.get(kind, OTHER)
        nodes = [place for place in network if place[1].kind == kind]
        nx.draw_networkx_nodes(
            network,
            positions,
            nodes,
            node_shape=shape,
            node_color=color,
            node_size=150,
            edgecolors=[tone("ink") if _is_end(p, user, chosen, last) else color for p in nodes],
            linewidths=2,
            ax=ax,
        )
    touched = {place for edge in bold for place in edge}
    for place, (x, y) in positions.items():
        # Right of the last column there is room; elsewhere edges leave to the right.
        beside = place[0] == last
        ax.annotate(
            reasons.name(place[1]),
            (x, y),
            (10, 0) if beside else (0, 9),
            textcoords="offset points",
            ha="left" if beside else "center",
            va="center" if beside else "bottom",
            parse_math=False,
            color=tone("ink") if place in touched else tone("muted"),
            bbox={"facecolor": tone("background"), "edgecolor": "none", "pad": 0.4, "alpha": 0.8},
        )
    return figure


def _is_end(place: Place, user: int, chosen: int, last: int) -> bool:
    return place in ((0, Node("user", user)), (last, Node("user", chosen)))


def _positions(network: nx.Graph, last: int) -> dict[Place, tuple[float, float]]:
    """Spread each column over the height, its nodes in the order of their neighbours' heights."""
    heights: dict[Place, float] = {}
    for column in range(last, -1, -1):
        nodes = [place for place in network if place[0] == column]
        if column < last:
            nodes.sort(
                key=lambda place: float(
                    np.mean([heights[n] for n in network[place] if n[0] > place[0]] or [0.5])
                ),
                reverse=True,
            )
        for rank, place in enumerate(nodes):
            heights[place] = 1 - (rank + 0.5) / len(nodes)
    return {place: (float(place[0]), height) for place, height in heights.items()}
