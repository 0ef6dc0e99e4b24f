"""Families of comparisons: Holm against statsmodels and by hand, and how often they err."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from ausrec.errors import AusrecError
from ausrec.experiments.comparisons import compare_all_pairs, compare_with_baseline, holm
from benchmarks.error_rate import draw_scores, holm_finds, verdicts_find
from tests.grids import EMPTY, make_grid

VARIANTS = {("none", "none"): 0.0, ("equal", "all"): 0.0, ("ausrec", "all"): 0.02}


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


def test_baseline_family_spans_all_data_sets() -> None:
    grid = make_grid(VARIANTS, datasets=("lastfm", "epinions"))
    found = compare_with_baseline(grid, draws=200)
    assert [(c.dataset, c.variant, c.baseline) for c in found] == [
        (dataset, variant, "none")
        for dataset in ("lastfm", "epinions")
        for variant in ("equal", "ausrec")
    ]
    corrected = multipletests([c.p for c in found], method="holm")[1]
    assert [c.p_holm for c in found] == pytest.approx(list(corrected))
    for each in found:
        assert each.found is (each.variant == "ausrec")
        assert each.low <= each.difference <= each.high
        assert each.user_low <= each.difference <= each.user_high


def test_another_baseline_and_one_that_is_not_there() -> None:
    grid = make_grid(VARIANTS)
    found = compare_with_baseline(grid, baseline="equal", draws=0)
    assert [c.variant for c in found] == ["none", "ausrec"]
    assert np.isnan(found[0].user_low)
    with pytest.raises(AusrecError, match="no variant 'ausrek' to compare with; did you mean"):
        compare_with_baseline(grid, baseline="ausrek")
    with pytest.raises(AusrecError, match="no metric 'ndgc@10'; did you mean 'ndcg@10'"):
        compare_with_baseline(grid, "ndgc@10")


def test_all_pairs_are_one_family() -> None:
    grid = make_grid(VARIANTS)
    found = compare_all_pairs(grid)
    assert [(c.variant, c.baseline) for c in found] == [
        ("equal", "none"),
        ("ausrec", "none"),
        ("ausrec", "equal"),
    ]
    corrected = multipletests([c.p for c in found], method="holm")[1]
    assert [c.p_holm for c in found] == pytest.approx(list(corrected))


def test_an_empty_grid_and_a_single_variant_have_no_comparisons() -> None:
    assert compare_with_baseline(EMPTY) == []
    assert compare_all_pairs(EMPTY) == []
    assert compare_with_baseline(make_grid({("ausrec", "all"): 0.0})) == []


@pytest.mark.slow
@pytest.mark.parametrize(("strategies", "seeds"), [(2, 5), (5, 3)])
def test_finds_nothing_where_there_is_nothing(strategies: int, seeds: int) -> None:
    """At most 5 % of grids hold a false finding, whatever the number of comparisons in them.

    1,500 grids of a true rate of 5 % hold 75 ± 8.4 false findings; three standard deviations
    above, 100, is exceeded by chance in one case of 700. The generator is fixed.
    """
    grids = 1500
    generator = np.random.default_rng(11)
    found = sum(holm_finds(draw_scores(generator, strategies, seeds, 40)) for _ in range(grids))
    assert found / grids <= 0.05 + 3 * sqrt(0.05 * 0.95 / grids)
    # A test that never finds anything would pass the line above.
    assert found / grids > 0.02


@pytest.mark.slow
def test_verdicts_as_they_are_printed_find_nothing_where_there_is_nothing() -> None:
    """As above by all that `ausrec compare` does: 300 grids hold 15 ± 3.8 false findings."""
    grids = 300
    generator = np.random.default_rng(12)
    found = sum(verdicts_find(draw_scores(generator, 2, 5, 40)) for _ in range(grids))
    assert 0 < found / grids <= 0.05 + 3 * sqrt(0.05 * 0.95 / grids)


def test_finds_what_is_there() -> None:
    # The difference of two runs scatters by 0.0036 (√2 · √(0.002² + 0.01²/40)): four of these.
    generator = np.random.default_rng(5)
    found = [holm_finds(draw_scores(generator, 3, 5, 40, effect=0.0145)) for _ in range(100)]
    assert np.mean(found) > 0.9
