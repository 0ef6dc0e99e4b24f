"""Figures of single ideas: named bars, gradients as arrows, a loss over the weights."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from ausrec.lab.figure import ShownFigure
from ausrec.lab.plots.axes import WIDTH, dress, figure_of, new_axes, spread
from ausrec.lab.style import (
    LABEL_SIZE,
    LIGHT,
    TICK_SIZE,
    TITLE_SIZE,
    Theme,
    task_colors,
    task_label,
)


def plot_task_bars(
    values: Mapping[str, float],
    *,
    title: str,
    x_label: str,
    reference: tuple[float, str] | None = None,
    digits: int = 2,
    color: str | None = None,
    theme: Theme = LIGHT,
) -> Figure:
    """Draw one number of every task (or anything else with a name) as a bar, the largest on top.

    Args:
        values: by task.
        title: of the figure.
        x_label: what the numbers are, with their unit.
        reference: a value to compare with, and what it means.
        digits: decimals of the numbers at the bars.
        color: of all bars; None for each task's own.
        theme: `LIGHT` or `DARK`.
    """
    tasks = sorted(values, key=lambda task: values[task])
    figure = ShownFigure(figsize=(WIDTH, 1.5 + 0.42 * len(tasks)), layout="constrained")
    figure.set_facecolor(theme.background)
    ax = new_axes(title, "", x_label=x_label, theme=theme, ax=figure.subplots())
    ax.grid(visible=False)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6))
    colors = task_colors(tasks, theme)
    lengths = [values[task] for task in tasks]
    ax.barh(
        [task_label(task) for task in tasks], lengths, color=[color or colors[t] for t in tasks]
    )
    ax.tick_params(axis="y", labelsize=LABEL_SIZE, colors=theme.ink)
    low, high = min(0.0, *lengths), max(0.0, *lengths)
    ax.set_xlim(low - (0.12 if low < 0 else 0) * (high - low), high + 0.12 * (high - low))
    for place, length in enumerate(lengths):
        ax.annotate(
            f"{length:.{digits}f}",
            (length, place),
            xytext=(5 if length >= 0 else -5, 0),
            textcoords="offset points",
            va="center",
            ha="left" if length >= 0 else "right",
            fontsize=TICK_SIZE,
            color=theme.ink,
            bbox={"facecolor": theme.background, "edgecolor": "none", "pad": 1.5},
        )
    if reference is not None:
        ax.axvline(reference[0], color=theme.ink, linewidth=1.2, linestyle=(0, (4, 3)))
        ax.annotate(
            reference[1],
            (reference[0], 1),
            xycoords=("data", "axes fraction"),
            xytext=(4, 4),
            textcoords="offset points",
            fontsize=TICK_SIZE,
            color=theme.muted,
        )
    return figure_of(ax)


def plot_arrows(
    arrows: Mapping[str, tuple[float, float]],
    *,
    title: str,
    x_label: str,
    y_label: str,
    theme: Theme = LIGHT,
) -> Figure:
    """Draw directions of a plane as arrows from one point, each with its name at its tip.

    Args:
        arrows: (x, y) by the name of a task, or by any other name.
        title: of the figure.
        x_label: what the first axis measures.
        y_label: what the second axis measures.
        theme: `LIGHT` or `DARK`.
    """
    figure = ShownFigure(figsize=(WIDTH, 4.6), layout="constrained")
    figure.set_facecolor(theme.background)
    ax = new_axes(title, y_label, x_label=x_label, theme=theme, ax=figure.subplots())
    ax.axhline(0, color=theme.grid, linewidth=1)
    ax.axvline(0, color=theme.muted, linewidth=1.2, linestyle=(0, (4, 3)))
    ends = np.array([*arrows.values(), (0.0, 0.0)])
    low, high = ends.min(axis=0), ends.max(axis=0)
    margin = 0.18 * float((high - low).max() or 1.0)
    # Names stand to the right of the tips, and need more room there.
    ax.set_xlim(low[0] - 1.5 * margin, high[0] + 2.5 * margin)
    ax.set_ylim(low[1] - margin, high[1] + margin)
    colors = task_colors(arrows, theme)
    heights = _label_heights(arrows, ax.get_ylim())
    for name, (x, y) in arrows.items():
        ax.annotate(
            "",
            (x, y),
            xytext=(0, 0),
            arrowprops={"arrowstyle": "-|>", "color": colors[name], "linewidth": 2.4},
        )
        ax.annotate(
            task_label(name),
            (x, heights[name]),
            xytext=(7 if x >= 0 else -7, 0),
            textcoords="offset points",
            ha="left" if x >= 0 else "right",
            va="center",
            fontsize=LABEL_SIZE,
            color=theme.ink,
        )
    return figure_of(ax)


def _label_heights(
    arrows: Mapping[str, tuple[float, float]], limits: tuple[float, float]
) -> dict[str, float]:
    """Return heights for the names at the tips, so that names of one side do not overlap."""
    heights: dict[str, float] = {}
    for right in (True, False):
        side = {name: y for name, (x, y) in arrows.items() if (x >= 0) == right}
        if side:
            places = spread(np.array(list(side.values())), 0.06 * (limits[1] - limits[0]), *limits)
            heights |= dict(zip(side, places.tolist(), strict=True))
    return heights


def plot_weight_tangents(
    grid: NDArray[np.float64],
    curves: Mapping[str, Sequence[float]],
    weights: Mapping[str, float],
    value: float,
    slopes: Mapping[str, float],
    *,
    title: str = "What more weight does to the meta loss",
    theme: Theme = LIGHT,
) -> Figure:
    """Draw the meta loss over each task's weight, and the tangent at the present weight.

    Args:
        grid: weights at which the curves were measured, [points].
        curves: meta loss by task, [points] each, the other weights as they are.
        weights: the present weight of each task.
        value: the meta loss at the present weights.
        slopes: derivative of the meta loss by each weight there.
        title: of the figure.
        theme: `LIGHT` or `DARK`.
    """
    figure = ShownFigure(figsize=(WIDTH, 3.6), layout="constrained")
    figure.set_facecolor(theme.background)
    axes = figure.subplots(1, len(curves), sharey=True, squeeze=False)[0]
    colors = task_colors(curves, theme)
    for ax, (name, curve) in zip(axes, curves.items(), strict=True):
        dress(ax, theme)
        ax.plot(grid, curve, color=colors[name], linewidth=2.6, label="measured", gid=name)
        tangent = value + slopes[name] * (grid - weights[name])
        ax.plot(
            grid, tangent, color=theme.ink, linewidth=1.4, linestyle=(0, (4, 3)), label="predicted"
        )
        ax.plot([weights[name]], [value], "o", color=theme.ink, markersize=8, label="now")
        ax.set_title(task_label(name), loc="left", fontsize=LABEL_SIZE, color=theme.ink)
        ax.set_xlabel("Weight λ", fontsize=LABEL_SIZE, color=theme.muted)
        ax.ticklabel_format(axis="y", useOffset=False)
    axes[0].set_ylabel("Meta loss after the step", fontsize=LABEL_SIZE, color=theme.muted)
    axes[-1].legend(frameon=False, fontsize=TICK_SIZE, labelcolor=theme.ink)
    figure.suptitle(
        title, x=0.01, ha="left", fontsize=TITLE_SIZE, fontweight="bold", color=theme.ink
    )
    return figure
