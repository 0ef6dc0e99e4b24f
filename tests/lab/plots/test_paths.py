from matplotlib.collections import PathCollection

from ausrec.graph import metapath
from ausrec.graph.reasons import Reasons
from ausrec.lab.plots.paths import draw_ego
from tests.graphs import both, edges, make_graph


def words(relation: str, chosen: int, partners: list[int]) -> dict[str, tuple[float, float]]:
    links = both([(0, 1), (0, 2), (1, 3), (2, 3), (2, 4)])
    graph = make_graph(5, 1, [(1, 0), (4, 0)], links)
    figure = draw_ego(Reasons(graph), relation, 0, partners, chosen)
    return {text.get_text(): text.xy for text in figure.axes[0].texts}  # type: ignore[attr-defined]


def test_columns_lead_from_the_user_to_the_related_ones() -> None:
    places = words("two_hop", 3, [3, 4])
    assert set(places) == {"user 0", "user 1", "user 2", "user 3", "user 4"}
    columns = {name: place[0] for name, place in places.items()}
    assert columns["user 0"] == 0
    assert columns["user 1"] == columns["user 2"] == 1
    assert columns["user 3"] == columns["user 4"] == 2
    # All of the chosen one's friends in between are drawn, of the others one each.
    assert "user 1" not in words("two_hop", 4, [4])


def test_nobody_stands_on_another() -> None:
    places = list(words("two_hop", 3, [3, 4]).values())
    assert len(set(places)) == len(places)


def test_items_and_bare_links_can_be_drawn() -> None:
    assert {"user 1", "item 0", "user 4"} <= set(words("metapath_uuiu", 4, [4]))
    assert set(words("social_link", 1, [1])) == {"user 0", "user 1"}


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
