"""Small matrices as pictures: adjacencies with names, and tables of numbers as heat maps."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ausrec.lab.figure import ShownFigure
from ausrec.lab.style import LABEL_SIZE, LIGHT, TASK_COLORS, TICK_SIZE, TITLE_SIZE, Theme

BLUE = TASK_COLORS["social_triangle"]


def plot_matrices(
    matrices: Mapping[str, NDArray[np.bool_]],
    names: Sequence[str],
    *,
    columns: Sequence[str] | None = None,
    title: str = "",
    wide: int = 4,
    theme: Theme = LIGHT,
) -> Figure:
    """Draw small boolean matrices side by side: a filled square where a pair is related.

    Args:
        matrices: by what stands above each, [rows, columns].
        names: of the rows, and of the columns where `columns` is absent.
        columns: names of the columns.
        title: of the figure.
        wide: matrices in a row.
        theme: `LIGHT` or `DARK`.
    """
    columns = columns or names
    high = -(-len(matrices) // wide)
    wide = min(wide, len(matrices))
    size = (0.9 + 0.21 * len(columns) * wide + 0.35 * wide, 1.3 + (0.21 * len(names) + 1.0) * high)
    figure = ShownFigure(figsize=(max(6.0, size[0]), size[1]), layout="constrained")
    figure.set_facecolor(theme.background)
    axes = figure.subplots(high, wide, squeeze=False)
    for place, (name, matrix) in enumerate(matrices.items()):
        ax = axes[place // wide, place % wide]
        filled = ListedColormap([theme.background, BLUE])
        ax.imshow(np.asarray(matrix, dtype=float), cmap=filled, vmin=0, vmax=1)
        draw_cells(ax, len(names), len(columns), theme)
        ax.set_title(name, loc="left", fontsize=LABEL_SIZE, color=theme.ink)
        ax.set_xticks(range(len(columns)), columns, rotation=90)
        ax.set_yticks(range(len(names)), names if place % wide == 0 else [""] * len(names))
    for ax in axes.flat[len(matrices) :]:
        ax.set_visible(False)
    draw_title(figure, title, theme)
    return figure


def plot_heat(
    table: pd.DataFrame, *, title: str = "", label: str = "", theme: Theme = LIGHT
) -> Figure:
    """Draw a table of shares from 0 to 1 as a heat map, each number in its cell.

    Args:
        table: rows and columns named as they are to be read.
        title: of the figure.
        label: what the numbers are.
        theme: `LIGHT` or `DARK`.
    """
    rows, columns = table.shape
    figure = ShownFigure(figsize=(3.0 + 0.72 * columns, 2.2 + 0.42 * rows), layout="constrained")
    figure.set_facecolor(theme.background)
    ax = figure.subplots()
    colors = LinearSegmentedColormap.from_list("blue", [theme.background, BLUE])
    values = table.to_numpy(dtype=float)
    ax.imshow(values, cmap=colors, vmin=0, vmax=1, aspect="auto")
    draw_cells(ax, rows, columns, theme)
    ax.set_xticks(range(columns), table.columns, rotation=35, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(rows), table.index)
    ax.set_xlabel(label, fontsize=LABEL_SIZE, color=theme.muted)
    for row in range(rows):
        for column in range(columns):
            value = float(values[row, column])
            ax.text(
                column,
                row,
                f"{value:.2f}",
                ha="center",
                va="center",
                fontsize=TICK_SIZE,
                color=theme.background if value > 0.7 else theme.ink,
            )
    draw_title(figure, title, theme)
    return figure


def draw_cells(ax: Axes, rows: int, columns: int, theme: Theme) -> None:
    """Draw thin lines around the cells of a matrix."""
    ax.tick_params(which="both", length=0, labelsize=TICK_SIZE, colors=theme.ink)
    ax.set_xticks(np.arange(columns + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(rows + 1) - 0.5, minor=True)
    ax.grid(which="minor", color=theme.grid, linewidth=0.9)
    for spine in ax.spines.values():
        spine.set_color(theme.grid)


def draw_title(figure: Figure, title: str, theme: Theme) -> None:
    """Write the title over a whole figure."""
    figure.suptitle(
        title, x=0.01, ha="left", fontsize=TITLE_SIZE, fontweight="bold", color=theme.ink
    )
