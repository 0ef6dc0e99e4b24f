"""Evaluate a formula into the set of pairs that suits its size."""

import numpy as np

from ausrec.graph.dense_pairs import BitPairs, bytes_needed
from ausrec.graph.formula import Formula
from ausrec.graph.lazy_pairs import LazyPairs
from ausrec.graph.pairs import Pairs, StoredPairs
from ausrec.graph.sampled_pairs import SampledPairs

LEAST_ACCEPTED = 0.01
"""A relation is sampled where at least this share of its walks is accepted."""

MOST_STORED = 2_000_000
"""Up to this many pairs are kept as an edge list."""

MOST_BYTES = 2**29
"""Up to this size a denser relation is kept as a bit matrix; beyond, its rows are computed when
drawn."""

MOST_WALKS = 200_000_000
"""A relation that is no bit matrix, and to which more walks lead, is not counted: its pairs are
drawn by walking."""


def to_pairs(formula: Formula) -> Pairs:
    """Evaluate a formula into the set of pairs that suits its size."""
    if bytes_needed(*formula.shape) <= MOST_BYTES:
        pairs: Pairs = BitPairs(formula.bits(), formula.shape[1])
    elif formula.walk is not None and formula.walk.num_walks > MOST_WALKS:
        sampled = SampledPairs(formula, formula.walk)
        return sampled if sampled.rate >= LEAST_ACCEPTED else LazyPairs(formula)
    else:
        pairs = LazyPairs(formula)
    everybody = np.arange(formula.shape[0])
    return StoredPairs(pairs.partners(everybody)) if pairs.num_pairs <= MOST_STORED else pairs
