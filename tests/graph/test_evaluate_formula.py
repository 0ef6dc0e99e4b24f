"""How a relation is kept follows from its size (that all kinds answer alike: test_pairs.py)."""

from ausrec.graph.dense_pairs import BitPairs
from ausrec.graph.evaluate_formula import to_pairs
from ausrec.graph.lazy_pairs import LazyPairs
from ausrec.graph.pairs import StoredPairs
from ausrec.graph.relations import metapath_uiu, social_triangle, two_hop
from ausrec.graph.sampled_pairs import SampledPairs
from tests.graphs import make_graph, random_graph


def test_the_size_decides() -> None:
    graph = random_graph(60, 30, 0)
    large = {"most_stored": 10, "most_bytes": 10}
    relation = metapath_uiu(graph)
    assert isinstance(to_pairs(relation), StoredPairs)
    assert isinstance(to_pairs(relation, most_stored=10), BitPairs)
    assert isinstance(to_pairs(relation, **large), LazyPairs)
    number = relation.walk.num_walks
    assert type(to_pairs(relation, **large, most_walks=number)) is LazyPairs
    assert isinstance(to_pairs(relation, **large, most_walks=number - 1), SampledPairs)


def test_where_links_bound_the_pairs_these_are_tried() -> None:
    graph = random_graph(60, 30, 0)
    pairs = to_pairs(social_triangle(graph), most_stored=1, most_bytes=1, most_walks=0)
    assert type(pairs) is LazyPairs


def test_where_hardly_a_walk_leads_to_a_pair_all_are_counted() -> None:
    everybody = [(u, v) for u in range(6) for v in range(6) if u != v]
    graph = make_graph(6, 2, rates=[(0, 0)], trusts=everybody)
    # All users trust each other, so that nobody is at two steps who is not at one.
    assert to_pairs(two_hop(graph), most_bytes=1, most_walks=0).num_pairs == 0
