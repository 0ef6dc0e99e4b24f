"""The data behind every figure: lines, labels and limits, never pixels."""

from io import BytesIO
from itertools import pairwise
from math import log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from ausrec.errors import AusrecError
from ausrec.lab import plots
from ausrec.lab.figure import words_of
from ausrec.lab.look import TASK_COLORS
from ausrec.lab.names import task_label
from ausrec.lab.plots.axes import finish, stacked_axes
from ausrec.lab.plots.label_places import break_name, spread
from ausrec.lab.plots.trajectories import draw_runs
from ausrec.training.history import History, Record


def data_lines(ax: Axes) -> dict[str, Line2D]:
    return {str(line.get_label()): line for line in ax.lines if line.get_label()[0] != "_"}


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def draw(figure: Figure) -> None:
    figure.savefig(BytesIO(), format="png", dpi=40)


def boxes_of(figure: Figure, ax: Axes) -> dict[str, Bbox]:
    # Not by `draw`, whose dots per inch are others than those of the figure.
    figure.draw_without_rendering()
    return {text.get_text(): text.get_window_extent() for text in ax.texts}


def marked(ax: Axes, gid: str) -> Line2D | None:
    return next((line for line in ax.lines if line.get_gid() == gid), None)


def test_weights(history: pd.DataFrame, weights: dict[str, float]) -> None:
    figure = plots.plot_weights(history, best_epoch=4)
    (ax,) = figure.axes
    lines = data_lines(ax)
    assert set(lines) == {task_label(task) for task in weights}
    for task, weight in weights.items():
        line = lines[task_label(task)]
        assert list(line.get_xdata()) == [1, 2, 3, 4, 5, 6]
        np.testing.assert_allclose(
            line.get_ydata(), 0.5 + (weight - 0.5) * np.arange(1, 7) / 6, rtol=1e-12
        )
        assert to_hex(line.get_color()).upper() == TASK_COLORS[task].upper()
    assert ax.get_ylim() == (0, 1)
    best = marked(ax, "best_epoch")
    assert best is not None
    assert set(best.get_xdata()) == {4}
    assert "best epoch 4" in texts(figure)
    draw(figure)


def test_labels_stand_at_the_line_ends_in_order_and_apart(history: pd.DataFrame) -> None:
    # All weights end within a hair of each other, so that every label must move.
    squeezed = history.copy()
    squeezed.loc[squeezed["quantity"] == "weight", "value"] = 0.001 * np.arange(42) / 42 + 0.97
    figure = plots.plot_weights(squeezed)
    (ax,) = figure.axes
    boxes = boxes_of(figure, ax)
    by_height = sorted(boxes, key=lambda label: boxes[label].y0)
    assert by_height == [str(line.get_label()) for line in data_lines(ax).values()]
    for below, above in pairwise(by_height):
        assert boxes[above].y0 >= boxes[below].y1
    assert all(box.x1 <= figure.bbox.x1 for box in boxes.values())


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_spread_keeps_order_gap_and_limits(wanted: list[float]) -> None:
    places = spread(np.array(wanted), gap=0.1)
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(places[order]) >= 0.1 - 1e-9).all()
    assert places.min() >= -1e-9
    assert places.max() <= 1 + 1e-9


def test_spread_moves_as_little_as_possible() -> None:
    np.testing.assert_allclose(spread(np.array([0.5, 0.1, 0.5]), gap=0.2), [0.4, 0.1, 0.6])
    np.testing.assert_allclose(spread(np.array([0.9, 0.3, 0.6]), gap=0.2), [0.9, 0.3, 0.6])
    np.testing.assert_allclose(spread(np.array([1.0, 1.0]), gap=0.2), [0.8, 1.0])


def test_spread_gives_each_position_its_own_room() -> None:
    places = spread(np.array([0.5, 0.5, 0.5]), gap=np.array([0.1, 0.3, 0.1]))
    np.testing.assert_allclose(places, [0.3, 0.5, 0.7])


def test_spread_stays_within_its_limits_without_room_for_all() -> None:
    places = spread(np.linspace(0.4, 0.6, 21), gap=0.1)
    np.testing.assert_allclose(places, np.linspace(0, 1, 21), atol=1e-12)


@pytest.mark.parametrize("number", [7, 15, 24])
@pytest.mark.parametrize(
    "plot",
    [plots.plot_weights, plots.plot_losses, plots.plot_cosines, plots.plot_hypergradient],
)
def test_every_label_is_inside_the_figure_and_apart(many_history, plot, number: int) -> None:
    history = many_history(number)
    figure = plot(history)
    (ax,) = figure.axes
    boxes = boxes_of(figure, ax)
    tasks = number + (plot is plots.plot_losses)
    assert len(boxes) == tasks
    for box in boxes.values():
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1
    by_height = sorted(boxes.values(), key=lambda box: box.y0)
    assert all(above.y0 >= below.y1 - 1 for below, above in pairwise(by_height))
    leaders = [line for line in ax.lines if line.get_label() == "_leader"]
    # None crosses the title, which stands above the axes.
    assert all(0 <= y <= 1 + 1e-9 for line in leaders for y in line.get_ydata())


def test_seven_tasks_have_the_figure_that_they_had(history: pd.DataFrame) -> None:
    figure = plots.plot_weights(history)
    assert tuple(figure.get_size_inches()) == (9.0, 4.8)
    assert {text.get_fontsize() for text in figure.axes[0].texts} == {11.5}


def test_one_label_of_two_lines_leaves_the_others_where_they_were(history: pd.DataFrame) -> None:
    squeezed = history.copy()
    squeezed.loc[squeezed["quantity"] == "weight", "value"] = 0.001 * np.arange(42) / 42 + 0.5
    longer = squeezed.replace({"task": {"metapath_uuiu": "metapath_user_item_genre_item_user"}})
    gaps = []
    for table in (squeezed, longer):
        (ax,) = plots.plot_weights(table).axes
        gaps.append(np.diff(sorted(text.get_position()[1] for text in ax.texts)))
    np.testing.assert_allclose(gaps[0][:-1], gaps[1][:-1])
    assert gaps[1][-1] > 1.3 * gaps[0][-1]


def test_labels_shrink_beside_given_axes_that_are_too_low(many_history) -> None:
    figure = Figure(figsize=(9, 3.4))
    ax = figure.add_axes((0.1, 0.15, 0.65, 0.7))
    plots.plot_weights(many_history(15), ax=ax)
    sizes = {text.get_fontsize() for text in ax.texts}
    assert len(sizes) == 1
    assert 7 <= sizes.pop() < 11.5
    by_height = sorted(boxes_of(figure, ax).values(), key=lambda box: box.y0)
    assert all(above.y0 >= below.y1 - 1 for below, above in pairwise(by_height))


def test_no_two_lines_look_the_same(many_history) -> None:
    (ax,) = plots.plot_weights(many_history(24)).axes
    lines = data_lines(ax).values()
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 24


def test_the_weighting_itself_takes_no_task_s_colour(history: pd.DataFrame) -> None:
    own = "metapath_iui"  # alone it has the colour that "" would take
    table = history.replace({"task": {"two_hop": own}})
    weighting = pd.DataFrame(
        {"epoch": [1, 2], "quantity": "hypergradient_norm", "task": "", "value": [0.1, 0.2]}
    )
    (weights,) = plots.plot_weights(table).axes
    (norms,) = plots.plot_hypergradient(pd.concat([weighting, table])).axes
    label = task_label(own)
    assert data_lines(weights)[label].get_color() == data_lines(norms)[label].get_color()


def test_losses_show_recommendation_beside_the_tasks(history: pd.DataFrame) -> None:
    (ax,) = plots.plot_losses(history).axes
    lines = data_lines(ax)
    assert len(lines) == 8
    np.testing.assert_allclose(lines["Recommendation"].get_ydata(), 0.7 / np.arange(1, 7))


def test_cosines_are_running_medians_over_pale_values(history: pd.DataFrame) -> None:
    spiky = history.copy()
    spike = (spiky["quantity"] == "cosine") & (spiky["epoch"] == 3)
    spiky.loc[spike, "value"] = 9.0
    (ax,) = plots.plot_cosines(spiky, window=3).axes
    np.testing.assert_allclose(data_lines(ax)["Social triangle"].get_ydata(), [0.46] * 6)
    pale = [line for line in ax.lines if line.get_label() == "_values"]
    assert len(pale) == 7
    assert pale[0].get_ydata()[2] == 9.0
    assert "median of 3 epochs" in ax.get_xlabel()
    (alone,) = plots.plot_cosines(spiky, window=1).axes
    assert data_lines(alone)["Social triangle"].get_ydata()[2] == 9.0


def test_hypergradient_is_logarithmic_and_leaves_zeros_out(history: pd.DataFrame) -> None:
    rows = (history["quantity"] == "hypergradient_norm") & (history["epoch"] == 2)
    history.loc[rows, "value"] = 0.0
    figure = plots.plot_hypergradient(history, window=1, epsilon=1e-8)
    (ax,) = figure.axes
    assert ax.get_yscale() == "log"
    drawn = data_lines(ax)["Three hops"].get_ydata()
    assert np.isnan(drawn[1])
    np.testing.assert_allclose(drawn[2], 10.0**-3.13)
    reference = marked(ax, "reference")
    assert reference is not None
    assert set(reference.get_ydata()) == {1e-8}
    draw(figure)


def test_hypergradient_that_is_always_zero_says_so(history: pd.DataFrame) -> None:
    history.loc[history["quantity"] == "hypergradient_norm", "value"] = 0.0
    figure = plots.plot_hypergradient(history)
    assert "zero at every epoch" in texts(figure)
    draw(figure)


def test_the_norm_of_the_weighting_itself_is_named(history: pd.DataFrame) -> None:
    own = pd.DataFrame(
        {"epoch": [1, 2], "quantity": "hypergradient_norm", "task": "", "value": [0.1, 0.2]}
    )
    (ax,) = plots.plot_hypergradient(pd.concat([history, own])).axes
    assert len(data_lines(ax)) == 8
    assert "Weighting" in data_lines(ax)


def test_entropy_beside_that_of_equal_weights(history: pd.DataFrame) -> None:
    figure = plots.plot_entropy(history)
    (ax,) = figure.axes
    reference = marked(ax, "reference")
    assert reference is not None
    assert set(reference.get_ydata()) == {log(7)}
    assert texts(figure) == ["equal weights"]
    low, high = ax.get_ylim()
    assert low < log(7) - 0.2 < log(7) < high
    draw(figure)


def test_metrics_mark_the_best_of_every_run(make_history) -> None:
    runs = {"LightGCN": make_history(tasks=False), "AusRec": make_history(lift=1.1)}
    figure = plots.plot_metrics(runs)
    (ax,) = figure.axes
    assert list(data_lines(ax)) == ["LightGCN", "AusRec"]
    marked = [line for line in ax.lines if line.get_marker() == "o"]
    dots = [(line.get_xdata()[0], line.get_ydata()[0]) for line in marked]
    assert dots == [(4, pytest.approx(0.2)), (4, pytest.approx(0.22))]
    low, high = ax.get_ylim()
    assert low < 0.16 < 0.22 < high
    assert ax.get_ylabel() == "NDCG@10 (validation)"
    draw(figure)


def test_weight_bars_run_from_high_to_low_with_the_truth_beside(weights: dict[str, float]) -> None:
    truth = {task: 2 * weight for task, weight in weights.items()}
    figure = plots.plot_weight_bars(weights, truth)
    left, right = figure.axes
    widths = [bar.get_width() for bar in left.patches]
    assert widths == sorted(weights.values())
    assert [bar.get_width() for bar in right.patches] == [2 * width for width in widths]
    assert left.get_yticklabels()[-1].get_text() == "Joint triangle"
    assert any("correlation of the two: 1.00" in text.get_text() for text in figure.texts)
    draw(figure)


def test_weight_bars_of_one_task_without_truth() -> None:
    figure = plots.plot_weight_bars({"same_genre": 0.0})
    assert len(figure.axes) == 1
    draw(figure)


@pytest.mark.parametrize("truth", [False, True])
def test_names_beside_bars_are_whole(truth: bool) -> None:
    weights = {"generator_discriminator": 0.5, "metapath_user_item_genre_item_user": 0.4}
    figure = plots.plot_weight_bars(weights, weights if truth else None)
    figure.draw_without_rendering()
    for label in figure.axes[0].get_yticklabels():
        assert label.get_window_extent().x0 >= 0


def test_draws_into_given_axes_and_leaves_pyplot_alone(history: pd.DataFrame) -> None:
    import matplotlib.pyplot as plt

    figure = Figure()
    ax = figure.add_subplot()
    before = dict(plt.rcParams)
    assert plots.plot_weights(history, ax=ax) is figure
    assert plots.plot_weights(history) is not figure
    assert len(data_lines(ax)) == 7
    assert plt.get_fignums() == []
    assert dict(plt.rcParams) == before


def test_takes_a_history_and_its_best_epoch(history: pd.DataFrame) -> None:
    records = [Record(*row) for row in history.itertuples(index=False)]
    (ax,) = plots.plot_weights(History(records, best_epoch=5)).axes
    best = marked(ax, "best_epoch")
    assert best is not None
    assert set(best.get_xdata()) == {5}


def test_one_epoch_is_a_dot(make_history) -> None:
    history = make_history(epochs=1)
    for plot in (plots.plot_weights, plots.plot_losses, plots.plot_cosines, plots.plot_entropy):
        figure = plot(history, best_epoch=1)
        draw(figure)
        assert all(line.get_marker() == "o" for line in data_lines(figure.axes[0]).values())


def test_weights_above_one_are_seen_whole(history: pd.DataFrame) -> None:
    history.loc[history["quantity"] == "weight", "value"] *= 10
    assert plots.plot_weights(history).axes[0].get_ylim()[1] > 8.4


def test_names_are_text_and_never_formulas(make_history) -> None:
    odd = r"costs $5 and $\frac"
    history = make_history(epochs=2).replace({"task": {"two_hop": odd}})
    figures = [
        plots.plot_weights(history),
        plots.plot_weight_bars({odd: 0.5}),
        plots.plot_metrics({odd: history}),
    ]
    for figure in figures:
        draw(figure)
    assert task_label(odd) in texts(figures[0])


def test_a_missing_quantity_is_named(make_history) -> None:
    with pytest.raises(AusrecError, match="no 'weight'; it holds loss, val/ndcg@10"):
        plots.plot_weights(make_history(tasks=False))
    with pytest.raises(AusrecError, match="no runs to compare"):
        plots.plot_metrics({})
    with pytest.raises(AusrecError, match="no weights to draw"):
        plots.plot_weight_bars({})


def test_words_for_the_figures(make_history, weights: dict[str, float]) -> None:
    history = make_history()
    words = words_of(plots.plot_weights(history))
    assert words.startswith("Task weights over training. Weight against Epoch. Joint triangle: ")
    assert "Three hops: 0.438 at 1 to 0.13 at 6." in words
    assert words_of(plots.plot_entropy(history)).endswith("value: 1.88 at 1 to 1.8 at 6.")
    runs = {"LightGCN": history, "AusRec": make_history(lift=1.1)}
    assert "AusRec: 0.121 at 1 to 0.176 at 6, at most 0.22 at 4; LightGCN: " in words_of(
        plots.plot_metrics(runs)
    )
    bars = words_of(plots.plot_weight_bars(weights, {t: 2 * w for t, w in weights.items()}))
    assert "Joint triangle 0.84; Social triangle 0.76" in bars
    assert "Joint triangle 1.68; Social triangle 1.52" in bars
    assert "rank correlation of the two: 1.00" in bars


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("ausrec", ["ausrec"]),
        ("equal · two_hop", ["equal · two_hop"]),
        ("equal · two_hop+social_link", ["equal · two_hop+", "social_link"]),
        ("a_name_without_any_of_the_signs", ["a_name_without_any_of_the_signs"]),
        ("ausrec (scale 0.3, decay 0.99)", ["ausrec (scale 0.3,", "decay 0.99)"]),
    ],
)
def test_a_long_name_is_broken_behind_its_signs(name: str, lines: list[str]) -> None:
    assert break_name(name, 18).split("\n") == lines


def test_axes_stand_above_one_another_with_their_heights() -> None:
    axes = stacked_axes([2.0, 1.0])
    figure = finish(axes)
    inches = [ax.get_position().height * figure.get_figheight() for ax in axes]
    assert inches == pytest.approx([2.0, 1.0])
    assert axes[0].get_position().y0 > axes[1].get_position().y1
    assert axes[0].get_position().x0 == axes[1].get_position().x0


def test_only_the_lowest_axes_name_the_epochs(history: pd.DataFrame) -> None:
    figure = draw_runs({"1 a": history, "2 b": history}, "val/ndcg@10")
    assert [ax.get_xlabel() for ax in figure.axes] == ["", "Epoch"]
    assert figure.axes[1].get_title(loc="left") == "Task weights in run 2 b"
    assert "1 a: 0.11 at 1" in words_of(figure) and "2 b: 0.11 at 1" in words_of(figure)
    assert "weights in run 2 b. Weight against Epoch. Joint" in words_of(figure)


def test_without_weights_there_is_one_chart(make_history) -> None:
    bare = make_history(tasks=False)
    figure = draw_runs({"1 none": bare}, "val/ndcg@10")
    assert len(figure.axes) == 1 and "Weight" not in words_of(figure)


def test_the_names_of_many_tasks_have_room(many_history) -> None:
    figure = draw_runs({"1 a": many_history(24)}, "val/ndcg@10")
    names = figure.axes[1].texts
    assert len(names) == 24
    boxes = sorted((name.get_window_extent() for name in names), key=lambda box: box.y0)
    assert all(above.y0 >= below.y1 - 1 for below, above in pairwise(boxes))
    assert all(figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1 for box in boxes)
