import numpy as np
import pandas as pd
import pytest

from ausrec.experiments.statistics import crossed_interval, user_differences
from ausrec.experiments.variants import add_variant
from tests.grids import make_grid


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


def test_differences_pair_user_and_seed() -> None:
    grid = make_grid({("none", "none"): 0.0, ("ausrec", "all"): 0.01}, seeds=3, users=4)
    scores = add_variant(grid.scores)
    # The second seed lacks a user under one variant, so the pair is gone.
    gone = (scores["seed"] == 1) & (scores["user"] == 2) & (scores["variant"] == "none")
    found = user_differences(scores[~gone], "lastfm", "ausrec", "none", "ndcg@10")
    assert found.shape == (3, 4)
    assert np.isnan(found).sum() == 1
    assert np.isnan(found[1, 2])

    def value(variant: str) -> float:
        row = scores[
            (scores["seed"] == 2)
            & (scores["user"] == 3)
            & (scores["metric"] == "ndcg@10")
            & (scores["variant"] == variant)
        ]
        return float(row["value"].iloc[0])

    assert found[2, 3] == pytest.approx(value("ausrec") - value("none"))
    assert user_differences(pd.DataFrame(), "lastfm", "a", "b", "ndcg@10").size == 0
