"""Where labels go so that they do not collide: at the ends of lines, next to rows, and in lines.

What the labels say is in `ausrec.lab.names`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.transforms import ScaledTranslation
from scipy.optimize import isotonic_regression

from ausrec.lab.look import look, tone
from ausrec.lab.plots.motifs import GAP, SIZE, draw_motif, has_motif

Floats = npt.NDArray[np.float64]
# Inches. Fixed margins make the height of the axes known before anything is drawn, which the
# placing of labels needs.
WIDTH, HEIGHT = 9.0, 4.8
LEFT, RIGHT, TOP, BOTTOM = 0.95, 2.1, 0.8, 0.65
# Letters of a label that fit into the right margin.
NAME_WIDTH = 20
# The label begins there, in widths of the axes; the rest of the right margin is its own.
LABEL_START = 1.045
LABEL_ROOM = RIGHT - (LABEL_START - 1) * (WIDTH - LEFT - RIGHT)
# The usual and the smallest type of these labels; between them, letters shrink where room lacks.
NAME_SIZE, LEAST_SIZE = 11.5, 7.0
# Letters of a variant's name next to its row: 26 run out of the picture.
NAME_LETTERS = 23


@look()
def label_ends(ax: Axes, ends: Mapping[str, tuple[float, float]], colors: Sequence[str]) -> None:
    """Write labels to the right of the axes, near the line ends and clear of one another.

    A thin line in the colour of its data leads to each label. Every label takes the room of its
    own lines; where the axes are too low for all, the letters are smaller.

    Args:
        ax: axes whose data are complete: their limits are fixed from here on.
        ends: the last point of every line, by label.
        colors: of the lines, in the same order.
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
    figure = ax.get_figure(root=True)
    assert figure is not None
    height = ax.get_position().height * figure.get_figheight() * 72
    broken = [break_name(label, NAME_WIDTH) for label in ends]
    size = NAME_SIZE * min(1.0, height / 72 / max(labels_height(ends), 1e-9))
    size = max(size, LEAST_SIZE)
    places = spread(points[:, 1], gap=np.array(_rooms(broken)) * size / height)
    for label, (x, y), place, shade in zip(broken, points, places, colors, strict=True):
        if not label:
            continue
        ax.plot(
            [x, 1.015, 1.035], [y, place, place], transform=ax.transAxes, color=shade,
            linewidth=1.2, clip_on=False, label="_leader",
        )  # fmt: skip
        shift = (SIZE[0] + GAP) / 72 if has_motif(label) else 0.0
        draw_motif(ax, label, (LABEL_START, place), ax.transAxes)
        too_wide = max(1.0, text_width(label, size) / (LABEL_ROOM - shift))
        start = LABEL_START + shift / (ax.get_position().width * figure.get_figwidth())
        ax.text(
            start, place, label, transform=ax.transAxes, va="center", ha="left",
            fontsize=max(size / too_wide, min(size, LEAST_SIZE)), parse_math=False,
        )  # fmt: skip


def labels_height(labels: Iterable[str]) -> float:
    """Return how high axes must be for `label_ends` to write all labels in full size, in inches.

    Args:
        labels: in any order.
    """
    rooms = sorted(_rooms([break_name(label, NAME_WIDTH) for label in labels]))
    # From the middle of the lowest label to that of the highest.
    return (sum(rooms) - sum(rooms[:2]) / 2) * NAME_SIZE / 72 if len(rooms) > 1 else 0.0


def _rooms(labels: Sequence[str]) -> list[float]:
    """Return the height that each label takes, in heights of its letters."""
    return [1.2 * (label.count("\n") + 1) + 0.15 for label in labels]


def text_width(text: str, size: float = NAME_SIZE) -> float:
    """Return the width of the longest line of a text, in inches.

    Args:
        text: of one line or more.
        size: of its letters, in points.
    """
    measure, font = text_to_path.get_text_width_height_descent, FontProperties(size=size)
    return max(float(measure(line, font, False)[0]) for line in text.split("\n")) / 72


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


def spread(wanted: Floats, gap: float | Floats, low: float = 0.0, high: float = 1.0) -> Floats:
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
    places: Floats = np.empty(len(wanted))
    places[order] = packed + steps
    return places


def name_rows(ax: Axes, names: Sequence[str]) -> None:
    """Write the names of rows to the left of the axes, the first at 0."""
    ax.set_yticks(range(len(names)), names, parse_math=False)
    ax.tick_params(axis="y", labelsize=NAME_SIZE, labelcolor=tone("ink"))
    part = ax.get_subplotspec()
    # Of axes that share their names, only the first show them.
    if any(map(has_motif, names)) and (part is None or part.is_first_col()):
        ax.tick_params(axis="y", pad=GAP + SIZE[0] + GAP)
        beside = ax.get_yaxis_transform() + ScaledTranslation(
            -GAP / 72, 0, ax.figure.dpi_scale_trans
        )
        for row, name in enumerate(names):
            draw_motif(ax, name, (0.0, float(row)), beside, left=True)
