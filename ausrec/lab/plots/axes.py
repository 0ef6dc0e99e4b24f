"""What all figures share: axes of a fixed place and look, and labels at the ends of lines.

Figures are built without pyplot, so that no global state is read or changed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator
from scipy.optimize import isotonic_regression

from ausrec.lab.figure import ShownFigure
from ausrec.lab.style import LABEL_SIZE, LIGHT, SOLID, TICK_SIZE, TITLE_SIZE, Dash, Theme

# Inches. Fixed margins make the height of the axes known before anything is drawn, which the
# placing of labels needs.
WIDTH, HEIGHT = 9.0, 4.8
LEFT, RIGHT, TOP, BOTTOM = 0.95, 1.95, 0.8, 0.65
# Inches to the left of rows, for names of usual length.
NAMES_LEFT = 1.75
# Letters of a label that fit into the right margin.
NAME_WIDTH = 20
# The label begins there, in widths of the axes; the rest of the right margin is its own.
LABEL_START = 1.045
LABEL_ROOM = RIGHT - (LABEL_START - 1) * (WIDTH - LEFT - RIGHT)
# The smallest type, for labels that have no room otherwise.
LEAST_SIZE = 7.0
# Letters of a variant's name beside its row: 26 run out of the picture.
NAME_LETTERS = 23


def new_axes(
    title: str,
    y_label: str,
    *,
    x_label: str = "Epoch",
    theme: Theme = LIGHT,
    ax: Axes | None = None,
    ends: Iterable[str] = (),
) -> Axes:
    """Make one pair of axes in a figure of its own, or dress the one that is given.

    Args:
        title: of the figure.
        y_label: what is drawn.
        x_label: what is to the right.
        theme: of the figure.
        ax: the axes to dress, which keep their size.
        ends: what will stand at the ends of lines: a figure of its own is high enough for all.
    """
    if ax is None:
        height = max(HEIGHT, TOP + labels_height(ends) + BOTTOM)
        figure = ShownFigure(figsize=(WIDTH, height))
        ax = figure.add_axes(
            (
                LEFT / WIDTH,
                BOTTOM / height,
                (WIDTH - LEFT - RIGHT) / WIDTH,
                (height - TOP - BOTTOM) / height,
            )
        )
        figure.set_facecolor(theme.background)
    dress(ax, theme)
    ax.set_title(title, loc="left", fontsize=TITLE_SIZE, fontweight="bold", color=theme.ink, pad=24)
    ax.set_xlabel(x_label, fontsize=LABEL_SIZE, color=theme.muted)
    ax.set_ylabel(y_label, fontsize=LABEL_SIZE, color=theme.muted)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, steps=[1, 2, 5, 10]))
    return ax


def dress(ax: Axes, theme: Theme) -> None:
    """Give axes the colours of the theme and horizontal grid lines only."""
    ax.set_facecolor(theme.background)
    ax.tick_params(which="both", labelsize=TICK_SIZE, colors=theme.muted, length=0)
    ax.grid(axis="y", color=theme.grid, linewidth=0.9)
    ax.set_axisbelow(True)
    for side, spine in ax.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(theme.grid)


def figure_of(ax: Axes) -> Figure:
    """Return the figure that holds the axes."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure


def draw_lines(
    ax: Axes,
    lines: Mapping[str, "pd.Series[float]"],
    colors: Mapping[str, str],
    labels: Mapping[str, str],
    theme: Theme,
    dashes: Mapping[str, Dash] | None = None,
) -> None:
    """Draw one line a name, and its label at its end.

    Args:
        ax: axes with their scale and limits of y set, or to be set by the data.
        lines: values by name, indexed by epoch.
        colors: by name.
        labels: what to print, by name.
        theme: of the figure.
        dashes: patterns of the lines, by name; None for solid ones.
    """
    for name, line in lines.items():
        marker = "o" if line.notna().sum() == 1 else None
        ax.plot(
            line.index,
            line.to_numpy(),
            color=colors[name],
            linestyle=(dashes or {}).get(name, SOLID),
            linewidth=2.4,
            marker=marker,
            label=labels[name],
            solid_capstyle="round",
            gid=name,
        )
    known = {name: line.dropna() for name, line in lines.items()}
    ends = {
        name: (float(line.index[-1]), float(line.iloc[-1]))
        for name, line in known.items()
        if not line.empty
    }
    label_ends(
        ax, {labels[name]: end for name, end in ends.items()}, [colors[n] for n in ends], theme
    )


def label_ends(
    ax: Axes, ends: Mapping[str, tuple[float, float]], colors: Sequence[str], theme: Theme
) -> None:
    """Write labels to the right of the axes, near the line ends and clear of one another.

    A thin line in the colour of its data leads to each label. Every label takes the room of its
    own lines; where the axes are too low for all, the letters are smaller.

    Args:
        ax: axes whose data are complete: their limits are fixed from here on.
        ends: the last point of every line, by label.
        colors: of the lines, in the same order.
        theme: of the figure.
    """
    if not ends:
        return
    last = max(x for x, _ in ends.values())
    low, _ = ax.get_xlim()
    ax.set_xlim(low if low < last else last - 1, max(last, low + 1e-9))
    ax.set_ylim(ax.get_ylim())
    # Data to axes fractions: exact for any scale, and independent of the figure's size.
    to_axes = ax.transData + ax.transAxes.inverted()
    points = to_axes.transform(list(ends.values()))
    height = ax.get_position().height * figure_of(ax).get_figheight() * 72
    broken = [break_name(label, NAME_WIDTH) for label in ends]
    size = LABEL_SIZE * min(1.0, height / 72 / max(labels_height(ends), 1e-9))
    size = max(size, LEAST_SIZE)
    places = spread(points[:, 1], gap=np.array(_rooms(broken)) * size / height)
    for label, (x, y), place, color in zip(broken, points, places, colors, strict=True):
        if not label:
            continue
        ax.plot(
            [x, 1.015, 1.035],
            [y, place, place],
            transform=ax.transAxes,
            color=color,
            linewidth=1.2,
            clip_on=False,
            label="_leader",
        )
        too_wide = text_width(label, size) / LABEL_ROOM
        ax.text(
            LABEL_START,
            place,
            label,
            transform=ax.transAxes,
            fontsize=size if too_wide <= 1 else max(size / too_wide, LEAST_SIZE),
            color=theme.ink,
            va="center",
            ha="left",
            parse_math=False,
        )


def labels_height(labels: Iterable[str]) -> float:
    """Return how high axes must be for `label_ends` to write all labels in full size, in inches.

    Args:
        labels: in any order.
    """
    rooms = sorted(_rooms([break_name(label, NAME_WIDTH) for label in labels]))
    # From the middle of the lowest label to that of the highest.
    return (sum(rooms) - sum(rooms[:2]) / 2) * LABEL_SIZE / 72 if len(rooms) > 1 else 0.0


def _rooms(labels: Sequence[str]) -> list[float]:
    """Return the height that each label takes, in heights of its letters."""
    return [1.2 * (label.count("\n") + 1) + 0.15 for label in labels]


def text_width(text: str, size: float = LABEL_SIZE) -> float:
    """Return the width of the longest line of a text, in inches.

    Args:
        text: of one line or more.
        size: of its letters, in points.
    """
    font = FontProperties(size=size)
    widths = [
        text_to_path.get_text_width_height_descent(line, font, False)[0]
        for line in text.split("\n")
    ]
    return float(max(widths)) / 72


def names_width(names: Iterable[str]) -> float:
    """Return the margin for names to the left of the axes, in inches: none is cut off."""
    return max([NAMES_LEFT, *(text_width(name) + 0.2 for name in names)])


def break_name(name: str, width: int) -> str:
    """Break a long name of a variant into lines, behind its signs: + · , and spaces.

    Args:
        name: as "equal · social_triangle+joint_triangle".
        width: letters in a line, where the signs allow it.
    """
    lines = [""]
    for part in re.split(r"(?<=[+·, ])", name):
        if lines[-1] and len(lines[-1] + part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(line.rstrip() for line in lines)


def spread(
    wanted: npt.NDArray[np.float64],
    gap: float | npt.NDArray[np.float64],
    low: float = 0.0,
    high: float = 1.0,
) -> npt.NDArray[np.float64]:
    """Move positions as little as possible so that neighbours have their room.

    min Σ (p_i − w_i)²  subject to  p_(i+1) − p_(i) ≥ (g_(i) + g_(i+1)) / 2, which is isotonic
    regression of w_(i) less the gaps below it. Positions stay within [low, high]; where there is
    no room for all, every gap shrinks by the same share.

    Args:
        wanted: the positions wished for, in any order.
        gap: the room of each position, or of all: half of it lies on either side.
        low: the lower end.
        high: the upper end.

    Returns:
        positions in the order of `wanted`.
    """
    order = np.argsort(wanted, kind="stable")
    rooms = np.broadcast_to(np.asarray(gap, dtype=float), wanted.shape)[order]
    steps = np.concatenate([[0.0], np.cumsum((rooms[:-1] + rooms[1:]) / 2)])
    if steps[-1] > high - low:
        steps *= (high - low) / steps[-1]
    packed = isotonic_regression(wanted[order] - steps).x
    packed = np.maximum(np.minimum(packed, high - steps[-1]), low)
    places: npt.NDArray[np.float64] = np.empty(len(wanted))
    places[order] = packed + steps
    return places


def mark_epoch(ax: Axes, epoch: int, theme: Theme) -> None:
    """Mark the epoch whose model was kept."""
    ax.axvline(epoch, color=theme.muted, linewidth=1.2, linestyle=(0, (4, 3)), gid="best_epoch")
    left, right = ax.get_xlim()
    near_the_end = epoch > left + 0.75 * (right - left)
    ax.annotate(
        f"best epoch {epoch}",
        (epoch, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-5 if near_the_end else 5, -2),
        textcoords="offset points",
        fontsize=TICK_SIZE,
        color=theme.muted,
        ha="right" if near_the_end else "left",
        va="bottom",
    )
