"""Formulas: every evaluation agrees with Python sets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from ausrec.errors import AusrecError
from ausrec.graph.dense_pairs import from_bits
from ausrec.graph.formula import Formula, Walk
from tests.graph.oracle import Relation, compose


def random_walks(seed: int, num_users: int) -> tuple[Walk, Walk, Relation, Relation]:
    rng = np.random.default_rng(seed)
    social, rates = rng.random((num_users, num_users)) < 0.15, rng.random((num_users, 9)) < 0.2
    sets = [set(zip(*(p.tolist() for p in np.nonzero(m)), strict=True)) for m in (social, rates)]
    return Walk(csr_array(social)), Walk(csr_array(rates)), sets[0], sets[1]


@given(st.integers(0, 10_000), st.sampled_from([1, 7, 70]))
def test_operators_are_those_of_sets(seed: int, num_users: int) -> None:
    s, r, links, rated = random_walks(seed, num_users)
    back = {(i, u) for u, i in rated}
    either = links | {(v, u) for u, v in links}
    expected: list[tuple[Formula, Relation]] = [
        (s @ s, compose(links, links)),
        (r @ r.T, compose(rated, back)),
        (s @ r @ r.T, compose(compose(links, rated), back)),
        ((s @ s) & s, compose(links, links) & links),
        ((s @ s) | s, compose(links, links) | links),
        ((s @ s) - s, compose(links, links) - links),
        (s.symmetric(), either),
        ((r @ r.T).without_self(), {(u, v) for u, v in compose(rated, back) if u != v}),
    ]
    everybody = np.arange(num_users)
    for formula, pairs in expected:
        dense = np.zeros(formula.shape, dtype=bool)
        for u, v in pairs:
            dense[u, v] = True
        assert (formula.rows(everybody).toarray() == dense).all()
        assert (from_bits(formula.bits(), formula.shape[1]).toarray() == dense).all()
        some = everybody[::-3]
        assert (formula.rows(some).toarray() == dense[some]).all()
        every = np.indices(dense.shape).reshape(2, -1)
        assert (formula.holds(*every) == dense.ravel()).all()
        if formula.walk is not None:
            reached = formula.walk.count(*every) > 0
            assert (formula.holds(*every, reached) == dense.ravel()).all()
            assert (reached >= dense.ravel()).all()


def test_walks_are_counted_by_pair_and_in_all() -> None:
    first, second = np.array([[1, 1, 0], [0, 1, 0]]), np.array([[1, 0], [1, 1], [0, 0]])
    for walk, counts in (
        (Walk(csr_array(first)), first),
        (Walk(csr_array(first), csr_array(second)), first @ second),
        (Walk(csr_array(first), csr_array(second), csr_array(first)), first @ second @ first),
    ):
        assert walk.count(*np.indices(counts.shape).reshape(2, -1)).tolist() == [*counts.ravel()]
        assert walk.num_walks == counts.sum()


def test_shapes_that_do_not_fit_are_refused() -> None:
    square, wide = Walk(csr_array(np.eye(3))), Walk(csr_array(np.ones((3, 5))))
    with pytest.raises(AusrecError, match="cannot step"):
        wide @ square
    with pytest.raises(AusrecError, match="cannot combine"):
        square & wide
