"""Meta-paths over any node types."""

import numpy as np
import pytest
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.graph import AddRelation, add_relations, metapath, relation_pairs
from tests.graph.oracle import compose, pairs_of
from tests.graphs import edges, random_graph


def with_genres() -> HeteroData:
    graph = random_graph(12, 6, 2, rates=0.1)
    graph["genre"].num_nodes = 3
    graph["item", "has", "genre"].edge_index = edges([(0, 0), (1, 0), (2, 1), (3, 1), (4, 2)])
    return graph


def test_a_path_over_genres_relates_users_of_the_same_genre() -> None:
    graph = with_genres()
    graph = AddRelation("genre", metapath("user", "item", "genre", "item", "user"))(graph)
    rated, has = pairs_of(graph, "user", "rates", "item"), pairs_of(graph, "item", "has", "genre")
    likes = compose(rated, has)
    expected = compose(likes, {(g, u) for u, g in likes})
    found = pairs_of(graph, "user", "genre", "user")
    assert found == {(u, v) for u, v in expected if u != v}


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("metapath_uiu", ("user", "rates", "item", "rates", "user")),
        ("metapath_uiu", ("user", "item", "user")),
        ("metapath_uuiu", ("user", "trusts", "user", "rates", "item", "rates", "user")),
        ("metapath_uuiu", ("user", "user", "item", "user")),
        ("social_link", ("user", "user")),
    ],
)
def test_the_structural_meta_paths_by_name(name: str, steps: tuple[str, ...]) -> None:
    # The relation is already in the graph: it must not make the step user–user ambiguous.
    graph = add_relations(with_genres(), [name])
    graph = AddRelation("mine", metapath(*steps))(graph)
    expected = relation_pairs(graph, name).edge_index().tolist()
    assert relation_pairs(graph, "mine").edge_index().tolist() == expected


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (("itm", "user", "itm"), "no nodes 'itm'; did you mean 'item'"),
        (("item", "user"), "must start and end at the same node type"),
        (("user", "genre", "user"), "no edges 'user–genre'"),
        (("user", "likes", "item", "user"), "nor an edge type 'likes'"),
        (
            ("user", "itm", "user"),
            "neither a node type nor an edge type 'itm'; did you mean 'it",
        ),
        (("user", "rates", "trusts", "user"), "between two edge types a node type is needed"),
    ],
)
def test_impossible_paths_are_told(steps: tuple[str, ...], words: str) -> None:
    with pytest.raises(AusrecError, match=words):
        AddRelation("x", metapath(*steps))(with_genres())


def test_a_path_may_lead_from_items_back_to_items() -> None:
    graph = AddRelation("genre", metapath("item", "genre", "item"))(with_genres())
    assert pairs_of(graph, "item", "genre", "item") == {(0, 1), (1, 0), (2, 3), (3, 2)}
    assert relation_pairs(graph, "genre").num_rows == 6
    # The relation between items is not an edge to walk on.
    assert AddRelation("again", metapath("item", "genre", "item"))(graph)
    with pytest.raises(AusrecError, match="no edges 'item–item'"):
        AddRelation("x", metapath("item", "item"))(graph)


def test_an_ambiguous_step_asks_for_the_edge_type() -> None:
    graph = with_genres()
    graph["user", "follows", "user"].edge_index = edges([(0, 1)])
    with pytest.raises(AusrecError, match=r"several edge types join 'user' and 'user' \(trusts, f"):
        AddRelation("x", metapath("user", "user"))(graph)


def test_a_meta_path_remembers_its_steps() -> None:
    path = metapath("user", "trusts", "user", "item", "user")
    assert str(path) == "user–trusts–user–item–user"
    graph = with_genres()
    kinds, walks = zip(*path.walks(graph), strict=True)
    assert kinds == ("user", "item", "user")
    assert [walk.shape for walk in walks] == [(12, 12), (12, 6), (6, 12)]
    joined = walks[0] @ walks[1] @ walks[2]
    everybody = np.arange(12)
    found = path(graph).rows(everybody).toarray()
    assert np.array_equal(found, joined.without_self().rows(everybody).toarray())
