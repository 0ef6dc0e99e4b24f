"""The questions that every set of pairs answers, whichever way it is stored."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import chisquare

from ausrec.errors import AusrecError
from ausrec.graph.bits import BitPairs, to_bits
from ausrec.graph.formula import Walk
from ausrec.graph.pairs import Pairs, StoredPairs
from ausrec.graph.storage import LazyPairs


def stored(matrix: np.ndarray) -> Pairs:
    return StoredPairs(csr_array(matrix))


def bits(matrix: np.ndarray) -> Pairs:
    return BitPairs(to_bits(csr_array(matrix)), matrix.shape[1])


def lazy(matrix: np.ndarray) -> Pairs:
    return LazyPairs(Walk(csr_array(matrix)))


every_kind = pytest.mark.parametrize("make", [stored, bits, lazy])


def every_subclass() -> set[type]:
    return set(Pairs.__subclasses__())


def test_no_kind_of_pairs_is_untested() -> None:
    matrix = np.eye(2, dtype=bool)
    assert every_subclass() == {type(make(matrix)) for make in (stored, bits, lazy)}


def patterns() -> st.SearchStrategy[np.ndarray]:
    sizes = st.tuples(st.integers(1, 9), st.sampled_from([1, 5, 63, 64, 65, 130]))
    return st.builds(
        lambda shape, density, seed: np.random.default_rng(seed).random(shape) < density,
        sizes,
        st.sampled_from([0.0, 0.1, 0.5, 0.95, 1.0]),
        st.integers(0, 10_000),
    )


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
def test_drawn_pairs_belong_and_negatives_do_not(make, matrix: np.ndarray, seed: int) -> None:
    pairs, rng = make(matrix), np.random.default_rng(seed)
    if not matrix.any():
        with pytest.raises(AusrecError, match="without pairs"):
            pairs.draw(3, rng)
        return
    for uniform in ("pairs", "users"):
        rows, columns = pairs.draw(20, rng, uniform)
        assert matrix[rows, columns].all()
    rows = rng.integers(0, len(matrix), 40)
    negatives = pairs.draw_unrelated(rows, rng)
    assert (pairs.has_unrelated() == ~matrix.all(axis=1)).all()
    possible = pairs.has_unrelated()[rows]
    assert not matrix[rows, negatives][possible].any()


MATRIX = np.array([[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1]], dtype=bool)


@every_kind
def test_uniform_over_pairs_and_uniform_over_users(make) -> None:
    pairs, rng = make(MATRIX), np.random.default_rng(0)
    counts = Counter(zip(*pairs.draw(7000, rng, "pairs"), strict=True))
    assert len(counts) == 7
    assert chisquare(list(counts.values())).pvalue > 0.001
    rows, _ = pairs.draw(6000, rng, "users")
    by_row = Counter(rows.tolist())
    assert set(by_row) == {0, 1, 3}
    assert chisquare(list(by_row.values())).pvalue > 0.001


@every_kind
def test_negatives_are_uniform_over_the_unrelated(make) -> None:
    pairs, rng = make(MATRIX), np.random.default_rng(0)
    drawn = Counter(pairs.draw_unrelated(np.full(6000, 1), rng).tolist())
    assert set(drawn) == {0, 2, 3}
    assert chisquare(list(drawn.values())).pvalue > 0.001
    drawn = Counter(pairs.draw_unrelated(np.full(6000, 3), rng, exclude_self=True).tolist())
    assert set(drawn) == {0, 1}


@every_kind
def test_draws_among_some_rows_and_tells_which_have_a_negative(make) -> None:
    pairs = make(MATRIX)
    assert pairs.has_unrelated().tolist() == [False, True, True, True]
    full_but_self = make(MATRIX | np.eye(4, dtype=bool)[::-1])
    assert full_but_self.has_unrelated(exclude_self=True).tolist() == [False, True, True, True]
    others = ~np.eye(3, dtype=bool)
    assert not make(others).has_unrelated(exclude_self=True).any()
    among = np.array([False, True, True, True])
    rows, _ = pairs.draw(100, np.random.default_rng(0), among=among)
    assert set(rows.tolist()) == {1, 3}
    with pytest.raises(AusrecError, match="without pairs"):
        pairs.draw(1, np.random.default_rng(0), among=~among & False)


@every_kind
def test_a_nearly_full_row_still_finds_its_only_negative(make) -> None:
    matrix = np.ones((2, 500), dtype=bool)
    matrix[0, 321] = False
    drawn = make(matrix).draw_unrelated(np.zeros(5, np.int64), np.random.default_rng(0))
    assert drawn.tolist() == [321] * 5
