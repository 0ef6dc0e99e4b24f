import numpy as np
import pandas as pd
import pytest
from scipy.stats import friedmanchisquare, rankdata

from ausrec.experiments.ranks import critical_difference, rank_variants

# Four classifiers on 14 data sets: Demšar (2006), table 6.
DEMSAR = {"variants": 4, "blocks": 14}


def values(rows: list[list[float]]) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([["d"], range(len(rows))], names=["dataset", "seed"])
    return pd.DataFrame(rows, index=index, columns=list("abcd")[: len(rows[0])])


@pytest.mark.parametrize(
    ("variants", "q"), [(2, 1.960), (3, 2.343), (4, 2.569), (5, 2.728), (10, 3.164)]
)
def test_critical_values_are_those_of_demsars_table(variants: int, q: float) -> None:
    wanted = q * np.sqrt(variants * (variants + 1) / (6 * 20))
    assert critical_difference(variants, 20) == pytest.approx(wanted, rel=3e-4)


def test_critical_difference_of_demsars_example() -> None:
    assert critical_difference(**DEMSAR) == pytest.approx(1.25, abs=0.005)


def test_ranks_by_hand_and_friedman_as_in_scipy() -> None:
    rows = [[0.1, 0.3, 0.2], [0.1, 0.2, 0.2], [0.3, 0.4, 0.1], [0.1, 0.5, 0.3]]
    ranking = rank_variants(values(rows))
    # a: 3, 3, 2, 3; b: 1, 1.5, 1, 1; c: 2, 1.5, 3, 2.
    assert dict(ranking.ranks) == pytest.approx({"b": 1.125, "c": 2.125, "a": 2.75})
    assert list(ranking.ranks) == ["b", "c", "a"]
    wanted = friedmanchisquare(*np.array(rows).T)
    assert ranking.statistic == pytest.approx(wanted.statistic)
    assert ranking.p == pytest.approx(wanted.pvalue)
    # By the formula: 12·4/(3·4)·(Σ R² − 12) = 4·(13.34375 − 12), and one tie of two: 6/(4·24).
    assert ranking.statistic == pytest.approx(4 * (13.34375 - 12) / (1 - 6 / 96))


def test_the_critical_difference_of_a_grid_is_that_of_its_variants_and_complete_blocks() -> None:
    rows = [[0.4, 0.3, 0.2, 0.1]] * 9 + [[0.4, 0.3, 0.2, float("nan")]]
    ranking = rank_variants(values(rows))
    assert (
        ranking.critical_difference == critical_difference(4, 9) == pytest.approx(1.563, abs=1e-3)
    )


@pytest.mark.parametrize(("variants", "blocks"), [(3, 10), (4, 20), (8, 15)])
def test_the_critical_difference_is_seldom_exceeded_by_chance(variants: int, blocks: int) -> None:
    """Ranks drawn at random: the farthest two differ by more in at most 5 % of 4,000 grids.

    Three standard deviations of such a share are 1.0 %.
    """
    generator = np.random.default_rng(3)
    drawn = rankdata(generator.random((4000, blocks, variants)), axis=2).mean(axis=1)
    exceeded = float((np.ptp(drawn, axis=1) > critical_difference(variants, blocks)).mean())
    assert 0.02 < exceeded < 0.06


def test_variants_that_mostly_failed_are_left_out_then_incomplete_blocks() -> None:
    nan = float("nan")
    rows = [[0.1, 0.3, 0.2, nan], [nan, 0.2, 0.1, nan], [0.3, 0.4, 0.1, 0.2]]
    ranking = rank_variants(values(rows))
    assert ranking.left_out == ("d",)
    assert ranking.blocks == 2
    assert set(ranking.ranks) == {"a", "b", "c"}


def test_too_little_is_ranked_without_a_test() -> None:
    assert not rank_variants(values([[0.1, 0.2], [0.2, 0.3]])).tested
    assert not rank_variants(values([[0.1, 0.2, 0.3]])).tested
    assert not rank_variants(values([[0.2, 0.2, 0.2], [0.1, 0.1, 0.1]])).tested
    assert dict(rank_variants(values([[0.1, 0.2]])).ranks) == {"b": 1.0, "a": 2.0}
    empty = rank_variants(pd.DataFrame(index=pd.MultiIndex.from_arrays([[], []])))
    assert (empty.blocks, dict(empty.ranks)) == (0, {})
