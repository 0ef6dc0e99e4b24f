"""Pairs that nobody has counted are drawn as those that are stored."""

from collections import Counter

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import chisquare

from ausrec.errors import AusrecError
from ausrec.graph import RELATIONS, has_negative
from ausrec.graph.formula import Walk
from ausrec.graph.pairs import StoredPairs
from ausrec.graph.sampled_pairs import SampledPairs
from tests.graphs import random_graph

GRAPH = random_graph(14, 10, 3)
WALKED = ("two_hop", "three_hop", "metapath_uiu", "metapath_uuiu")


def both(name: str) -> tuple[SampledPairs, StoredPairs]:
    formula = RELATIONS[name](GRAPH)
    assert formula.walk is not None
    return SampledPairs(formula, formula.walk), StoredPairs(formula.rows(np.arange(14)))


@pytest.mark.parametrize("uniform", ["pairs", "users"])
@pytest.mark.parametrize("name", WALKED)
def test_the_distribution_is_that_of_the_pairs_that_are_stored(name: str, uniform: str) -> None:
    sampled, stored = both(name)
    among = np.arange(14) % 4 > 0
    rows, columns = sampled.draw(20_000, np.random.default_rng(0), uniform, among)
    counts = Counter(zip(rows.tolist(), columns.tolist(), strict=True))
    pairs = [(u, v) for u, v in stored.edge_index().T.tolist() if among[u]]
    partners = Counter(u for u, _ in pairs)
    chances = [1 / len(pairs) if uniform == "pairs" else 1 / partners[u] for u, _ in pairs]
    expected = 20_000 * np.array(chances) / sum(chances)
    assert set(counts) <= set(pairs)
    assert chisquare([counts[pair] for pair in pairs], expected).pvalue > 0.001


@pytest.mark.parametrize("name", WALKED)
def test_the_number_of_pairs_is_estimated(name: str) -> None:
    sampled, stored = both(name)
    assert sampled.num_pairs == pytest.approx(stored.num_pairs, rel=0.1)
    assert (sampled.counts >= stored.counts).all()
    assert repr(sampled) == f"SampledPairs(num_pairs≈{sampled.num_pairs:.2g})"


def test_the_generator_decides_about_a_draw() -> None:
    sampled, _ = both("metapath_uuiu")
    first, again = (sampled.draw(9, np.random.default_rng(1)) for _ in range(2))
    assert np.array_equal(first, again)


def test_a_row_of_which_every_column_is_a_partner_has_no_negative() -> None:
    rates = Walk(csr_array(np.array([[1, 1], [1, 0], [1, 0], [0, 1], [0, 1]])))
    formula = (rates @ rates.T).without_self()
    sampled = SampledPairs(formula, rates @ rates.T)
    assert has_negative(sampled, exclude_self=True).tolist() == [False, True, True, True, True]


def test_a_relation_without_pairs_is_refused() -> None:
    alone = Walk(csr_array(np.eye(3)))
    sampled = SampledPairs(alone.without_self(), alone)
    assert sampled.num_pairs == 0
    for uniform in ("pairs", "users"):
        with pytest.raises(AusrecError, match="leave this task out"):
            sampled.draw(2, np.random.default_rng(0), uniform)
