"""The data behind the figures of anchors and of several runs."""

from io import BytesIO

import numpy as np
import pandas as pd

from ausrec.lab.plots import plot_anchors, plot_runs


def draw(figure):
    figure.savefig(BytesIO(), format="png", dpi=40)
    return figure


def test_anchors_stand_beside_their_rows() -> None:
    names = ["Ann", "Ben", "Cem"]
    cosines = pd.DataFrame([[1, 0.2, -0.3], [0.1, 0.9, 0], [0, 0, -1]], names, names)
    losses = pd.Series([0.5, 2.0, 1.0], names)
    figure = draw(plot_anchors(cosines, losses, title="Two views", label="InfoNCE loss"))
    matrix, bars, scale = figure.axes
    np.testing.assert_array_equal(matrix.collections[0].get_array(), cosines)
    assert matrix.collections[0].get_clim() == (-1, 1)
    assert [tick.get_text() for tick in matrix.get_yticklabels()] == names
    assert [bar.get_width() for bar in bars.patches] == [0.5, 2.0, 1.0]
    assert [bar.get_y() + bar.get_height() / 2 for bar in bars.patches] == [0.5, 1.5, 2.5]
    assert (bars.get_xlabel(), scale.get_xlabel()) == ("InfoNCE loss", "cosine")


def test_runs_keep_their_names_as_they_are() -> None:
    runs = {
        "+ SGL": pd.Series([-2.0, -1.0], [1, 5]),
        "alone_2": pd.Series([-3.0, -3.5], [1, 5]),
    }
    figure = draw(plot_runs(runs, title="Spread", y_label="Uniformity"))
    (ax,) = figure.axes
    drawn = {line.get_gid(): list(line.get_ydata()) for line in ax.lines if line.get_gid()}
    assert drawn == {"+ SGL": [-2.0, -1.0], "alone_2": [-3.0, -3.5]}
    assert {text.get_text() for text in ax.texts} == {"+ SGL", "alone_2"}
    assert ax.get_ylabel() == "Uniformity"
