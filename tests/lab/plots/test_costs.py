"""The data behind the figure of estimators."""

from io import BytesIO

import pytest

from ausrec.errors import AusrecError
from ausrec.lab.plots.costs import plot_errors


def test_lines_hold_the_errors_on_a_logarithmic_scale() -> None:
    figure = plot_errors({"Neumann": {0: 0.9, 3: 0.5, 1: 0.7}, "identity": {0: 0.9}})
    figure.savefig(BytesIO(), format="png", dpi=40)
    (ax,) = figure.axes
    lines = {line.get_gid(): line for line in ax.lines if line.get_gid()}
    assert lines["Neumann"].get_xdata().tolist() == [0, 1, 3]
    assert lines["Neumann"].get_ydata().tolist() == [0.9, 0.7, 0.5]
    assert lines["identity"].get_xdata().tolist() == [0, 3]
    assert lines["identity"].get_ydata().tolist() == [0.9, 0.9]
    assert ax.get_yscale() == "log"
    assert {"Neumann", "identity"} <= {text.get_text() for text in ax.texts}


@pytest.mark.parametrize("lines", [{}, {"exact": {3: 0.0}}])
def test_nothing_above_zero_is_told(lines: dict) -> None:
    with pytest.raises(AusrecError, match="no errors above zero"):
        plot_errors(lines)
