"""Negatives are unrelated, and uniform among the unrelated, whichever way pairs are stored."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from ausrec.graph import draw_negatives, has_negative
from tests.graph.kinds import MATRIX, every_kind, patterns


@every_kind
@given(matrix=patterns(), seed=st.integers(0, 1000))
def test_negatives_do_not_belong(make, matrix: np.ndarray, seed: int) -> None:
    pairs, rng = make(matrix), np.random.default_rng(seed)
    rows = rng.integers(0, len(matrix), 40)
    negatives = draw_negatives(pairs, rows, rng)
    assert (has_negative(pairs) == ~matrix.all(axis=1)).all()
    assert not matrix[rows, negatives][has_negative(pairs)[rows]].any()


@every_kind
def test_negatives_are_uniform_over_the_unrelated(make) -> None:
    pairs, rng = make(MATRIX), np.random.default_rng(0)
    drawn = Counter(draw_negatives(pairs, np.full(6000, 1), rng).tolist())
    assert set(drawn) == {0, 2, 3}
    assert chisquare(list(drawn.values())).pvalue > 0.001
    drawn = Counter(draw_negatives(pairs, np.full(6000, 3), rng, exclude_self=True).tolist())
    assert set(drawn) == {0, 1}


@every_kind
def test_it_tells_which_rows_have_a_negative(make) -> None:
    pairs = make(MATRIX)
    assert has_negative(pairs).tolist() == [False, True, True, True]
    full_but_self = make(MATRIX | np.eye(4, dtype=bool)[::-1])
    assert has_negative(full_but_self, exclude_self=True).tolist() == [False, True, True, True]
    others = ~np.eye(3, dtype=bool)
    assert not has_negative(make(others), exclude_self=True).any()


@every_kind
def test_a_nearly_full_row_still_finds_its_only_negative(make) -> None:
    matrix = np.ones((2, 500), dtype=bool)
    matrix[0, 321] = False
    drawn = draw_negatives(make(matrix), np.zeros(5, np.int64), np.random.default_rng(0))
    assert drawn.tolist() == [321] * 5


@every_kind
def test_negatives_of_a_nearly_full_row_are_uniform(make) -> None:
    """Nearly all of them are drawn from the complement, since guessing hardly ever finds one."""
    matrix = np.ones((2, 4000), dtype=bool)
    matrix[0, [3, 2000, 3999]] = False
    rng = np.random.default_rng(0)
    drawn = Counter(draw_negatives(make(matrix), np.zeros(600, np.int64), rng).tolist())
    assert set(drawn) == {3, 2000, 3999}
    assert chisquare(list(drawn.values())).pvalue > 0.001


@every_kind
def test_a_full_row_gets_any_column_and_nobody_gets_themselves_from_the_complement(make) -> None:
    matrix = np.ones((2, 300), dtype=bool)
    matrix[0, [0, 7]] = False
    rng, rows = np.random.default_rng(0), np.array([0] * 30 + [1] * 30)
    drawn = draw_negatives(make(matrix), rows, rng, exclude_self=True)
    assert set(drawn[:30].tolist()) == {7}
    assert len(set(drawn[30:].tolist())) > 20
