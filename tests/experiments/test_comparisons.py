"""Families of comparisons, and how often they err."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from ausrec.errors import AusrecError
from ausrec.experiments.comparisons import (
    ALONE,
    AMONG_ALL,
    compare_all_pairs,
    compare_with_baseline,
    task_of,
    transfer_table,
)
from ausrec.experiments.statistics import crossed_interval, holm
from benchmarks.error_rate import draw_scores, holm_finds, verdicts_find
from tests.grids import EMPTY, make_grid

VARIANTS = {("none", "none"): 0.0, ("equal", "all"): 0.0, ("ausrec", "all"): 0.02}


def test_baseline_family_spans_all_data_sets() -> None:
    grid = make_grid(VARIANTS, datasets=("lastfm", "epinions"))
    found = compare_with_baseline(grid)
    assert [(c.dataset, c.variant, c.baseline) for c in found] == [
        (dataset, variant, "none")
        for dataset in ("lastfm", "epinions")
        for variant in ("equal", "ausrec")
    ]
    corrected = multipletests([c.p for c in found], method="holm")[1]
    assert [c.p_holm for c in found] == pytest.approx(list(corrected))
    for each in found:
        assert each.significant is (each.variant == "ausrec")
        assert each.low <= each.difference <= each.high
        assert each.user_low <= each.difference <= each.user_high


def test_another_baseline_and_one_that_is_not_there() -> None:
    grid = make_grid(VARIANTS)
    found = compare_with_baseline(grid, baseline="equal")
    assert [c.variant for c in found] == ["none", "ausrec"]
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
    # A test that is never significant would pass the line above.
    assert found / grids > 0.02


@pytest.mark.slow
def test_verdicts_as_they_are_printed_find_nothing_where_there_is_nothing() -> None:
    """As above by all that `ausrec compare` does: 300 grids hold 15 ± 3.8 false positives."""
    grids = 300
    generator = np.random.default_rng(12)
    found = sum(verdicts_find(draw_scores(generator, 2, 5, 40)) for _ in range(grids))
    assert 0 < found / grids <= 0.05 + 3 * sqrt(0.05 * 0.95 / grids)


def test_finds_what_is_there() -> None:
    # The difference of two runs scatters by 0.0036 (√2 · √(0.002² + 0.01²/40)): four of these.
    generator = np.random.default_rng(5)
    found = [holm_finds(draw_scores(generator, 3, 5, 40, effect=0.0145)) for _ in range(100)]
    assert np.mean(found) > 0.9


def test_the_interval_over_users_pairs_user_and_seed() -> None:
    grid = make_grid({("none", "none"): 0.0, ("ausrec", "all"): 0.01}, seeds=3, users=4)
    scores = grid.scores[grid.scores["metric"] == "ndcg@10"]
    # The second seed lacks a user under one variant, so the pair is gone.
    gone = (scores["seed"] == 1) & (scores["user"] == 2) & (scores["variant"] == "none")
    (one,) = compare_with_baseline(replace(grid, scores=scores[~gone]))
    values = [
        scores[scores["variant"] == name].sort_values(["seed", "user"])["value"].to_numpy()
        for name in ("ausrec", "none")
    ]
    gaps = (values[0] - values[1]).reshape(3, 4)
    gaps[1, 2] = np.nan
    assert (one.user_low, one.user_high) == crossed_interval(gaps)


@pytest.mark.parametrize(
    ("tasks", "read"),
    [
        ("two_hop", ("two_hop", ALONE)),
        ("all-two_hop", ("two_hop", AMONG_ALL)),
        ("all", None),
        ("none", None),
        ("marec", None),
        ("social_link+two_hop", None),
        ("all+noise", None),
        ("all-two_hop-three_hop", None),
    ],
)
def test_sets_of_tasks_are_read(tasks: str, read: tuple[str, str] | None) -> None:
    assert task_of(tasks) == read


def test_gains_have_the_sign_of_help_in_both_columns() -> None:
    grid = make_grid(
        {
            ("none", "none"): 0.0,
            ("ausrec", "all"): 0.03,
            ("ausrec", "two_hop"): 0.02,
            ("ausrec", "all-two_hop"): 0.01,
            ("ausrec", "all-social_link"): 0.05,
        },
        run_noise=1e-4,
        users=200,
    )
    table = transfer_table(grid).set_index(["task", "added_to"])
    gains = table["difference"]
    assert gains["two_hop", ALONE] == pytest.approx(0.02, abs=0.002)
    assert gains["two_hop", AMONG_ALL] == pytest.approx(0.02, abs=0.002)
    # Without it all others do better: it harms.
    assert gains["social_link", AMONG_ALL] == pytest.approx(-0.02, abs=0.002)
    assert table["significant"].all()
    assert table["p_holm"].tolist() == pytest.approx(holm(table["p"].to_numpy()).tolist())


def test_without_the_encoder_or_the_whole_there_is_nothing_to_set_beside() -> None:
    grid = make_grid({("ausrec", "two_hop"): 0.0, ("ausrec", "all-two_hop"): 0.0})
    assert transfer_table(grid).empty
    assert transfer_table(EMPTY).empty
    assert "significant" in transfer_table(EMPTY).columns


def test_every_strategy_has_its_own_whole() -> None:
    sets = ("all", "all-two_hop")
    grid = make_grid({(s, tasks): 0.0 for s in ("equal", "ausrec") for tasks in sets}, seeds=2)
    table = transfer_table(grid)
    assert table[["strategy", "variant", "baseline"]].to_numpy().tolist() == [
        ["equal", "equal", "equal · all-two_hop"],
        ["ausrec", "ausrec", "ausrec · all-two_hop"],
    ]
