"""Rank the variants over all data sets and seeds: Friedman, and the difference of Nemenyi.

After Demšar, *Statistical comparisons of classifiers over multiple data sets*, JMLR 7 (2006). A
block is a data set with a seed, in which every variant gets a rank. Demšar's blocks are data sets;
with several seeds each, ranks speak of these data sets and not of data sets at large.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import pandas as pd
from scipy.stats import friedmanchisquare, rankdata, studentized_range

from ausrec.experiments.statistics import ALPHA


@dataclass(frozen=True)
class Ranking:
    """Hold the mean ranks of variants, the best first.

    Attributes:
        ranks: mean rank by variant; 1 is the best.
        blocks: number of data sets × seeds that all of these variants have.
        statistic: Friedman's χ², with one degree of freedom fewer than variants.
        p: of Friedman's test; NaN for fewer than three variants or two blocks.
        critical_difference: mean ranks that differ by more differ significantly (Nemenyi).
        left_out: variants without runs in most blocks.
    """

    ranks: Mapping[str, float]
    blocks: int
    statistic: float = nan
    p: float = nan
    critical_difference: float = nan
    left_out: tuple[str, ...] = ()

    @property
    def tested(self) -> bool:
        """Whether there was a test."""
        return not np.isnan(self.p)

    @property
    def significant(self) -> bool:
        """Whether the variants differ significantly by Friedman's test."""
        return self.tested and self.p < ALPHA


def rank_variants(values: pd.DataFrame) -> Ranking:
    """Rank the variants in every block, the highest value first, ties sharing their mean rank.

    Variants that lack more than half of the blocks are left out, then blocks that lack a variant.

    Math:    χ²_F = 12 N / (k (k + 1)) · [Σ_j R_j² − k (k + 1)² / 4],  R_j mean rank, N blocks,
    k variants, divided by 1 − Σ (t³ − t) / (N (k³ − k)) for ties

    Args:
        values: of `seed_table`.
    """
    enough = values.notna().sum() * 2 > len(values)
    left_out = tuple(str(name) for name in values.columns[~enough])
    complete = values.loc[:, enough].dropna()
    names, blocks = [str(name) for name in complete.columns], len(complete)
    if not blocks or not names:
        return Ranking({}, 0, left_out=left_out)
    numbers = complete.to_numpy(dtype=float)
    means = rankdata(-numbers, axis=1).mean(axis=0)
    ranks = {names[place]: float(means[place]) for place in np.argsort(means, kind="stable")}
    if len(names) < 3 or blocks < 2 or not np.ptp(numbers, axis=1).any():
        return Ranking(ranks, blocks, left_out=left_out)
    statistic, p = friedmanchisquare(*numbers.T)
    difference = critical_difference(len(names), blocks)
    return Ranking(ranks, blocks, float(statistic), float(p), difference, left_out)


def critical_difference(variants: int, blocks: int) -> float:
    """Return by how much two mean ranks must differ (Nemenyi 1963; Demšar 2006, section 3.2.2).

    Math:    CD = q_α √(k (k + 1) / (6 N)),  q_α the studentised range of k groups and infinite
    degrees of freedom at 1 − α, divided by √2
    """
    q = float(studentized_range.ppf(1 - ALPHA, variants, np.inf)) / sqrt(2)
    return q * sqrt(variants * (variants + 1) / (6 * blocks))
