"""The tests: Student's paired t over seeds, its interval and effect size, Holm, a bootstrap.

The seed is the unit. One training gives the values of all its test users, so their differences
share that training's luck: a thousand users of one training are one observation of what another
training would give, not a thousand. Users as units would call nearly every difference significant.
`python -m benchmarks.error_rate` measures how often each way of counting errs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import nan, sqrt

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import t as student
from scipy.stats import ttest_1samp, wilcoxon

ALPHA = 0.05
# With two seeds the test has one degree of freedom: what it calls significant is mostly luck.
FEWEST_SEEDS = 3
ENOUGH_SEEDS = 5
# Draws of the bootstrap at a time, which must fit into memory.
CHUNK = 200


@dataclass(frozen=True)
class Comparison:
    """Compare one variant with another on one data set; NaN where there is nothing to say.

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
    def relative(self) -> float:
        """The difference as a share of the baseline's mean."""
        return self.difference / self.baseline_mean if self.baseline_mean else nan

    @property
    def same(self) -> bool:
        """Whether the two are equal but for the last digits of float arithmetic."""
        return abs(self.difference) <= 1e-12 * max(abs(self.mean), abs(self.baseline_mean))

    @property
    def significant(self) -> bool:
        """Whether the corrected test is significant; with two seeds it never is."""
        return self.tested and self.seeds >= FEWEST_SEEDS and self.p_holm < ALPHA


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
    one = Comparison(dataset, variant, baseline, metric, len(here))
    if here.empty:
        return one
    gaps = (here[variant] - here[baseline]).to_numpy(dtype=float)
    one = replace(
        one,
        mean=float(here[variant].mean()),
        baseline_mean=float(here[baseline].mean()),
        difference=float(gaps.mean()),
        wins=int((gaps > 0).sum()),
    )
    if len(gaps) < 2:
        return one
    one = replace(one, sd=float(gaps.std(ddof=1)))
    # Values of float arithmetic that are meant to be equal differ in their last digits.
    if float(np.ptp(gaps)) <= 1e-12 * float(np.abs(here.to_numpy(dtype=float)).max()):
        # The same runs twice differ by nothing, which is not significant; any other constant says
        # that the seed does not reach the runs, so that nothing is known about chance.
        if not one.same:
            return one
        return replace(one, p=1.0, p_wilcoxon=1.0, difference=0.0, low=0.0, high=0.0)
    low, high = mean_interval(gaps)
    test = ttest_1samp(gaps, 0.0)
    return replace(
        one,
        low=low,
        high=high,
        t=float(test.statistic),
        p=float(test.pvalue),
        p_wilcoxon=float(wilcoxon(gaps).pvalue),
        hedges_g=hedges_g(gaps),
    )


def mean_interval(values: Iterable[float], level: float = 0.95) -> tuple[float, float]:
    """Return the confidence interval of a mean by Student's t; NaN for fewer than two values.

    mean ± t_{(1 + level)/2, n−1} · s / √n, with s the sample's standard deviation. It trusts
    that the values scatter like a normal distribution, which few values cannot show.
    """
    numbers = np.array(list(values), dtype=float)
    if len(numbers) < 2:
        return nan, nan
    half = student.ppf((1 + level) / 2, len(numbers) - 1) * numbers.std(ddof=1)
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


def holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correct p values for having tested several times (Holm 1979); NaN is no test and stays.

    Math:    p̃_(i) = max over j ≤ i of  min(1, (m − j + 1) p_(j)),  m tests sorted by p
    """
    corrected = np.full(len(p), nan)
    made = ~np.isnan(p)
    # statsmodels' `multipletests` gives the same, and collects garbage on every call, which
    # takes longer than all the tests of a grid.
    order = np.flatnonzero(made)[np.argsort(p[made], kind="stable")]
    raised = p[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(raised))
    return corrected


def crossed_interval(
    values: Float[np.ndarray, "seeds users"],
    *,
    draws: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[float, float]:
    """Return a percentile interval of a mean, or mean difference, over drawn seeds AND users.

    All seeds of a published split share their test users, so the two are crossed: a draw takes
    seeds with replacement, then users with replacement, and the same users for all its seeds.
    What one user adds to every seed is then not mistaken for something that averages out.

    Math:    m* = mean over drawn s of  Σ_u n_u v_su / Σ_u n_u,  n_u how often u was drawn

    With few seeds it is too narrow for what another training would change: n seeds drawn from n
    scatter by a factor of √((n − 1)/n) less than they should, and a percentile knows nothing of
    Student's wider tails. (Where chance in single users outweighs the luck of whole runs it is
    too wide instead, because it counts that chance twice.) Reports give it next to the interval
    of Student's t over seeds, and it decides nothing.

    Args:
        values: of one user in one seed, such as an NDCG or a difference of two; NaN where a
            seed's test set lacks the user.
        draws: of seeds and users.
        level: of the interval.
        seed: of the generator.

    Returns:
        lower and upper end; NaN where there is no seed or no user.
    """
    values = values[~np.isnan(values).all(axis=1)]
    values = values[:, ~np.isnan(values).all(axis=0)]
    if values.size == 0:
        return nan, nan
    present = (~np.isnan(values)).astype(float)
    filled = np.nan_to_num(values)
    generator = np.random.default_rng(seed)
    (number, users), means = values.shape, []
    for start in range(0, draws, CHUNK):
        rows = min(CHUNK, draws - start)
        drawn = generator.integers(0, users, size=(rows, users))
        counts = np.array([np.bincount(each, minlength=users) for each in drawn], dtype=float)
        sums, sizes = counts @ filled.T, counts @ present.T
        # A seed without any of the drawn users says nothing in this draw.
        by_seed = np.divide(sums, sizes, out=np.full_like(sums, nan), where=sizes > 0)
        chosen = generator.integers(0, number, size=(rows, number))
        means.append(pd.DataFrame(np.take_along_axis(by_seed, chosen, axis=1)).mean(axis=1))
    tail = (1 - level) / 2
    low, high = pd.concat(means).quantile([tail, 1 - tail])
    return float(low), float(high)
