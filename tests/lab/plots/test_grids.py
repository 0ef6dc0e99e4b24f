"""The figures of a grid: what is drawn, where, and what their words say."""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ausrec.errors import AusrecError
from ausrec.experiments.ranks import Ranking, rank_variants
from ausrec.experiments.results import seed_table
from ausrec.lab.figure import words_of
from ausrec.lab.names import task_label
from ausrec.lab.plots.bands import plot_weight_bands, weight_lines
from ausrec.lab.plots.costs import plot_cost
from ausrec.lab.plots.heatmaps import plot_transfer
from ausrec.lab.plots.rank_diagram import plot_ranks
from ausrec.lab.plots.rows import plot_differences, plot_scores
from tests.grids import EMPTY, TASKS, make_grid

GRID = make_grid({("none", "none"): 0.0, ("ausrec", "all"): 0.01}, seeds=3)
RANKING = Ranking({"a": 1.2, "b": 1.9, "c": 2.9}, 9, 12.0, 0.002, 1.105)


def drawn(figure: Figure) -> Figure:
    figure.savefig(BytesIO(), format="png", dpi=30)
    return figure


def rows_of_dots(ax: Axes) -> list[list[float]]:
    return [dots.get_offsets()[:, 0].tolist() for dots in ax.collections]


def intervals(ax: Axes) -> list[list[float]]:
    bars = [line.get_xdata() for line in ax.lines if line.get_linewidth() == 7]
    return [list(bar) for bar in bars if not np.isnan(bar).any()]


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def test_a_bar_reaches_from_the_first_to_the_last_of_a_clique() -> None:
    figure = drawn(plot_ranks(RANKING))
    (ax,) = figure.axes
    bars = [list(line.get_xdata()) for line in ax.lines if line.get_linewidth() == 4]
    assert sorted(map(sorted, bars)) == [[1.2, 1.9], [1.9, 2.9]]
    (cd,) = [line.get_xdata() for line in ax.lines if line.get_gid() == "cd"]
    assert cd[1] - cd[0] == pytest.approx(1.105)
    assert {"a  1.20", "b  1.90", "2.90  c", "critical difference 1.10"} <= set(texts(figure))
    assert "The critical difference is 1.10." in figure.alt


def test_a_difference_longer_than_the_scale_ends_with_it() -> None:
    long = Ranking({"a": 1.5, "b": 2.0, "c": 2.5}, 2, 1.0, 0.6, 2.34)
    (ax,) = drawn(plot_ranks(long)).axes
    (cd,) = [line.get_xdata() for line in ax.lines if line.get_gid() == "cd"]
    assert list(cd) == [1, 3]


def test_ranks_without_a_test_have_no_difference() -> None:
    untested = Ranking({"a": 1.0, "b": 2.0}, 5)
    assert not any("critical" in text for text in texts(drawn(plot_ranks(untested))))
    with pytest.raises(AusrecError, match="give two or more"):
        plot_ranks(Ranking({"a": 1.0}, 3))


def test_a_panel_a_task_from_high_to_low_with_mean_and_range() -> None:
    history = GRID.histories[GRID.histories["variant"] == "ausrec"]
    kept = GRID.runs[GRID.runs["variant"] == "ausrec"]
    figure = drawn(plot_weight_bands(history, kept))
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert len(shown) == 7
    ends = [float(ax.get_title(loc="left").rsplit(" ", 1)[1]) for ax in shown]
    assert ends == sorted(ends, reverse=True)
    lines = weight_lines(history)["joint_triangle"]
    ax = next(ax for ax in shown if ax.get_title(loc="left").startswith("Joint triangle"))
    mean = next(line for line in ax.lines if line.get_label() == "Joint triangle")
    # The mean ends where the first seed does: beyond, it would be that of other seeds.
    shared = lines.dropna()
    assert list(mean.get_xdata()) == list(shared.index)
    assert len(shared) < len(lines)
    assert np.allclose(mean.get_ydata(), shared.mean(axis=1))
    (band,) = ax.collections
    reach = band.get_paths()[0].get_extents()
    assert (reach.y0, reach.y1) == pytest.approx((shared.min().min(), shared.max().max()))
    assert len([line for line in ax.lines if line.get_label() == "_kept"]) == 3
    assert all(task_label(task) in words_of(figure) for task in TASKS)


def test_one_seed_and_one_epoch_are_borne_and_no_weights_are_told() -> None:
    one = make_grid({("ausrec", "two_hop"): 0.0}, seeds=1, epochs=1)
    first = one.histories[one.histories["epoch"] == 1]
    drawn(plot_weight_bands(first))
    with pytest.raises(AusrecError, match="no auxiliary tasks"):
        plot_weight_bands(EMPTY.histories)


def test_the_title_of_a_panel_is_no_wider_than_the_panel(many_history) -> None:
    figure = plot_weight_bands(many_history(24).assign(seed=0))
    figure.draw_without_rendering()
    for ax in figure.axes:
        width = ax._left_title.get_window_extent().width
        assert 0 < width <= 1.03 * ax.get_window_extent().width, ax.get_title(loc="left")


def test_every_run_is_a_dot_and_one_seed_has_no_interval() -> None:
    values = seed_table(GRID.runs, "ndcg@10")
    (ax,) = drawn(plot_scores(values, "NDCG@10", baseline="none")).axes
    assert np.allclose(rows_of_dots(ax), [values["none"], values["ausrec"]])
    (line,) = [line for line in ax.lines if line.get_gid() == "baseline"]
    assert np.allclose(line.get_xdata(), values["none"].mean())
    assert len(intervals(ax)) == 2
    (ax,) = drawn(plot_scores(values.iloc[:1], "NDCG@10")).axes
    assert not intervals(ax)
    with pytest.raises(AusrecError, match="no run has finished"):
        plot_scores(seed_table(EMPTY.runs, "ndcg@10"), "NDCG@10")


def test_differences_leave_out_seeds_that_a_variant_lacks() -> None:
    table = pd.DataFrame({"a": [0.1, 0.2, np.nan], "b": [0.1, 0.3, 0.2]})
    (ax,) = drawn(plot_differences(table, "x", title="y")).axes
    assert [len(row) for row in rows_of_dots(ax)] == [2, 3]


def test_transfer_has_signs_stars_and_dashes() -> None:
    rows = [
        ("lastfm", "ausrec", "two_hop", "alone", 0.02, True),
        ("lastfm", "ausrec", "two_hop", "among all", -0.01, False),
        ("lastfm", "ausrec", "social_link", "alone", 0.001, False),
    ]
    columns = ["dataset", "strategy", "task", "added_to", "difference", "significant"]
    table = pd.DataFrame(rows, columns=columns)
    figure = drawn(plot_transfer(table, "NDCG@10"))
    assert texts(figure) == ["+0.0200 *", "-0.0100", "+0.0010", "–"]
    (cells,) = figure.axes[0].collections
    assert cells.get_clim() == (-0.02, 0.02)
    assert "Two hops, alone: with the task, above no task: +0.0200 *" in words_of(figure)
    drawn(plot_transfer(table.assign(difference=np.nan), "NDCG@10"))
    with pytest.raises(AusrecError, match="one task alone or all but one"):
        plot_transfer(table.iloc[:0], "NDCG@10")


@pytest.mark.parametrize("seconds", [[1.0, 20.0, 400.0], [1.0, 1.02, 1.04], [2.0, 2.0, 2.0]])
def test_cost_puts_every_variant_at_its_time_and_score(seconds: list[float]) -> None:
    table = pd.DataFrame(
        {"variant": ["a", "b", "c"], "seconds_per_epoch": seconds, "mean": [0.1, 0.2, 0.15]}
    )
    figure = drawn(plot_cost(table, "NDCG@10"))
    (ax,) = figure.axes
    points = [line.get_xydata()[0] for line in ax.lines if line.get_label() in ("a", "b", "c")]
    assert np.allclose(points, np.column_stack([seconds, [0.1, 0.2, 0.15]]))
    assert set(texts(figure)) == {"a", "b", "c"}
    low, high = ax.get_xlim()
    assert sum(low <= tick <= high for tick in ax.get_xticks()) > 2
    with pytest.raises(AusrecError, match="no cost to draw"):
        plot_cost(table.assign(mean=np.nan), "NDCG@10")


def test_a_real_ranking_is_drawn() -> None:
    grid = make_grid({(s, "all"): 0.0 for s in "abcde"}, seeds=4)
    drawn(plot_ranks(rank_variants(seed_table(grid.runs, "ndcg@10"))))
