import pytest
from torch_geometric.data import HeteroData

from ausrec.data import a_dozen_users
from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_RELATIONS, metapath
from ausrec.lab import GraphExplorer
from ausrec.lab.panels.graph_explorer import _offered
from tests.graphs import both, make_graph


@pytest.fixture
def explorer() -> GraphExplorer:
    links = both([(0, 1), (0, 2), (1, 2), (2, 3)])
    return GraphExplorer(make_graph(5, 2, [(0, 0), (1, 0), (3, 1)], links))


def test_picking_changes_partner_words_and_picture(explorer: GraphExplorer) -> None:
    before = explorer.html()
    assert "user 0 and user 1 are linked and have common friends: user 2." in before
    explorer.set(relation="two_hop")
    assert [each.user for each in explorer.related] == [3] == [explorer.state["partner"]]
    after = explorer.html()
    assert "user 0 and user 3 are not linked" in after
    assert before.split('src="')[1][:2000] != after.split('src="')[1][:2000]
    explorer.set(user=3)
    assert explorer.state["partner"] == 0
    assert "two links apart, over user 2." in explorer.html()


def test_nobody_related_is_said_without_a_picture(explorer: GraphExplorer) -> None:
    explorer.set(user=4)
    assert explorer.state["partner"] is None and explorer.related == []
    assert "<img" not in explorer.html()
    assert "user 4 [4] is related to nobody in this way." in explorer.text()


def test_a_relation_of_ones_own_can_be_picked() -> None:
    dozen = a_dozen_users()
    path = metapath("user", "item", "genre", "item", "user")
    explorer = GraphExplorer(dozen, user=3, relation="same_genre", relations={"same_genre": path})
    assert explorer.offered["relation"].text("same_genre") == "Same genre"
    html = explorer.html()
    assert "users joined by the meta-path user–item–genre–item–user" in html
    assert "are joined by same genre over " in explorer.text()
    explorer.set(relation="two_hop")
    assert "two links apart" in explorer.text()
    with pytest.raises(AusrecError, match="did you mean 'same_genre'"):
        explorer.show(relation="same_gnre")


def test_all_cases_of_a_small_graph_are_in_the_page() -> None:
    explorer = GraphExplorer(a_dozen_users())
    data = explorer.data()
    assert [len(users) for users in data["cases"].values()] == [12] * 7
    for relation, users in data["cases"].items():
        for user, answers in users.items():
            explorer.show(user, relation)
            assert [answer[:2] for answer in answers] == [list(each) for each in explorer.related]
            for partner, _, over, walks in answers:
                assert over == explorer.over(partner)
                assert all((walk[0], walk[-1]) == (user, partner) for walk in walks)


def test_of_a_large_graph_the_kernel_answers(club: HeteroData) -> None:
    explorer = GraphExplorer(club, user=3, relation="metapath_uuiu")
    widget = explorer.view
    widget.state = explorer.state | {"user": 7, "partner": None}
    assert list(widget.data["cases"]["metapath_uuiu"]) == [7]
    assert widget.state["partner"] == explorer.related[0].user
    assert widget.data["total"] == len(explorer.related) > 100


def test_picking_by_code(explorer: GraphExplorer) -> None:
    assert explorer.show(1, "metapath_uiu", 0) is explorer
    assert (explorer.state["user"], explorer.state["partner"]) == (1, 0)
    assert explorer.text() == (
        "GraphExplorer: user 1 [1], meta-path u-i-u, 1 related users. "
        "user 1 and user 0 chose the same: item 0."
    )
    with pytest.raises(AusrecError, match="user 3 is not related to user 1 by 'metapath_uiu'"):
        explorer.show(partner=3)


def test_of_many_users_the_busiest_are_offered() -> None:
    rates = [(user, item) for user in range(2500) for item in range(1 + (user >= 1000))]
    offered = _offered(make_graph(2500, 2, rates, [(0, 1)]), 900)
    assert len(offered) == 2001
    assert 900 in offered and set(range(1000, 2500)) <= set(offered)


def test_names_are_escaped(club: HeteroData) -> None:
    graph = make_graph(3, 1, [(0, 0)], both([(0, 1)]))
    graph["user"].name = ["<b>Ann</b>", "Bob & Co", "Eve"]
    html = GraphExplorer(graph, relation="social_link").html()
    assert "<b>" not in html and "&lt;b&gt;Ann&lt;/b&gt;" in html and "Bob &amp; Co" in html


@pytest.mark.parametrize(
    ("relation", "user", "partner", "expected"),
    [
        ("social_triangle", 0, 1, "user 0 and user 1 are linked and have common friends: user 2."),
        ("joint_triangle", 0, 1, "user 0 and user 1 are linked and chose the same: item 0."),
        ("social_link", 5, 0, "user 5 and user 0 are joined by a social link."),
        ("two_hop", 0, 3, "user 0 and user 3 are not linked, but two links apart, over user 2."),
        (
            "three_hop",
            0,
            4,
            "user 0 and user 4 are three links apart and no fewer, over user 2, then user 3.",
        ),
        ("metapath_uiu", 2, 4, "user 2 and user 4 chose the same: item 1."),
        (
            "metapath_uuiu",
            0,
            4,
            "user 0 and user 4 meet over what a friend chose: item 1 (chosen by user 2).",
        ),
    ],
)
def test_the_reason_is_named(relation: str, user: int, partner: int, expected: str) -> None:
    links = [*both([(0, 1), (0, 2), (1, 2), (2, 3), (3, 4)]), (5, 0)]
    graph = make_graph(6, 2, [(0, 0), (1, 0), (2, 1), (4, 1)], links)
    assert GraphExplorer(graph).show(user, relation, partner).sentence() == expected


def test_many_reasons_are_cut_short() -> None:
    links = both([(0, n) for n in (2, 3, 4)] + [(1, n) for n in (2, 3, 4)])
    explorer = GraphExplorer(make_graph(5, 1, [(0, 0)], links), relation="two_hop")
    assert explorer.over(1, most=2) == "user 2; user 3, and 1 more"


def test_a_relation_of_ones_own_that_is_no_path_is_a_bare_link() -> None:
    graph = make_graph(3, 2, [(0, 0), (1, 1)], both([(0, 1)]))
    ours = {"by_link": lambda graph: STRUCTURAL_RELATIONS["social_link"](graph)}
    explorer = GraphExplorer(graph, relation="by_link", relations=ours)
    assert explorer.sentence() == "user 0 and user 1 are joined by by link."
    assert explorer.meaning("by_link") == "users joined by a relation of your own"
