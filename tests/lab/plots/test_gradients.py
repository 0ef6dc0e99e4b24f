"""The data behind the figures of a bi-level problem of two parameters."""

from io import BytesIO

import numpy as np
import pytest

from ausrec.errors import AusrecError
from ausrec.lab.plots.gradients import plot_optima, plot_solves

HESSIAN = np.diag([0.2, 1.0])


def test_optima_are_drawn_in_the_order_of_the_weights() -> None:
    paths = {"a": {1.0: (2.0, 1.0), 0.0: (0.0, 0.0), 0.5: (1.0, 0.5)}}
    figure = plot_optima(paths, HESSIAN, (1.0, 0.5), (3.0, -1.0))
    figure.savefig(BytesIO(), format="png", dpi=40)
    (ax,) = figure.axes
    (line,) = [line for line in ax.lines if line.get_gid() == "a"]
    assert line.get_xydata().tolist() == [[0, 0], [1, 0.5], [2, 1]]
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == ["A: weight 0 to 1", "W* now", "held-out optimum"]
    assert ax.get_xlim()[0] < 0 and ax.get_xlim()[1] > 3


def test_paths_end_beside_the_truth_whose_frame_a_stray_path_does_not_change() -> None:
    def drawn(far):
        paths = {"Neumann": [(0.0, 0.0), far], "conjugate gradient": [(0.0, 0.0), (1.0, 2.0)]}
        figure = plot_solves(paths, HESSIAN, (1.0, 2.0))
        figure.savefig(BytesIO(), format="png", dpi=40)
        return figure.axes[0]

    near, stray = drawn((0.5, 0.5)), drawn((900.0, -900.0))
    assert near.get_xlim() == stray.get_xlim()
    lines = {line.get_gid(): line.get_xydata().tolist() for line in near.lines if line.get_gid()}
    assert lines["Neumann"] == [[0, 0], [0.5, 0.5]]
    words = [text.get_text() for text in near.get_legend().get_texts()]
    assert words == ["Neumann", "conjugate gradient", "true v"]


@pytest.mark.parametrize("paths", [{}, {"Neumann": []}])
def test_nothing_to_draw_is_told(paths: dict) -> None:
    with pytest.raises(AusrecError, match="no path to draw"):
        plot_solves(paths, HESSIAN, (1.0, 2.0))
