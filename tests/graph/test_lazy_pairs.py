"""Lazy pairs count in blocks (their answers are tested with all kinds in test_pairs.py)."""

import numpy as np
from scipy.sparse import csr_array

from ausrec.graph.formula import Walk
from ausrec.graph.lazy_pairs import BLOCK, LazyPairs


def test_counts_over_several_blocks() -> None:
    matrix = np.random.default_rng(0).random((2 * BLOCK + 5, 30)) < 0.1
    pairs = LazyPairs(Walk(csr_array(matrix)))
    assert pairs.counts.tolist() == matrix.sum(axis=1).tolist()
    assert repr(pairs) == f"LazyPairs(num_pairs={matrix.sum()})"
