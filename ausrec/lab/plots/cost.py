"""What quality costs: the time of an epoch against a metric."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ausrec.errors import AusrecError
from ausrec.lab.plots.axes import figure_of, label_ends, new_axes
from ausrec.lab.plots.compare import run_colors
from ausrec.lab.style import LIGHT, Theme


def plot_cost(
    table: pd.DataFrame,
    label: str,
    *,
    title: str = "What does it cost?",
    theme: Theme = LIGHT,
    ax: Axes | None = None,
) -> Figure:
    """Draw a point a variant: seconds of an epoch to the right (log scale), the metric upwards.

    Upper left is best. A line leads to each name.

    Args:
        table: `variant`, `seconds_per_epoch` and `mean`, of one data set; the first row is what
            the others are compared with, in grey.
        label: of the metric.
        title: of the figure.
        theme: `LIGHT` or `DARK`.
        ax: draw here instead of in a new figure.

    Raises:
        AusrecError: there is no point.
    """
    points = table.dropna(subset=["seconds_per_epoch", "mean"])
    if points.empty:
        raise AusrecError("no cost to draw: no run has both a time and the metric")
    names = [str(name) for name in points["variant"]]
    x_label = "Seconds an epoch (log scale)"
    ax = new_axes(title, label, x_label=x_label, theme=theme, ax=ax, ends=names)
    seconds = points["seconds_per_epoch"].to_numpy(dtype=float)
    colors = run_colors(names, theme)
    ax.grid(axis="x", color=theme.grid, linewidth=0.9)
    ax.scatter(
        seconds, points["mean"], s=90, c=[colors[name] for name in names], zorder=3,
        edgecolors=theme.background, linewidths=1.2,
        clip_on=False,
    )  # fmt: skip
    ax.margins(0.12)
    low, high = float(seconds.min()), float(seconds.max())
    if low > 0:
        ax.set_xscale("log")
        ax.set_xlim(low / max((high / low) ** 0.08, 1.02), high * (1.02 if low == high else 1))
        ax.set_xticks(_ticks(*ax.get_xlim()))
        ax.set_xticks([], minor=True)
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.yaxis.set_major_locator(MaxNLocator(6))
    ends = {
        name: (float(x), float(y))
        for name, x, y in zip(names, seconds, points["mean"], strict=True)
    }
    label_ends(ax, ends, [colors[name] for name in ends], theme)
    figure = figure_of(ax)
    told = ", ".join(f"{name} {x:.3g} s, {y:.4f}" for name, (x, y) in ends.items())
    if hasattr(figure, "alt"):
        figure.alt = f"{title} Seconds an epoch and {label}: {told}."
    return figure


def _ticks(low: float, high: float) -> list[float]:
    # 1, 2, 5 of every decade; three at least, or a short span would have hardly any.
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    ticks = [m * 10.0**d for d in decades for m in (1, 2, 5) if low <= m * 10.0**d <= high]
    return ticks if len(ticks) >= 3 else [float(f"{x:.2g}") for x in np.geomspace(low, high, 4)]
