"""Evaluate a formula into the set of pairs that suits its size."""

import numpy as np

from ausrec.graph.dense_pairs import BitPairs, bytes_needed
from ausrec.graph.formula import Formula
from ausrec.graph.lazy_pairs import LazyPairs
from ausrec.graph.pairs import Pairs, StoredPairs
from ausrec.graph.sampled_pairs import SampledPairs

LEAST_ACCEPTED = 0.01
"""A relation is sampled where at least this share of its walks is accepted."""


def to_pairs(
    formula: Formula,
    *,
    most_stored: int = 2_000_000,
    most_bytes: int = 2**29,
    most_walks: int = 200_000_000,
) -> Pairs:
    """Evaluate a formula into the set of pairs that suits its size.

    Args:
        formula: a relation.
        most_stored: up to this many pairs are kept as an edge list.
        most_bytes: up to this size a denser relation is kept as a bit matrix; beyond, its
            rows are computed when drawn.
        most_walks: a relation that is no bit matrix, and to which more walks lead, is not counted:
            its pairs are drawn by walking.
    """
    if bytes_needed(*formula.shape) <= most_bytes:
        pairs: Pairs = BitPairs(formula.bits(), formula.shape[1])
    elif formula.walk is not None and formula.walk.num_walks > most_walks:
        sampled = SampledPairs(formula, formula.walk)
        return sampled if sampled.rate >= LEAST_ACCEPTED else LazyPairs(formula)
    else:
        pairs = LazyPairs(formula)
    everybody = np.arange(formula.shape[0])
    return StoredPairs(pairs.partners(everybody)) if pairs.num_pairs <= most_stored else pairs
