"""Lines with a band around each: a number to the right, a quantity of several variants upwards."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ausrec.errors import AusrecError
from ausrec.lab.plots.axes import draw_lines, figure_of, new_axes
from ausrec.lab.plots.compare import run_colors
from ausrec.lab.style import LIGHT, Theme, task_colors, task_dashes, task_label

MOST_TICKS = 8


def plot_bands(
    bands: Mapping[str, pd.DataFrame],
    *,
    title: str,
    x_label: str,
    y_label: str,
    zero: bool = False,
    first: str | None = None,
    by_task: bool = False,
    theme: Theme = LIGHT,
) -> Figure:
    """Draw a line a variant, its points marked, and a band from its low to its high end.

    Args:
        bands: index the number to the right, columns `mean`, `low`, `high`; by variant. A band
            whose ends are NaN is not drawn.
        title: of the figure.
        x_label: what the number is.
        y_label: what is drawn.
        zero: draw a line at 0.
        first: the variant that is drawn in grey; None for the first.
        by_task: the lines are those of tasks, and have their colours and names.
        theme: `LIGHT` or `DARK`.

    Raises:
        AusrecError: there is no line.
    """
    lines = {name: table["mean"] for name, table in bands.items() if table["mean"].notna().any()}
    if not lines:
        raise AusrecError("no lines to draw: no run has finished under any condition")
    # The grey is kept for the first, whether it is drawn here or not.
    names = list(lines) if first is None else [first, *(name for name in lines if name != first)]
    colors = task_colors(names, theme) if by_task else run_colors(names, theme)
    shown = {name: task_label(name) if by_task else name for name in lines}
    dashes = task_dashes(names) if by_task else None
    ax = new_axes(title, y_label, x_label=x_label, theme=theme, ends=shown.values())
    numbers = sorted({float(x) for line in lines.values() for x in line.index})
    if len(numbers) <= MOST_TICKS:
        ax.set_xticks(numbers, [f"{number:g}" for number in numbers])
    else:
        ax.xaxis.set_major_locator(MaxNLocator(nbins=MOST_TICKS))
    if zero:
        ax.axhline(0, color=theme.muted, linewidth=1.2, gid="zero")
    for name in lines:
        table = bands[name]
        ax.fill_between(
            table.index, table["low"], table["high"], color=colors[name], alpha=0.18, linewidth=0,
            label="_band",
        )  # fmt: skip
        ax.plot(table.index, table["mean"], "o", color=colors[name], markersize=6, label="_point")
    draw_lines(ax, lines, colors, shown, theme, dashes)
    figure = figure_of(ax)
    told = "; ".join(
        f"{shown[name]} " + ", ".join(f"{value:.4f} at {x:g}" for x, value in line.dropna().items())
        for name, line in lines.items()
    )
    if hasattr(figure, "alt"):
        figure.alt = f"{title}. {y_label} by {x_label}: {told}."
    return figure
