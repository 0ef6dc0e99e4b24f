"""Student's paired t test of two variants over seeds, with its interval and effect size.

The seed is the unit. One training gives the values of all its test users, so their differences
share that training's luck: a thousand users of one training are one observation of what training
anew would give, not a thousand. Users as units would call nearly every difference found.
`python -m benchmarks.error_rate` measures how often each way of counting errs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import nan, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import t as student
from scipy.stats import wilcoxon

from ausrec.errors import AusrecError

ALPHA = 0.05


@dataclass(frozen=True)
class Comparison:
    """Hold how one variant stands to another on one data set; NaN where there is nothing to say.

    Attributes:
        dataset: on which.
        variant: is compared ...
        baseline: ... with this one.
        metric: by which.
        seeds: number of seeds that both have.
        mean: of the variant over these seeds.
        baseline_mean: of the baseline over these seeds.
        difference: mean of the seeds' differences.
        sd: their standard deviation (of a sample).
        low: lower end of the 95 % interval of Student's t over seeds.
        high: its upper end.
        user_low: lower end of the bootstrap over seeds and users.
        user_high: its upper end.
        t: the test's statistic.
        p: of Student's paired t test, two-sided.
        p_holm: the same, corrected over the family of comparisons made together.
        p_wilcoxon: of Wilcoxon's signed-rank test, uncorrected: a second opinion. With fewer
            than six seeds it cannot fall below 0.05.
        hedges_g: the mean difference in its standard deviations, corrected for small samples.
        wins: number of seeds in which the variant is higher.
    """

    dataset: str
    variant: str
    baseline: str
    metric: str
    seeds: int
    mean: float = nan
    baseline_mean: float = nan
    difference: float = nan
    sd: float = nan
    low: float = nan
    high: float = nan
    user_low: float = nan
    user_high: float = nan
    t: float = nan
    p: float = nan
    p_holm: float = nan
    p_wilcoxon: float = nan
    hedges_g: float = nan
    wins: int = 0

    @property
    def tested(self) -> bool:
        """Whether there was a test: two seeds or more, whose differences vary."""
        return not np.isnan(self.p_holm)

    @property
    def same(self) -> bool:
        """Whether the two are equal but for the last digits of float arithmetic."""
        return abs(self.difference) <= 1e-12 * max(abs(self.mean), abs(self.baseline_mean))

    @property
    def found(self) -> bool:
        """Whether the corrected test, and not an interval or a second opinion, finds one."""
        return self.tested and self.p_holm < ALPHA


def compare_pair(
    values: pd.DataFrame, dataset: str, variant: str, baseline: str, metric: str
) -> Comparison:
    """Compare two variants on the seeds of a data set that both have; `p_holm` stays open.

    Args:
        values: of `seed_table`.
        dataset: which.
        variant: is compared ...
        baseline: ... with this one.
        metric: the name of what `values` holds.
    """
    here = values.loc[[dataset], [variant, baseline]].dropna()
    empty = Comparison(dataset, variant, baseline, metric, len(here))
    if here.empty:
        return empty
    differences = (here[variant] - here[baseline]).to_numpy(dtype=float)
    told = replace(
        empty,
        mean=float(here[variant].mean()),
        baseline_mean=float(here[baseline].mean()),
        difference=float(differences.mean()),
        wins=int((differences > 0).sum()),
    )
    if len(differences) < 2:
        return told
    told = replace(told, sd=float(differences.std(ddof=1)))
    scale = float(np.abs(here.to_numpy(dtype=float)).max())
    if _is_constant(differences, scale):
        # The same runs twice differ by nothing, which is no finding; any other constant says
        # that the seed does not reach the runs, so that nothing is known about chance.
        if not told.same:
            return told
        return replace(told, p=1.0, p_wilcoxon=1.0, difference=0.0, low=0.0, high=0.0)
    low, high = mean_interval(differences)
    t = told.difference / (told.sd / sqrt(len(differences)))
    return replace(
        told,
        low=low,
        high=high,
        t=t,
        p=float(2 * student.sf(abs(t), len(differences) - 1)),
        p_wilcoxon=float(wilcoxon(differences).pvalue),
        hedges_g=hedges_g(differences),
    )


def mean_interval(values: Iterable[float], level: float = 0.95) -> tuple[float, float]:
    """Return the confidence interval of a mean by Student's t.

    mean ± t_{(1 + level)/2, n−1} · s / √n, with s the sample's standard deviation. It trusts
    that the values scatter like a normal distribution, which few values cannot show.

    Raises:
        AusrecError: when there are fewer than two values.
    """
    numbers = np.array(list(values), dtype=float)
    if len(numbers) < 2:
        raise AusrecError(f"{len(numbers)} value(s) show no spread: give two or more seeds")
    half = float(student.ppf((1 + level) / 2, len(numbers) - 1)) * numbers.std(ddof=1)
    half /= sqrt(len(numbers))
    return float(numbers.mean() - half), float(numbers.mean() + half)


def hedges_g(differences: NDArray[np.float64]) -> float:
    """Return the standardised mean of paired differences, corrected for small samples.

    Math:    g = J(m) · d̄ / s,  J(m) = Γ(m/2) / (√(m/2) Γ((m − 1)/2)),  m = n − 1
    (Hedges 1981). NaN for fewer than three differences, where J is 0, or without any spread.
    """
    m = len(differences) - 1
    if m < 2 or float(np.ptp(differences)) == 0:
        return nan
    correction = np.exp(gammaln(m / 2) - gammaln((m - 1) / 2)) / sqrt(m / 2)
    return float(correction * differences.mean() / differences.std(ddof=1))


def _is_constant(differences: NDArray[np.float64], scale: float) -> bool:
    # Values of float arithmetic that are meant to be equal differ in their last digits.
    return float(np.ptp(differences)) <= 1e-12 * scale
