"""The data behind the figures of single ideas."""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest

from ausrec.lab.names import task_label
from ausrec.lab.plots import plot_arrows, plot_task_bars, plot_weight_tangents
from ausrec.lab.plots.heatmaps import plot_heat, plot_matrices


def draw(figure):
    figure.savefig(BytesIO(), format="png", dpi=40)
    return figure


def test_matrices_show_what_is_related() -> None:
    some = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]], dtype=bool)
    names = ["Ann", "Ben", "Cem"]
    figure = draw(plot_matrices({"S": some, "not S": ~some}, names, title="Links", wide=3))
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["S", "not S"]
    for ax, matrix in zip(figure.axes, (some, ~some), strict=True):
        np.testing.assert_array_equal(ax.collections[0].get_array(), matrix)
        assert [tick.get_text() for tick in ax.get_xticklabels()] == names
    assert figure.get_suptitle() == "Links"


def test_matrices_wrap_and_take_other_columns() -> None:
    one = np.ones((2, 3), dtype=bool)
    matrices = {str(k): one for k in range(3)}
    figure = draw(plot_matrices(matrices, ["a", "b"], columns=["x", "y", "z"], wide=2))
    assert [ax.get_visible() for ax in figure.axes] == [True, True, True, False]
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == ["x", "y", "z"]


def test_heat_writes_every_number() -> None:
    table = pd.DataFrame([[1.0, 0.25], [0.5, 0.0]], index=["a", "b"], columns=["a", "b"])
    (ax,) = draw(plot_heat(table, title="Overlap", label="Jaccard")).axes
    assert [text.get_text() for text in ax.texts] == ["1.00", "0.25", "0.50", "0.00"]
    assert ax.get_xlabel() == "Jaccard"


@pytest.mark.parametrize("values", [{"two_hop": 1.2, "social_link": 2.5}, {"a": -0.5, "b": 0.25}])
def test_bars_grow_upwards(values: dict[str, float]) -> None:
    figure = draw(plot_task_bars(values, title="t", x_label="lift", reference=(1.0, "chance")))
    (ax,) = figure.axes
    assert [bar.get_width() for bar in ax.patches] == sorted(values.values())
    order = sorted(values, key=lambda task: values[task])
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [task_label(n) for n in order]
    assert "chance" in [text.get_text() for text in ax.texts]


def test_bars_of_one_color() -> None:
    (ax,) = draw(plot_task_bars({"a": 1.0, "b": 2.0}, title="t", x_label="x", color="#0072B2")).axes
    assert len({bar.get_facecolor() for bar in ax.patches}) == 1


def test_arrows_point_where_they_are_told() -> None:
    arrows = {"main": (1.0, 0.0), "two_hop": (-0.5, 0.3)}
    (ax,) = draw(plot_arrows(arrows, title="t", x_label="x", y_label="y")).axes
    assert [text.xy for text in ax.texts if not text.get_text()] == [(1.0, 0.0), (-0.5, 0.3)]
    assert [text.get_text() for text in ax.texts if text.get_text()] == [
        "Recommendation",
        "Two hops",
    ]
    near = plot_arrows(dict.fromkeys("abc", (1.0, 1.0)), title="t", x_label="x", y_label="y")
    heights = [text.xy[1] for text in near.axes[0].texts if text.get_text()]
    assert np.diff(heights).min() > 0
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert left < -0.5 < 1.0 < right
    assert low < 0 < 0.3 < high


def test_tangents_touch_the_present_point() -> None:
    grid = np.linspace(0, 1, 3)
    curves = {"two_hop": [1.0, 0.8, 0.7], "main": [1.0, 0.8, 0.7]}
    weights, slopes = {"two_hop": 0.5, "main": 0.5}, {"two_hop": -0.3, "main": 0.0}
    figure = draw(plot_weight_tangents(grid, curves, weights, 0.8, slopes))
    measured, tangent, now = figure.axes[0].lines
    assert list(measured.get_ydata()) == [1.0, 0.8, 0.7]
    np.testing.assert_allclose(tangent.get_ydata(), [0.95, 0.8, 0.65])
    assert (now.get_xdata()[0], now.get_ydata()[0]) == (0.5, 0.8)
    assert list(figure.axes[1].lines[1].get_ydata()) == [0.8, 0.8, 0.8]
