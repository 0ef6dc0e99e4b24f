"""The questions that every set of pairs answers, whichever way it is stored."""

from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import chisquare

from ausrec.errors import AusrecError
from ausrec.graph.pairs import Pairs, StoredPairs
from tests.graph.kinds import MATRIX, bits, every_kind, lazy, patterns, stored


def every_subclass() -> set[type]:
    return set(Pairs.__subclasses__())


def test_no_kind_of_pairs_is_untested() -> None:
    matrix = np.eye(2, dtype=bool)
    assert every_subclass() == {type(make(matrix)) for make in (stored, bits, lazy)}


@every_kind
@given(matrix=patterns())
def test_answers_are_those_of_the_dense_matrix(make, matrix: np.ndarray) -> None:
    pairs = make(matrix)
    rows, columns = np.nonzero(matrix)
    assert (pairs.num_rows, pairs.num_columns) == matrix.shape
    assert pairs.num_pairs == len(rows)
    assert pairs.counts.tolist() == matrix.sum(axis=1).tolist()
    assert pairs.edge_index().tolist() == [rows.tolist(), columns.tolist()]
    everything = np.indices(matrix.shape).reshape(2, -1)
    assert pairs.contains(*everything).tolist() == matrix.ravel().tolist()
    ranks = np.concatenate([np.arange(n) for n in matrix.sum(axis=1)]).astype(np.int64)
    assert pairs.select(rows, ranks).tolist() == columns.tolist()
    some = np.array([matrix.shape[0] - 1, 0])
    assert (pairs.partners(some).toarray() == matrix[some]).all()


@every_kind
@given(matrix=patterns(), seed=st.integers(0, 1000))
def test_drawn_pairs_belong(make, matrix: np.ndarray, seed: int) -> None:
    pairs, rng = make(matrix), np.random.default_rng(seed)
    if not matrix.any():
        with pytest.raises(AusrecError, match="without pairs"):
            pairs.draw(3, rng)
        return
    for uniform in ("pairs", "users"):
        rows, columns = pairs.draw(20, rng, uniform)
        assert matrix[rows, columns].all()


@every_kind
def test_uniform_over_pairs_and_uniform_over_users(make) -> None:
    pairs, rng = make(MATRIX), np.random.default_rng(0)
    counts = Counter(zip(*pairs.draw(7000, rng, "pairs"), strict=True))
    assert len(counts) == 7
    assert chisquare(list(counts.values())).pvalue > 0.001
    counts = Counter(zip(*pairs.draw(7000, rng, "users"), strict=True))
    # First one of the three rows with a partner, then one of its partners.
    expected = {(u, v): 7000 / 3 / MATRIX[u].sum() for u, v in np.argwhere(MATRIX).tolist()}
    assert set(counts) == set(expected)
    drawn = [counts[pair] for pair in expected]
    assert chisquare(drawn, list(expected.values())).pvalue > 0.001


@every_kind
def test_draws_among_some_rows(make) -> None:
    pairs = make(MATRIX)
    among = np.array([False, True, True, True])
    rows, _ = pairs.draw(100, np.random.default_rng(0), among=among)
    assert set(rows.tolist()) == {1, 3}
    with pytest.raises(AusrecError, match="without pairs"):
        pairs.draw(1, np.random.default_rng(0), among=~among & False)


def test_repeated_edges_count_once_and_nodes_without_any_have_their_place() -> None:
    pairs = StoredPairs.from_edge_index(torch.tensor([[0, 1, 0, 0], [2, 0, 2, 1]]), 3, 5)
    assert pairs.edge_index().T.tolist() == [[0, 1], [0, 2], [1, 0]]
    assert pairs.counts.tolist() == [2, 1, 0]
    assert (pairs.num_rows, pairs.num_columns) == (3, 5)
    assert pairs.select(np.array([0, 1]), np.array([1, 0])).tolist() == [2, 0]
    assert repr(pairs) == "StoredPairs(num_pairs=3)"


def test_a_matrix_in_any_order_is_a_set_in_ascending_order() -> None:
    ones, columns, starts = np.ones(4), np.array([4, 0, 4, 2]), np.array([0, 3, 4])
    pairs = StoredPairs(csr_array((ones, columns, starts), shape=(2, 5)))
    assert pairs.edge_index().T.tolist() == [[0, 0], [0, 4], [1, 2]]
    everything = np.indices((2, 5)).reshape(2, -1)
    assert np.flatnonzero(pairs.contains(*everything)).tolist() == [0, 4, 7]
