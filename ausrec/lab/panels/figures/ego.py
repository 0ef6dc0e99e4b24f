"""The picture of a user's related users, and of the paths to them, from left to right."""

from collections.abc import Sequence
from itertools import pairwise

import networkx as nx
import numpy as np
from matplotlib.figure import Figure

from ausrec.lab.panels.reasons import Node, Reasons
from ausrec.lab.plots.axes import WIDTH
from ausrec.lab.style import LIGHT, TASK_COLORS

LOOKS = {"user": ("o", TASK_COLORS["two_hop"]), "item": ("s", TASK_COLORS["metapath_uuiu"])}
# Of every other node type, as genres.
OTHER = "^", TASK_COLORS["social_link"]
MOST_PATHS = 5
Place = tuple[int, Node]  # the column, and who stands there


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
    figure = Figure(figsize=(WIDTH, max(2.4, 0.46 * tallest + 0.8)))
    figure.set_facecolor(LIGHT.background)
    ax = figure.add_axes((0.02, 0.02, 0.96, 0.96))
    ax.set_axis_off()
    ax.set_xlim(-0.45, last + 0.75)
    ax.set_ylim(-0.08, 1.08)
    thin = [edge for edge in network.edges if edge not in bold and edge[::-1] not in bold]
    nx.draw_networkx_edges(network, positions, thin, edge_color=LIGHT.grid, width=1.6, ax=ax)
    nx.draw_networkx_edges(network, positions, list(bold), edge_color=LIGHT.ink, width=2.4, ax=ax)
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
            edgecolors=[LIGHT.ink if _is_end(p, user, chosen, last) else color for p in nodes],
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
            fontsize=11,
            parse_math=False,
            color=LIGHT.ink if place in touched else LIGHT.muted,
            bbox={"facecolor": LIGHT.background, "edgecolor": "none", "pad": 0.4, "alpha": 0.8},
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
