"""Bit matrices against dense ones."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from ausrec.graph.dense_pairs import bytes_needed, from_bits, or_product, to_bits


@given(
    st.integers(1, 8), st.integers(1, 12), st.sampled_from([1, 63, 64, 65, 200]), st.integers(0, 99)
)
def test_product_is_the_boolean_matrix_product(rows: int, inner: int, columns: int, seed: int):
    rng = np.random.default_rng(seed)
    left, right = rng.random((rows, inner)) < 0.3, rng.random((inner, columns)) < 0.3
    packed = to_bits(csr_array(right))
    assert packed.nbytes == bytes_needed(inner, columns)
    product = from_bits(or_product(csr_array(left), packed), columns)
    assert (product.toarray() == (left.astype(int) @ right.astype(int) > 0)).all()


def test_the_bits_of_one_row_by_hand() -> None:
    row = np.zeros((1, 66), dtype=bool)
    row[0, [0, 2, 65]] = True
    assert to_bits(csr_array(row)).tolist() == [[0b101, 0b10]]
