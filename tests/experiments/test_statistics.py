"""One comparison against scipy, Holm against statsmodels, the bootstrap against a plain loop."""

from math import gamma, isnan, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp, ttest_rel, wilcoxon
from statsmodels.stats.multitest import multipletests

from ausrec.experiments.statistics import (
    Comparison,
    compare_pair,
    crossed_interval,
    hedges_g,
    holm,
    mean_interval,
)

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
    assert not one.significant


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
    assert np.isnan(mean_interval([1.0])).all()


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


def test_equal_runs_are_not_significant() -> None:
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


def test_holm_by_hand() -> None:
    # Sorted: .01·4, .02·3, .03·2 (held up to .06), .04·1 (held up to .06).
    assert holm(np.array([0.03, 0.01, 0.04, 0.02])) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm(np.array([0.4, 0.9])) == pytest.approx([0.8, 0.9])


@settings(max_examples=10)  # statsmodels collects garbage on every call
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_agrees_with_statsmodels(p: list[float]) -> None:
    wanted = multipletests(p, method="holm")[1]
    assert holm(np.array(p)) == pytest.approx(wanted, rel=1e-12, abs=1e-300)


def test_holm_leaves_out_what_was_no_test() -> None:
    p = np.array([0.01, np.nan, 0.04])
    assert holm(p) == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)
    assert holm(p)[[0, 2]] == pytest.approx(multipletests([0.01, 0.04], method="holm")[1])
    assert np.isnan(holm(np.array([np.nan]))).all()
    assert holm(np.array([])).size == 0


def naive(values: np.ndarray, draws: int, generator: np.random.Generator) -> tuple[float, float]:
    """Draw seeds and users one draw at a time, NaN left out of each seed's mean."""
    means = []
    for _ in range(draws):
        users = generator.integers(0, values.shape[1], values.shape[1])
        seeds = generator.integers(0, len(values), len(values))
        means.append(np.nanmean([np.nanmean(values[seed, users]) for seed in seeds]))
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def test_agrees_with_a_plain_loop() -> None:
    generator = np.random.default_rng(3)
    values = generator.normal(0.01, 0.05, (5, 60)) + generator.normal(0, 0.01, (5, 1))
    values[generator.random(values.shape) < 0.3] = np.nan
    wanted = naive(values, 4000, generator)
    width = wanted[1] - wanted[0]
    assert crossed_interval(values, draws=4000) == pytest.approx(wanted, abs=0.06 * width)


def test_users_that_every_seed_shares_do_not_average_out() -> None:
    # Each user has the same difference in every seed: only drawing users can vary it, and many
    # seeds must not make the interval narrower.
    user = np.random.default_rng(0).normal(0, 1, 100)
    few, many = np.tile(user, (2, 1)), np.tile(user, (40, 1))
    low, high = crossed_interval(few)
    assert (low, high) == pytest.approx(crossed_interval(many), abs=0.08)
    assert high - low == pytest.approx(2 * 1.96 * user.std() / 10, rel=0.1)


def test_seeds_alone_vary_it_where_users_agree() -> None:
    seeds = np.array([[0.1], [0.2], [0.6]]) * np.ones((3, 50))
    low, high = crossed_interval(seeds, draws=5000)
    # One draw in 27 is all three times the same seed: beyond the 2.5 % at either end.
    assert (low, high) == pytest.approx((0.1, 0.6))


def test_nothing_gives_nothing() -> None:
    assert np.isnan(crossed_interval(np.empty((0, 0)))).all()
    assert np.isnan(crossed_interval(np.full((2, 3), np.nan))).all()
    assert crossed_interval(np.array([[0.5]])) == (0.5, 0.5)


def test_seeds_whose_users_do_not_overlap() -> None:
    values = np.array([[1.0, 1.0, np.nan, np.nan], [np.nan, np.nan, 3.0, 3.0]])
    low, high = crossed_interval(values)
    assert (low, high) == (1.0, 3.0)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(0).normal(0, 1, (3, 20))
    assert crossed_interval(values, seed=1) == crossed_interval(values, seed=1)
    assert crossed_interval(values, seed=1) != crossed_interval(values, seed=2)
