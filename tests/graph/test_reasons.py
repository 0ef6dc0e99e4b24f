"""Reasons on a hand-drawn graph.

Links: 0-1, 0-2, 1-2, 2-3, 3-4 (both ways), and 5 trusts 0 one way.
Items: 0 and 1 chose item 0; 2 and 4 chose item 1.
"""

import numpy as np
import pytest
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_RELATIONS, STRUCTURAL_TASKS, Between, metapath
from ausrec.graph.reasons import Node, Reasons, Related
from tests.graphs import both, edges, make_graph, random_graph


@pytest.fixture
def reasons() -> Reasons:
    links = [*both([(0, 1), (0, 2), (1, 2), (2, 3), (3, 4)]), (5, 0)]
    return Reasons(make_graph(6, 2, [(0, 0), (1, 0), (2, 1), (4, 1)], links))


def test_a_reason_is_counted_for_each_walk() -> None:
    links = both([(0, n) for n in (2, 3, 4)] + [(1, n) for n in (2, 3, 4)])
    assert Reasons(make_graph(5, 1, [(0, 0)], links)).related("two_hop", 0) == [Related(1, 3)]


def test_a_relation_that_is_no_path_has_no_walks_to_tell() -> None:
    graph = make_graph(3, 2, [(0, 0), (1, 1)], both([(0, 1)]))
    reasons = Reasons(graph, {"by_link": lambda graph: STRUCTURAL_RELATIONS["social_link"](graph)})
    assert reasons.relations == (*STRUCTURAL_TASKS, "by_link")
    assert reasons.related("by_link", 0) == [Related(1, 1)]
    assert reasons.paths("by_link", 0, 1) == [(Node("user", 0), Node("user", 1))]


def test_walks_that_turn_back_come_last(reasons: Reasons) -> None:
    paths = reasons.paths("metapath_uuiu", 1, 0)
    # 1's friend 0 chose item 0, and so did 0 itself: true, but tells nothing.
    assert paths == [(Node("user", 1), Node("user", 0), Node("item", 0), Node("user", 0))]


@pytest.mark.parametrize("relation", STRUCTURAL_TASKS)
def test_related_users_are_those_of_the_relation_each_with_its_walks(relation: str) -> None:
    graph = random_graph(15, 10, 2)
    reasons = Reasons(graph)
    expected = STRUCTURAL_RELATIONS[relation](graph).rows(np.arange(15)).toarray()
    for user in range(15):
        related = reasons.related(relation, user)
        assert sorted(each.user for each in related) == np.flatnonzero(expected[user]).tolist()
        assert related == sorted(related, key=lambda each: -each.paths)
        for partner, walks in related:
            paths = reasons.paths(relation, user, partner)
            assert len(paths) == len(set(paths)) == walks > 0
            assert all((p[0].number, p[-1].number) == (user, partner) for p in paths)


def with_genres(seed: int = 0) -> HeteroData:
    """Draw 8 users and 5 items; items 0, 1 and 2 have genre 0, items 2 and 3 genre 1."""
    graph = random_graph(8, 5, seed, rates=0.25)
    graph["genre"].num_nodes = 2
    has = [(0, 0), (1, 0), (2, 0), (2, 1), (3, 1)]
    graph["item", "has", "genre"].edge_index = edges(has)
    return graph


@pytest.mark.parametrize("seed", range(3))
def test_a_meta_path_of_ones_own_is_explained_node_by_node(seed: int) -> None:
    graph = with_genres(seed)
    path = metapath("user", "item", "genre", "item", "user")
    reasons = Reasons(graph, {"same_genre": path})
    rates = [tuple(pair) for pair in graph["user", "rates", "item"].edge_index.T.tolist()]
    has = [tuple(pair) for pair in graph["item", "has", "genre"].edge_index.T.tolist()]
    found = 0
    for user in range(8):
        expected = {
            (u, i, g, j, v)
            for u, i in rates
            for k, g in has
            for j, h in has
            for v, m in rates
            if u == user and k == i and g == h and m == j and v != user
        }
        related = reasons.related("same_genre", user)
        walked = {
            tuple(node.number for node in walk)
            for partner, _ in related
            for walk in reasons.paths("same_genre", user, partner)
        }
        assert walked == expected
        assert sum(paths for _, paths in related) == len(expected)
        found += len(expected)
    assert found


def test_ones_own_relation_may_take_the_name_of_one_of_the_seven(reasons: Reasons) -> None:
    ours = Reasons(reasons.graph, {"metapath_uiu": metapath("user", "trusts", "user")})
    assert ours.relations == STRUCTURAL_TASKS
    assert [each.user for each in ours.related("metapath_uiu", 5)] == [0]
    assert str(ours.own["metapath_uiu"]) == "user–trusts–user"


def test_relations_between_other_nodes_are_refused() -> None:
    graph = with_genres()
    with pytest.raises(AusrecError, match=r"'same' has shape \(5, 5\), but it is users who"):
        Reasons(graph, {"same": metapath("item", "genre", "item")})
    both_ends = Between("item", lambda graph: metapath("item", "genre", "item")(graph))
    with pytest.raises(AusrecError, match="let it start and end at 'user'"):
        Reasons(graph, {"same": both_ends})


def test_bad_questions_are_told(reasons: Reasons) -> None:
    with pytest.raises(AusrecError, match="did you mean 'two_hop'"):
        reasons.related("twohop", 0)
    with pytest.raises(AusrecError, match="user is 6, but must be from 0 to 5"):
        reasons.related("two_hop", 6)
    graph = make_graph(2, 1, [(0, 0)], [(0, 1)])
    del graph["user", "trusts", "user"]
    with pytest.raises(AusrecError, match="no edges 'user–trusts–user'"):
        Reasons(graph)
