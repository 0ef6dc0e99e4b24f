from math import gamma, isnan, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp, ttest_rel, wilcoxon

from ausrec.errors import AusrecError
from ausrec.experiments.statistics import Comparison, compare_pair, hedges_g, mean_interval

FIRST = [0.166, 0.171, 0.163, 0.170, 0.168, 0.174]
SECOND = [0.160, 0.163, 0.161, 0.162, 0.166, 0.159]


def table(first: list[float], second: list[float]) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([["d"], range(len(first))], names=["dataset", "seed"])
    return pd.DataFrame({"a": first, "b": second}, index=index)


def compared(first: list[float], second: list[float]) -> Comparison:
    return compare_pair(table(first, second), "d", "a", "b", "ndcg@10")


def test_agrees_with_scipy_on_fixed_numbers() -> None:
    one = compared(FIRST, SECOND)
    wanted = ttest_rel(FIRST, SECOND)
    assert one.t == pytest.approx(wanted.statistic, rel=1e-12)
    assert one.p == pytest.approx(wanted.pvalue, rel=1e-12)
    interval = wanted.confidence_interval(0.95)
    assert (one.low, one.high) == pytest.approx((interval.low, interval.high), rel=1e-10)
    assert one.p_wilcoxon == pytest.approx(
        wilcoxon(np.array(FIRST) - np.array(SECOND)).pvalue, rel=1e-12
    )
    # Six differences, all positive: 2 of 2^6 signings are as extreme.
    assert one.p_wilcoxon == pytest.approx(2 / 64)
    assert (one.seeds, one.wins) == (6, 6)
    assert one.difference == pytest.approx(0.041 / 6)
    assert isnan(one.p_holm)
    assert not one.found


def test_effect_size_by_hand() -> None:
    # Mean 2, standard deviation 1, four degrees of freedom... of five values: J(4) in closed form.
    differences = np.array([1.0, 2.0, 3.0, 2.0, 2.0])
    j = gamma(2) / (sqrt(2) * gamma(1.5))
    assert hedges_g(differences) == pytest.approx(j * 2 / sqrt(0.5))
    # The usual approximation 1 - 3 / (4 m - 1) is close.
    assert j == pytest.approx(1 - 3 / 15, abs=0.003)
    assert isnan(hedges_g(np.array([1.0, 2.0])))
    assert isnan(hedges_g(np.array([1.0, 1.0, 1.0])))


def test_interval_is_students() -> None:
    values = [1.0, 2.0, 4.0, 3.5]
    wanted = ttest_1samp(values, 0).confidence_interval(0.9)
    assert mean_interval(values, 0.9) == pytest.approx((wanted.low, wanted.high))
    with pytest.raises(AusrecError, match="two or more seeds"):
        mean_interval([1.0])


def test_only_seeds_that_both_have_count() -> None:
    one = compared([*FIRST, np.nan, 0.9], [*SECOND, 0.9, np.nan])
    assert one == compared(FIRST, SECOND)


def test_one_seed_is_not_tested() -> None:
    one = compared([0.2], [0.1])
    assert (one.seeds, one.difference) == (1, pytest.approx(0.1))
    assert isnan(one.p) and isnan(one.sd) and isnan(one.low)
    none = compared([np.nan], [0.1])
    assert none.seeds == 0
    assert isnan(none.difference)


def test_equal_runs_are_no_finding() -> None:
    one = compared([0.1, 0.2, 0.3], [0.1 + 1e-17, 0.2, 0.3])
    assert one.same
    assert one.p == 1.0
    assert (one.low, one.high) == (0.0, 0.0)


def test_a_constant_difference_says_nothing_about_chance() -> None:
    one = compared([0.2, 0.3, 0.4], [0.1, 0.2, 0.3])
    assert not one.same
    assert isnan(one.p)
    assert one.difference == pytest.approx(0.1)


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.1, 0.2, 0.35]), st.sampled_from([0.0, 0.1, 0.3])),
        min_size=1,
        max_size=9,
    )
)
def test_any_values_are_borne_and_mirrored(pairs: list[tuple[float, float]]) -> None:
    first, second = ([float(pair[place]) for pair in pairs] for place in (0, 1))
    one, other = compared(first, second), compared(second, first)
    assert one.seeds == len(pairs)
    assert one.difference == pytest.approx(-other.difference)
    assert (one.p, one.p_wilcoxon) == pytest.approx((other.p, other.p_wilcoxon), nan_ok=True)
    assert isnan(one.p) or 0 <= one.p <= 1
