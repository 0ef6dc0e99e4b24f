"""Every kind of pairs, made of a dense matrix."""

import numpy as np
import pytest
from hypothesis import strategies as st
from scipy.sparse import csr_array

from ausrec.graph.dense_pairs import BitPairs, to_bits
from ausrec.graph.formula import Walk
from ausrec.graph.lazy_pairs import LazyPairs
from ausrec.graph.pairs import Pairs, StoredPairs

MATRIX = np.array([[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1]], dtype=bool)


def stored(matrix: np.ndarray) -> Pairs:
    return StoredPairs(csr_array(matrix))


def bits(matrix: np.ndarray) -> Pairs:
    return BitPairs(to_bits(csr_array(matrix)), matrix.shape[1])


def lazy(matrix: np.ndarray) -> Pairs:
    return LazyPairs(Walk(csr_array(matrix)))


every_kind = pytest.mark.parametrize("make", [stored, bits, lazy])


def patterns() -> st.SearchStrategy[np.ndarray]:
    sizes = st.tuples(st.integers(1, 9), st.sampled_from([1, 5, 63, 64, 65, 130]))
    return st.builds(
        lambda shape, density, seed: np.random.default_rng(seed).random(shape) < density,
        sizes,
        st.sampled_from([0.0, 0.1, 0.5, 0.95, 1.0]),
        st.integers(0, 10_000),
    )
