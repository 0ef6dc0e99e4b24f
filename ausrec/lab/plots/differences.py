"""A figure of paired differences: every seed as a dot, the mean, and its interval."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ausrec.errors import AusrecError
from ausrec.experiments.statistics import mean_interval
from ausrec.lab.plots.axes import BOTTOM, NAME_LETTERS, TOP, WIDTH, break_name, figure_of, new_axes
from ausrec.lab.style import LABEL_SIZE, LIGHT, Theme


def plot_differences(
    differences: pd.DataFrame,
    label: str,
    *,
    title: str,
    theme: Theme = LIGHT,
    ax: Axes | None = None,
) -> Figure:
    """Draw paired differences: a row a variant, a dot a seed, a bar for the mean's interval.

    Args:
        differences: a row a seed, a column a variant; against what, the label says.
        label: of the differences, with their unit.
        title: of the figure.
        theme: `LIGHT` or `DARK`.
        ax: draw here instead of in a new figure.

    Raises:
        AusrecError: when there is no variant, or there are fewer than two seeds.
    """
    if differences.empty:
        raise AusrecError("no differences to draw: give a column a variant and a row a seed")
    own = ax is None
    ax = new_axes(title, "", x_label=label, theme=theme, ax=ax)
    ax.grid(visible=False)
    ax.grid(axis="x", color=theme.grid, linewidth=0.9)
    names = [break_name(str(name), NAME_LETTERS) for name in differences.columns]
    for place, column in enumerate(differences.columns):
        values = differences[column].dropna()
        low, high = mean_interval(values)
        ax.hlines(place, low, high, color=theme.muted, linewidth=7, alpha=0.45, label="_interval")
        ax.plot([values.mean()], [place], "|", color=theme.ink, markersize=20, markeredgewidth=2.5)
        ax.plot(values, np.full(len(values), place), "o", color="#0072B2", markersize=6, alpha=0.8)
    ax.axvline(0, color=theme.ink, linewidth=1.3, zorder=1)
    ax.set_yticks(range(len(names)), names, parse_math=False)
    ax.tick_params(axis="y", labelsize=LABEL_SIZE, colors=theme.ink)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.xaxis.set_major_locator(MaxNLocator(7))
    if own:
        row = 0.38 + 0.17 * max(name.count("\n") + 1 for name in names)
        height = TOP + BOTTOM + row * len(names) + 0.3
        figure_of(ax).set_size_inches(WIDTH, height)
        ax.set_position((0.24, BOTTOM / height, 0.72, 1 - (TOP + BOTTOM) / height))
    return figure_of(ax)
