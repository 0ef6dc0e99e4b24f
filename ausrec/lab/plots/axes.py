"""What all figures share: figures with a title, axes of a fixed place, lines, marks.

Figures are built without pyplot, and take what is not data from the look around the call
(`ausrec.lab.look`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from ausrec.lab.figure import ShownFigure
from ausrec.lab.look import SOLID, Dash, look, tone
from ausrec.lab.plots.label_places import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    label_ends,
    labels_height,
)

# The pattern of lines that are no data: references, and marked epochs.
REFERENCE: Dash = (0, (4, 3))


def new_figure(title: str, width: float, height: float, *, placed: bool = False) -> ShownFigure:
    """Make a figure with a title over all of it.

    Args:
        title: "" for none.
        width: in inches.
        height: in inches.
        placed: axes will be placed by hand; otherwise they are laid out to fill the figure.
    """
    figure = ShownFigure(figsize=(width, height), layout=None if placed else "constrained")
    if title:
        place = {"y": 1 - 0.12 / height, "va": "top"} if placed else {}
        figure.suptitle(title, x=0.01, ha="left", **place)
    return figure


@look()
def new_axes(
    title: str,
    y_label: str,
    *,
    x_label: str = "Epoch",
    ax: Axes | None = None,
    ends: Iterable[str] = (),
) -> Axes:
    """Make one pair of axes in a figure of its own, or dress the one that is given.

    Args:
        title: of the figure.
        y_label: what is drawn.
        x_label: what is to the right.
        ax: the axes to dress, which keep their size.
        ends: the labels that lines will have at their ends: a new figure is high enough for all.
    """
    if ax is None:
        height = max(HEIGHT, TOP + labels_height(ends) + BOTTOM)
        (ax,) = stacked_axes([height - TOP - BOTTOM], TOP)
    ax.set_title(title)
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, steps=[1, 2, 5, 10]))
    return ax


def panels(
    title: str, number: int, wide: int, *, width: float = WIDTH, height: float, **settings: Any
) -> tuple[ShownFigure, list[Axes]]:
    """Make panels next to and below one another in a figure of their own.

    Args:
        title: over all of them; "" for none.
        number: of panels.
        wide: panels in a row, at most.
        width: of the figure, in inches.
        height: of the figure, in inches.
        settings: of `Figure.subplots`, such as `sharey`.
    """
    wide = min(wide, number)
    figure = new_figure(title, width, height)
    axes = list(figure.subplots(-(-number // wide), wide, squeeze=False, **settings).flat)
    for ax in axes[number:]:
        ax.set_visible(False)
    return figure, axes[:number]


def stacked_axes(heights: Sequence[float], top: float = 0.5) -> list[Axes]:
    """Make axes above one another, the first on top.

    Args:
        heights: of the axes, in inches.
        top: the margin above the first.
    """
    gap, rows = 0.8, len(heights)
    height = round(top + sum(heights) + gap * (rows - 1) + BOTTOM, 6)
    margins = {
        "left": LEFT / WIDTH, "right": 1 - RIGHT / WIDTH, "bottom": BOTTOM / height,
        "top": 1 - top / height, "hspace": gap * rows / sum(heights),
    }  # fmt: skip
    figure = new_figure("", WIDTH, height, placed=True)
    axes = figure.subplots(rows, squeeze=False, height_ratios=heights, gridspec_kw=margins)
    return list(axes[:, 0])


def finish(axes: Iterable[Axes]) -> Figure:
    """Leave the words at the epochs to the lowest of stacked axes; return the figure."""
    *others, lowest = axes
    for ax in (*others, lowest):
        # The words are close to their axes; in a single figure they have more room.
        ax.set_title(ax.get_title(loc="left"), fontsize=12.5, pad=15)
    for ax in others:
        ax.set_xlabel("")
    return figure_of(lowest)


def name_panel(ax: Axes, name: str) -> Text:
    """Write the name of one of several axes above it, on the left, and return it."""
    return ax.set_title(name, fontsize="medium", fontweight="normal", pad=4, parse_math=False)


def grid_upright(ax: Axes) -> None:
    """Draw grid lines at the values to the right, for axes whose rows are names."""
    ax.grid(visible=False)
    ax.grid(axis="x")


def figure_of(ax: Axes) -> Figure:
    """Return the figure that holds the axes."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure


@look()
def draw_lines(
    ax: Axes,
    lines: Mapping[str, "pd.Series[float]"],
    colors: Mapping[str, str],
    labels: Mapping[str, str],
    dashes: Mapping[str, Dash] | None = None,
) -> None:
    """Draw one line a name, and its label at its end.

    Args:
        ax: axes with their scale and limits of y set, or to be set by the data.
        lines: values by name, indexed by epoch.
        colors: by name.
        labels: what to print, by name.
        dashes: patterns of the lines, by name; None for solid ones.
    """
    known = {name: line.dropna() for name, line in lines.items()}
    for name, line in lines.items():
        ax.plot(
            line.index, line.to_numpy(), label=labels[name] or "value", gid=name,
            color=colors[name], linestyle=(dashes or {}).get(name, SOLID),
            marker="o" if len(known[name]) == 1 else None,
        )  # fmt: skip
    ends = {n: (float(line.index[-1]), line.iloc[-1]) for n, line in known.items() if len(line)}
    label_ends(ax, {labels[name]: end for name, end in ends.items()}, [colors[n] for n in ends])


def mark_epoch(ax: Axes, epoch: int) -> None:
    """Mark the epoch whose model was kept."""
    muted = tone("muted")
    ax.axvline(epoch, color=muted, linewidth=1.2, linestyle=REFERENCE, gid="best_epoch")
    left, right = ax.get_xlim()
    side, align = (-5, "right") if epoch > left + 0.75 * (right - left) else (5, "left")
    ax.annotate(
        f"best epoch {epoch}", (epoch, 1), xycoords=("data", "axes fraction"), xytext=(side, -2),
        textcoords="offset points", color=muted, ha=align, va="bottom",
    )  # fmt: skip


def mark_value(ax: Axes, value: float, text: str) -> None:
    """Mark a value to compare with by a level line, and say what it is."""
    muted = tone("muted")
    ax.axhline(value, color=muted, linewidth=1.2, linestyle=REFERENCE, gid="reference")
    ax.annotate(
        text, (0, value), xycoords=("axes fraction", "data"), xytext=(4, 3),
        textcoords="offset points", color=muted,
    )  # fmt: skip
