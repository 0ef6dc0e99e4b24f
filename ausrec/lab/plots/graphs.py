"""Pictures of graphs: who is linked to whom, how many links everybody has, and paths by name."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import RATES, TRUSTS
from ausrec.graph.reasons import Node, Reasons
from ausrec.lab.figure import ShownFigure
from ausrec.lab.look import BLUE, FURTHER_COLORS, GREEN, ORANGE, PURPLE, SKY, VERMILION, look, tone
from ausrec.lab.plots.axes import REFERENCE, name_panel, new_figure, panels
from ausrec.lab.plots.label_places import WIDTH

USER, ITEM, OTHER = SKY, ORANGE, "#B8BEC5"
# Sky blue and orange come late: they are users and items where there are no groups.
GROUP_COLORS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, FURTHER_COLORS[0])
# The shapes of nodes; every other type, as genres, has a triangle.
LOOKS = {"user": ("o", USER), "item": ("s", ITEM)}
MOST_PATHS = 5
Place = tuple[int, Node]  # the column, and who is there


def ego_users(graph: HeteroData, user: int) -> list[int]:
    """Return a user and all whom social links join to the user, the user first."""
    source, target = graph[TRUSTS].edge_index.numpy()
    others = np.union1d(target[source == user], source[target == user])
    return [user, *others[others != user].tolist()]


@look()
def plot_network(
    graph: HeteroData,
    *,
    users: Sequence[int] | None = None,
    items: bool = True,
    groups: Mapping[int, str] | None = None,
    title: str = "",
) -> Figure:
    """Draw social links as thick lines (with an arrow where one way), interactions as thin ones.

    Args:
        graph: with social links and interactions.
        users: which users; None for all. The first of them is drawn with a dark edge.
        items: draw the items of these users, too.
        groups: colours users by a group, as their favourite genre.
        title: says what to see.
    """
    shown = list(range(graph["user"].num_nodes)) if users is None else list(users)
    inside = set(shown)
    trusts = [p for p in graph[TRUSTS].edge_index.T.tolist() if set(p) <= inside and p[0] != p[1]]
    rates = [pair for pair in graph[RATES].edge_index.T.tolist() if items and pair[0] in inside]
    social = [(Node("user", one), Node("user", other)) for one, other in trusts]
    rated = [(Node("user", user), Node("item", item)) for user, item in rates]
    network = nx.Graph()
    network.add_nodes_from(Node("user", user) for user in shown)
    network.add_edges_from([*social, *rated], weight=1.0)
    places = nx.kamada_kawai_layout(network)
    figure = new_figure("", WIDTH, 0.72 * WIDTH, placed=True)
    ax = figure.add_axes((0.01, 0.01, 0.82, 0.9))
    ax.set_axis_off()
    ax.set_title(title, pad=6)
    nx.draw_networkx_edges(network, places, rated, edge_color=OTHER, width=1.2, ax=ax)
    style = {"edge_color": tone("muted"), "width": 2.2, "ax": ax}
    one_way = [edge for edge in social if edge[::-1] not in social]
    mutual = [edge for edge in social if edge[::-1] in social and edge[0] < edge[1]]
    nx.draw_networkx_edges(network, places, mutual, **style)
    arrows = {"arrowsize": 16, "node_size": 190}
    nx.draw_networkx_edges(nx.DiGraph(one_way), places, one_way, **style, **arrows)
    colors, members = _groups(list(network), groups)
    for name, nodes in members.items():
        first = [users is not None and node == ("user", shown[0]) for node in nodes]
        x, y = np.array([places[node] for node in nodes]).T
        ax.scatter(
            x, y, s=170, marker="s" if name == "item" else "o", color=colors[name], label=name,
            edgecolors=[tone("ink" if each else "background") for each in first],
            linewidths=2, zorder=3,
        )  # fmt: skip
    for node, (x, y) in places.items():
        color = tone("ink" if node.kind == "user" else "muted")
        _write_name(ax, graph[node.kind].name[node.number], x, y, color)
    ax.margins(0.08)
    figure.alt = (
        f"{title or 'Network'}: {len(shown)} users, {len(social)} social links between them"
        + (f", {len(rated)} interactions with {len(network) - len(shown)} items." if items else ".")
    )
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
    return figure


@look()
def plot_degrees(degrees: Mapping[str, NDArray[np.int64]], *, title: str = "") -> Figure:
    """Draw a histogram a kind of link: how many nodes have how many of them.

    Args:
        degrees: of all nodes, by what is counted, as "plays of a member".
        title: says what to see.
    """
    figure, axes = panels(title, len(degrees), len(degrees), height=3.6)
    for ax, (name, degree) in zip(axes, degrees.items(), strict=True):
        # Bins hold equally many whole numbers, or gaps would show that are none.
        width = -(-int(degree.max() - degree.min() + 1) // 24)
        bins = np.arange(degree.min() - 0.5, degree.max() + width, width).tolist()
        ax.hist(degree, bins=bins, color=BLUE)
        median = float(np.median(degree))
        ax.axvline(median, color=tone("ink"), linewidth=1.4, linestyle=REFERENCE)
        name_panel(ax, f"median {median:.0f}, largest {degree.max()}")
        ax.set(xlabel=name, ylabel="")
    axes[0].set_ylabel("number of nodes")
    return figure


def _groups(
    nodes: list[Node], groups: Mapping[int, str] | None
) -> tuple[dict[str, str], dict[str, list[Node]]]:
    """Return colours and members by the name of the group; items are one of their own."""
    names = ["user" if groups is None else groups[n] for kind, n in nodes if kind == "user"]
    # The most common groups get a colour, so that colours can be distinguished.
    common = sorted(set(names), key=lambda name: (-names.count(name), name))
    shades = (USER,) if groups is None else GROUP_COLORS
    colors = {**dict(zip(common, shades, strict=False)), "other": OTHER, "item": ITEM}
    members: dict[str, list[Node]] = {}
    for node in nodes:
        name = node[0] if node[0] == "item" or groups is None else groups[node[1]]
        members.setdefault(name if name in colors else "other", []).append(node)
    return colors, members


@look()
def draw_ego(
    reasons: Reasons, relation: str, user: int, partners: Sequence[int], chosen: int
) -> ShownFigure:
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
    ends = (0, Node("user", user)), (last, Node("user", chosen))
    for kind in sorted({node.kind for _, node in network}):
        shape, color = LOOKS.get(kind, ("^", GREEN))
        nodes = [place for place in network if place[1].kind == kind]
        outlines = [tone("ink") if place in ends else color for place in nodes]
        nx.draw_networkx_nodes(
            network, positions, nodes, node_shape=shape, node_color=color, node_size=150,
            edgecolors=outlines, linewidths=2, ax=ax,
        )  # fmt: skip
    touched = {place for edge in bold for place in edge}
    for place, position in positions.items():
        color = tone("ink" if place in touched else "muted")
        _write_name(ax, reasons.name(place[1]), *position, color, right=place[0] == last)
    return figure


def _positions(network: nx.Graph, last: int) -> dict[Place, tuple[float, float]]:
    """Spread each column over the height, its nodes in the order of their neighbours' heights."""
    heights: dict[Place, float] = {}

    def ahead(place: Place) -> float:
        ahead_of_it = [heights[other] for other in network[place] if other[0] > place[0]]
        return float(np.mean(ahead_of_it or [0.5]))

    for column in range(last, -1, -1):
        nodes = [place for place in network if place[0] == column]
        if column < last:
            nodes.sort(key=ahead, reverse=True)
        for rank, place in enumerate(nodes):
            heights[place] = 1 - (rank + 0.5) / len(nodes)
    return {place: (float(place[0]), height) for place, height in heights.items()}


def _write_name(
    ax: Axes, name: str, x: float, y: float, color: str, *, right: bool = False
) -> None:
    """Write the name of a node above it, or to its right, where no edge leaves it."""
    ax.annotate(
        name, (x, y), (10, 0) if right else (0, 8), textcoords="offset points", color=color,
        ha="left" if right else "center", va="center" if right else "bottom", parse_math=False,
        bbox={"facecolor": tone("background"), "edgecolor": "none", "pad": 0.4, "alpha": 0.8},
    )  # fmt: skip
