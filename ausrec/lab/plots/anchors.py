"""Figures of the other paradigms: anchors with their losses, and several runs over the epochs."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from ausrec.lab.figure import ShownFigure
from ausrec.lab.plots.axes import draw_lines, dress, figure_of, new_axes
from ausrec.lab.plots.matrices import BLUE, draw_cells, draw_title
from ausrec.lab.style import (
    LABEL_SIZE,
    LIGHT,
    TASK_COLORS,
    TICK_SIZE,
    Theme,
    task_colors,
    task_dashes,
)

ORANGE = TASK_COLORS["joint_triangle"]


def plot_anchors(
    cosines: pd.DataFrame,
    losses: "pd.Series[float]",
    *,
    title: str = "",
    label: str = "Loss",
    theme: Theme = LIGHT,
) -> Figure:
    """Draw the cosines of two views as a matrix, and the loss of each row as a bar beside it.

    Args:
        cosines: nodes in the first view by nodes in the second, from −1 to 1.
        losses: by row.
        title: of the figure.
        label: what the bars are.
        theme: `LIGHT` or `DARK`.
    """
    number = len(cosines)
    figure = ShownFigure(figsize=(4.6 + 0.28 * number, 1.7 + 0.26 * number), layout="constrained")
    figure.set_facecolor(theme.background)
    matrix, bars = figure.subplots(1, 2, sharey=True, width_ratios=[2, 1])
    colors = LinearSegmentedColormap.from_list("signed", [ORANGE, theme.background, BLUE])
    image = matrix.imshow(cosines.to_numpy(), cmap=colors, vmin=-1, vmax=1, aspect="auto")
    draw_cells(matrix, number, number, theme)
    matrix.set_xticks(range(number), cosines.columns, rotation=90)
    matrix.set_yticks(range(number), cosines.index)
    matrix.set_xlabel("second view", fontsize=LABEL_SIZE, color=theme.muted)
    matrix.set_ylabel("first view", fontsize=LABEL_SIZE, color=theme.muted)
    scale = figure.colorbar(image, ax=matrix, ticks=[-1, 0, 1], fraction=0.05)
    scale.outline.set_visible(False)
    # Below the scale: beside it, it would read as what the bars to its right are.
    scale.ax.set_xlabel("cosine", fontsize=LABEL_SIZE, color=theme.muted, labelpad=8)
    scale.ax.tick_params(labelsize=TICK_SIZE, colors=theme.muted, length=0)
    dress(bars, theme)
    bars.grid(visible=False)
    bars.barh(range(number), losses.to_numpy(), color=theme.muted)
    bars.tick_params(axis="y", labelleft=False)
    bars.set_xlabel(label, fontsize=LABEL_SIZE, color=theme.muted)
    draw_title(figure, title, theme)
    return figure


def plot_runs(
    runs: Mapping[str, "pd.Series[float]"],
    *,
    title: str,
    y_label: str,
    theme: Theme = LIGHT,
) -> Figure:
    """Draw one quantity of several runs over the epochs, each with its name at its end.

    Args:
        runs: values indexed by epoch, by name of the run.
        title: of the figure.
        y_label: what the values are.
        theme: `LIGHT` or `DARK`.
    """
    lines, names = dict(runs), {name: name for name in runs}
    ax = new_axes(title, y_label, theme=theme, ends=names)
    draw_lines(ax, lines, task_colors(lines, theme), names, theme, task_dashes(lines))
    return figure_of(ax)
