"""How a relation is kept follows from its size (that all kinds answer alike: test_pairs.py)."""

import pytest

from ausrec.graph import evaluate_formula
from ausrec.graph.dense_pairs import BitPairs
from ausrec.graph.evaluate_formula import to_pairs
from ausrec.graph.lazy_pairs import LazyPairs
from ausrec.graph.pairs import StoredPairs
from ausrec.graph.relations import metapath_uiu, social_triangle, two_hop
from ausrec.graph.sampled_pairs import SampledPairs
from tests.graphs import make_graph, random_graph


def test_the_size_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    relation = metapath_uiu(random_graph(60, 30, 0))
    assert isinstance(to_pairs(relation), StoredPairs)
    monkeypatch.setattr(evaluate_formula, "MOST_STORED", 10)
    assert isinstance(to_pairs(relation), BitPairs)
    monkeypatch.setattr(evaluate_formula, "MOST_BYTES", 10)
    assert isinstance(to_pairs(relation), LazyPairs)
    number = relation.walk.num_walks
    monkeypatch.setattr(evaluate_formula, "MOST_WALKS", number)
    assert type(to_pairs(relation)) is LazyPairs
    monkeypatch.setattr(evaluate_formula, "MOST_WALKS", number - 1)
    assert isinstance(to_pairs(relation), SampledPairs)


@pytest.fixture
def nothing_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, most in (("MOST_STORED", 1), ("MOST_BYTES", 1), ("MOST_WALKS", 0)):
        monkeypatch.setattr(evaluate_formula, name, most)


@pytest.mark.usefixtures("nothing_is_small")
def test_where_links_bound_the_pairs_these_are_tried() -> None:
    pairs = to_pairs(social_triangle(random_graph(60, 30, 0)))
    assert type(pairs) is LazyPairs


@pytest.mark.usefixtures("nothing_is_small")
def test_where_hardly_a_walk_leads_to_a_pair_all_are_counted() -> None:
    everybody = [(u, v) for u in range(6) for v in range(6) if u != v]
    graph = make_graph(6, 2, rates=[(0, 0)], trusts=everybody)
    # All users trust each other, so that nobody is at two steps who is not at one.
    assert to_pairs(two_hop(graph)).num_pairs == 0
