"""Reasons in words, on the graph of the tests of reasons."""

import pytest

from ausrec.graph import STRUCTURAL_RELATIONS, metapath
from ausrec.graph.reasons import Reasons
from ausrec.lab.panels.reason_words import meaning, name_reasons, sentence
from tests.graphs import both, edges, make_graph


@pytest.fixture
def reasons() -> Reasons:
    links = [*both([(0, 1), (0, 2), (1, 2), (2, 3), (3, 4)]), (5, 0)]
    return Reasons(make_graph(6, 2, [(0, 0), (1, 0), (2, 1), (4, 1)], links))


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
def test_the_reason_is_named(
    reasons: Reasons, relation: str, user: int, partner: int, expected: str
) -> None:
    assert partner in [related.user for related in reasons.related(relation, user)]
    assert sentence(reasons, relation, user, partner) == expected


def test_many_reasons_are_cut_short() -> None:
    links = both([(0, n) for n in (2, 3, 4)] + [(1, n) for n in (2, 3, 4)])
    reasons = Reasons(make_graph(5, 1, [(0, 0)], links))
    assert name_reasons(reasons, "two_hop", 0, 1, most=2) == "user 2; user 3, and 1 more"


def test_relations_of_ones_own_are_told() -> None:
    graph = make_graph(3, 2, [(0, 0), (1, 1)], both([(0, 1)]))
    graph["genre"].num_nodes = 1
    graph["item", "has", "genre"].edge_index = edges([(0, 0), (1, 0)])
    ours = {
        "same_genre": metapath("user", "item", "genre", "item", "user"),
        "by_link": lambda graph: STRUCTURAL_RELATIONS["social_link"](graph),
    }
    reasons = Reasons(graph, ours)
    assert sentence(reasons, "same_genre", 0, 1) == (
        "user 0 and user 1 are joined by same genre over item 0, then genre 0, then item 1."
    )
    assert meaning(reasons, "same_genre") == (
        "users joined by the meta-path user–item–genre–item–user"
    )
    assert sentence(reasons, "by_link", 0, 1) == "user 0 and user 1 are joined by by link."
    assert meaning(reasons, "by_link") == "users joined by a relation of your own"
