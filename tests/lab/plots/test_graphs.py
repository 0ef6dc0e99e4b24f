import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba

from ausrec.data import a_dozen_users
from ausrec.graph import metapath
from ausrec.graph.reasons import Reasons
from ausrec.lab.figure import words_of
from ausrec.lab.plots.graphs import OTHER, draw_ego, ego_users, plot_degrees, plot_network
from tests.graphs import both, edges, make_graph


def words(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_ego_comes_first_and_both_ways_count() -> None:
    dozen = a_dozen_users()
    assert ego_users(dozen, 0) == [0, 1, 2]
    # Lou trusts Jon, Kim trusts Lou.
    assert ego_users(dozen, 11) == [11, 9, 10]


def test_everybody_is_drawn_with_a_name() -> None:
    dozen = a_dozen_users()
    figure = plot_network(dozen, title="All of them")
    assert set(words(figure)) >= {*dozen["user"].name, *dozen["item"].name}
    assert words_of(figure) == (
        "All of them: 12 users, 26 social links between them, 28 interactions with 10 items."
    )
    assert "user" in [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_an_ego_network_holds_its_users_alone() -> None:
    dozen = a_dozen_users()
    users = ego_users(dozen, 4)
    named = {user: "jazz" if user == 3 else "folk" for user in range(12)}
    figure = plot_network(dozen, users=users, items=False, groups=named)
    assert set(filter(None, words(figure))) == {"Dov", "Eva", "Finn", "Gus"}
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert set(legend) == {"folk", "jazz"}


def test_rare_groups_share_a_colour() -> None:
    dozen = a_dozen_users()
    figure = plot_network(dozen, items=False, groups={user: str(user) for user in range(12)})
    legend = figure.axes[0].get_legend()
    assert len(legend.get_texts()) == 8
    assert to_rgba(OTHER) in {tuple(h.get_facecolor()[0]) for h in legend.legend_handles}


def test_bins_of_degrees_hold_whole_numbers() -> None:
    (ax,) = plot_degrees({"plays": np.arange(1, 60)}).axes
    heights = [bar.get_height() for bar in ax.patches]
    assert set(heights[:-1]) == {3} and sum(heights) == 59


def test_degrees_have_a_panel_each() -> None:
    figure = plot_degrees({"plays": np.array([1, 2, 2, 9]), "friends": np.array([3, 3])})
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    assert titles == ["median 2, largest 9", "median 3, largest 3"]
    heights = [sum(bar.get_height() for bar in ax.patches) for ax in figure.axes]
    assert heights == [4, 2]


def drawn_at(relation: str, chosen: int, partners: list[int]) -> dict[str, tuple[float, float]]:
    links = both([(0, 1), (0, 2), (1, 3), (2, 3), (2, 4)])
    graph = make_graph(5, 1, [(1, 0), (4, 0)], links)
    figure = draw_ego(Reasons(graph), relation, 0, partners, chosen)
    return {text.get_text(): text.xy for text in figure.axes[0].texts}  # type: ignore[attr-defined]


def test_columns_lead_from_the_user_to_the_related_ones() -> None:
    places = drawn_at("two_hop", 3, [3, 4])
    assert set(places) == {"user 0", "user 1", "user 2", "user 3", "user 4"}
    columns = {name: place[0] for name, place in places.items()}
    assert columns["user 0"] == 0
    assert columns["user 1"] == columns["user 2"] == 1
    assert columns["user 3"] == columns["user 4"] == 2
    # All of the chosen one's friends in between are drawn, of the others one each.
    assert "user 1" not in drawn_at("two_hop", 4, [4])


def test_nobody_stands_on_another() -> None:
    places = list(drawn_at("two_hop", 3, [3, 4]).values())
    assert len(set(places)) == len(places)


def test_items_and_bare_links_can_be_drawn() -> None:
    assert {"user 1", "item 0", "user 4"} <= set(drawn_at("metapath_uuiu", 4, [4]))
    assert set(drawn_at("social_link", 1, [1])) == {"user 0", "user 1"}


def test_every_node_type_has_its_shape() -> None:
    graph = make_graph(2, 2, [(0, 0), (1, 1)], both([(0, 1)]))
    graph["genre"].num_nodes = 1
    graph["item", "has", "genre"].edge_index = edges([(0, 0), (1, 0)])
    path = {"same_genre": metapath("user", "item", "genre", "item", "user")}
    figure = draw_ego(Reasons(graph, path), "same_genre", 0, [1], 1)
    assert {"item 0", "genre 0", "item 1"} <= {t.get_text() for t in figure.axes[0].texts}
    nodes = [drawn for drawn in figure.axes[0].collections if isinstance(drawn, PathCollection)]
    assert sorted(len(drawn.get_offsets()) for drawn in nodes) == [1, 2, 2]
    shapes = {tuple(map(tuple, drawn.get_paths()[0].vertices.round(3))) for drawn in nodes}
    assert len(shapes) == 3
