"""Small matrices as pictures: adjacencies with names, and tables of numbers as heat maps."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ausrec.errors import AusrecError
from ausrec.lab.look import BLUE, VERMILION, look, tone
from ausrec.lab.names import task_label
from ausrec.lab.plots.axes import grid_upright, name_panel, new_figure, panels

HEADINGS = {
    "alone": "alone: with the task,\nabove no task",
    "among all": "among all:\nall, above all but it",
}


@look()
def plot_matrices(
    matrices: Mapping[str, NDArray[np.bool_]],
    names: Sequence[str],
    *,
    columns: Sequence[str] | None = None,
    title: str = "",
    wide: int = 4,
) -> Figure:
    """Draw small boolean matrices side by side: a filled square where a pair is related.

    Args:
        matrices: by what is written above each, [rows, columns].
        names: of the rows, and of the columns where `columns` is absent.
        columns: names of the columns.
        title: of the figure.
        wide: matrices in a row.
    """
    columns = columns or names
    high, wide = -(-len(matrices) // wide), min(wide, len(matrices))
    width = max(6.0, 0.9 + (0.21 * len(columns) + 0.35) * wide)
    height = 1.3 + (0.21 * len(names) + 1.0) * high
    figure, axes = panels(title, len(matrices), wide, width=width, height=height)
    for place, (name, matrix) in enumerate(matrices.items()):
        rows = list(names) if place % wide == 0 else [""] * len(names)
        table = pd.DataFrame(np.asarray(matrix, dtype=float), rows, list(columns))
        _draw_cells(axes[place], table, _colors(BLUE), 0.0, square=True)
        axes[place].tick_params(axis="x", rotation=90)
        name_panel(axes[place], name)
    return figure


@look()
def plot_heat(table: pd.DataFrame, *, title: str = "", label: str = "") -> Figure:
    """Draw a table of shares from 0 to 1 as a heat map, each number in its cell.

    Args:
        table: rows and columns named as they are to be read.
        title: of the figure.
        label: what the numbers are.
    """
    rows, columns = table.shape
    figure = new_figure(title, 3.0 + 0.72 * columns, 2.2 + 0.42 * rows)
    ax = figure.subplots()
    _draw_cells(ax, table, _colors(BLUE), 0.0, texts=table.map("{:.2f}".format))
    ax.set_xticklabels(ax.get_xticklabels(), rotation=35, ha="right", rotation_mode="anchor")
    ax.set_xlabel(label)
    return figure


@look()
def plot_transfer(
    table: pd.DataFrame, label: str, *, title: str = "What does each task add?"
) -> Figure:
    """Draw a row a task and a column for what it adds alone, and to all others.

    Blue helps and orange harms, on one scale for all cells. A star marks a gain that is significant
    after the correction; a dash is where there are no runs.

    Args:
        table: of `analysis.transfer.task_gains`, of one data set and strategy.
        label: of the metric.
        title: of the figure.

    Raises:
        AusrecError: the table is empty.
    """
    if table.empty:
        raise AusrecError("nothing was run with one task alone or all but one: give `alone`")
    gains = table.pivot(index="task", columns="added_to", values="difference").astype(float)
    stars = table.pivot(index="task", columns="added_to", values="significant").eq(True)
    texts = gains.map(lambda gain: "–" if np.isnan(gain) else f"{gain:+.4f}")
    texts += stars.map(lambda is_significant: " *" if is_significant else "")
    tasks, columns = list(dict.fromkeys(table["task"])), [h for h in HEADINGS if h in gains]
    gains, texts = (
        each.loc[tasks, columns].rename(task_label).rename(columns=HEADINGS)
        for each in (gains, texts)
    )
    width = max(6.5, 2.6 + 1.75 * len(columns))
    figure = new_figure(title, width, 2.3 + 0.42 * len(gains))
    ax = figure.subplots()
    reach = 0.0 if gains.isna().all(axis=None) else float(np.nanmax(np.abs(gains.to_numpy())))
    _draw_cells(ax, gains, _colors(BLUE, VERMILION), -(reach or 1.0), texts=texts)
    ax.xaxis.tick_top()
    ax.tick_params(axis="x", labelsize=10.5)
    ax.set_xlabel(f"Gain in {label}, mean over seeds; *: significant")
    return figure


@look()
def plot_anchors(
    cosines: pd.DataFrame,
    losses: "pd.Series[float]",
    *,
    title: str = "",
    label: str = "Loss",
) -> Figure:
    """Draw the cosines of two views as a matrix, and the loss of each row as a bar next to it.

    Args:
        cosines: nodes in the first view by nodes in the second, from −1 to 1.
        losses: by row.
        title: of the figure.
        label: what the bars are.
    """
    number = len(cosines)
    figure = new_figure(title, 4.6 + 0.28 * number, 1.7 + 0.26 * number)
    matrix, bars = figure.subplots(1, 2, sharey=True, width_ratios=[2, 1])
    _draw_cells(matrix, cosines, _colors(BLUE, VERMILION), -1.0)
    matrix.tick_params(axis="x", rotation=90)
    matrix.set(xlabel="second view", ylabel="first view")
    scale = figure.colorbar(matrix.collections[0], ax=matrix, ticks=[-1, 0, 1], fraction=0.05)
    scale.outline.set_visible(False)
    # Below the scale: next to it, the word would read as what the bars to its right are.
    scale.ax.set_xlabel("cosine", labelpad=8)
    bars.barh(np.arange(number) + 0.5, losses.to_numpy(), color=tone("muted"))
    bars.tick_params(axis="y", labelleft=False)
    grid_upright(bars)
    bars.set_xlabel(label)
    return figure


def _colors(high: str, low: str | None = None) -> Colormap:
    """Return the colours from the ground (or a colour for what is low) to one for what is high."""
    steps = [tone("background"), high] if low is None else [low, tone("background"), high]
    return LinearSegmentedColormap.from_list("ausrec", steps)


def _draw_cells(
    ax: Axes,
    table: pd.DataFrame,
    colors: Colormap,
    low: float,
    *,
    texts: pd.DataFrame | None = None,
    square: bool = False,
) -> None:
    """Draw a table as cells with thin lines between them.

    Args:
        ax: where.
        table: numbers; NaN for an empty cell.
        colors: from the lowest to the highest number.
        low: the lowest: 0 for shares, up to 1; −a for numbers from −a to a.
        texts: to write into the cells.
        square: draw squares, however wide the axes are.
    """
    import seaborn as sns  # not before it is needed: it brings ipywidgets with it

    # An empty cell takes the ground's colour, and its text that of any other.
    values = table.fillna(0.0)
    sns.heatmap(
        values, vmin=low, vmax=-low or 1, cmap=colors, annot=texts, fmt="", cbar=False,
        linewidths=0.9, linecolor=tone("grid"), square=square, annot_kws={"size": 10.5},
        xticklabels=True, yticklabels=True, ax=ax,
    )  # fmt: skip
    for axis, names in ((ax.xaxis, table.columns), (ax.yaxis, table.index)):
        axis.set_ticklabels([str(name) for name in names], parse_math=False)
    ax.tick_params(axis="both", labelcolor=tone("ink"), rotation=0)
    ax.set(xlabel="", ylabel="")
    ax.spines[:].set(visible=True, color=tone("grid"))
