"""Pictures of graphs: who is linked to whom, and how many links everybody has."""

from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import RATES, TRUSTS
from ausrec.lab.look import (
    BLUE,
    FURTHER_COLORS,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    look,
    tone,
)
from ausrec.lab.plots.axes import REFERENCE, name_panel, new_figure
from ausrec.lab.plots.labels import WIDTH

USER, ITEM, OTHER = SKY, ORANGE, "#B8BEC5"
# Sky blue and orange come late: they are users and items where there are no groups.
GROUP_COLORS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, FURTHER_COLORS[0])
Node = tuple[str, int]


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
    social, rated = _edges(graph, shown, items)
    network = nx.Graph()
    network.add_nodes_from(("user", user) for user in shown)
    network.add_edges_from(social, weight=1.0)
    network.add_edges_from(rated, weight=1.0)
    places = nx.kamada_kawai_layout(network)
    figure = new_figure("", WIDTH, 0.72 * WIDTH, placed=True)
    ax = figure.add_axes((0.01, 0.01, 0.82, 0.9))
    ax.set_axis_off()
    ax.set_title(title, pad=6)
    nx.draw_networkx_edges(network, places, rated, edge_color=OTHER, width=1.2, ax=ax)
    _draw_social(network, places, social, ax)
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
        ax.annotate(
            graph[node[0]].name[node[1]],
            (x, y),
            (0, 8),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=tone("ink") if node[0] == "user" else tone("muted"),
            parse_math=False,
            bbox={"facecolor": tone("background"), "edgecolor": "none", "pad": 0.4, "alpha": 0.8},
        )
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
    figure = new_figure(title, WIDTH, 3.6)
    axes = figure.subplots(1, len(degrees), squeeze=False)[0]
    for ax, (name, degree) in zip(axes, degrees.items(), strict=True):
        # Bins hold equally many whole numbers, or gaps would show that are none.
        width = -(-int(degree.max() - degree.min() + 1) // 24)
        bins = np.arange(degree.min() - 0.5, degree.max() + width, width)
        ax.hist(degree, bins=bins, color=BLUE)
        median = float(np.median(degree))
        ax.axvline(median, color=tone("ink"), linewidth=1.4, linestyle=REFERENCE)
        name_panel(ax, f"median {median:.0f}, largest {degree.max()}")
        ax.set(xlabel=name, ylabel="")
    axes[0].set_ylabel("number of nodes")
    return figure


def _edges(
    graph: HeteroData, shown: list[int], items: bool
) -> tuple[list[tuple[Node, Node]], list[tuple[Node, Node]]]:
    inside = set(shown)
    social = [
        (("user", one), ("user", other))
        for one, other in graph[TRUSTS].edge_index.T.tolist()
        if {one, other} <= inside and one != other
    ]
    rated = [
        (("user", user), ("item", item))
        for user, item in graph[RATES].edge_index.T.tolist()
        if items and user in inside
    ]
    return social, rated


def _draw_social(
    network: nx.Graph,
    places: Mapping[Node, NDArray[np.float64]],
    social: list[tuple[Node, Node]],
    ax: Axes,
) -> None:
    known = set(social)
    mutual = [(one, other) for one, other in social if (other, one) in known and one < other]
    one_way = [(one, other) for one, other in social if (other, one) not in known]
    style = {"edge_color": tone("muted"), "width": 2.2, "ax": ax}
    nx.draw_networkx_edges(network, places, mutual, **style)
    directed = nx.DiGraph(one_way)
    arrows = {"arrowsize": 16, "node_size": 190}
    nx.draw_networkx_edges(directed, places, one_way, **style, **arrows)


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
