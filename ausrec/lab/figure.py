"""Figures that show themselves in a notebook, and figures as files and parts of a page."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from struct import unpack
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from ausrec.lab.look import current_look, look

# Dots of a picture by pixels of a page, in one direction: `savefig.dpi` is as many times 96.
DENSITY = 2


class ShownFigure(Figure):
    """A figure without pyplot that a notebook shows, with an alternative text.

    IPython draws figures of matplotlib once pyplot is imported; ours hold no global state and
    need none. The picture is the same on every run, and its text form, too.

    Attributes:
        alt: what the figure shows, in words; None for its titles and labels.
        look: in which it was made. It is drawn in the same, since matplotlib makes ticks late.
    """

    alt: str | None = None

    def __init__(self, *args: Any, **settings: Any) -> None:
        self.look = current_look()
        with look(self.look):
            super().__init__(*args, **settings)

    def draw(self, renderer: Any) -> None:
        """Draw in the look in which the figure was made."""
        with look(self.look):
            super().draw(renderer)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        # The figure brings its own ground and a margin, so that it can be read on any page.
        png = png_bytes(self, bbox_inches="tight", pad_inches=0.15)
        data = {"image/png": b64encode(png).decode("ascii"), "text/plain": repr(self)}
        width, height = png_size(png)
        return data, {"image/png": {"width": width, "height": height, "alt": words_of(self)}}


def describe_figure(figure: Figure) -> str:
    """Say what a figure shows, read off what is drawn: titles, axes, lines, bars, dots and cells.

    Args:
        figure: any figure of matplotlib.
    """
    parts = [figure.get_suptitle()]
    for ax in filter(Axes.get_visible, figure.get_axes()):
        parts += [ax.get_title(loc) for loc in ("left", "center", "right")]
        parts.append(" against ".join(filter(None, (ax.get_ylabel(), ax.get_xlabel()))))
        parts.append("; ".join([*_line_words(ax), *_row_words(ax), *_cell_words(ax)]))
    phrases = [" ".join(part.split()) for part in (*parts, figure.get_supxlabel())]
    ended = [
        phrase + "." * (phrase[-1] not in ".?!") for phrase in dict.fromkeys(phrases) if phrase
    ]
    return " ".join(ended) or "Figure"


def _line_words(ax: Axes) -> Iterator[str]:
    """Yield where every line with a name begins and ends, those that end highest first."""
    lines = []
    for line in ax.lines:
        points = np.column_stack([np.asarray(each, dtype=float) for each in line.get_data()])
        points = points[np.isfinite(points).all(axis=1)]
        if len(points) and not str(line.get_label()).startswith("_"):
            lines.append((str(line.get_label()), points))
    for name, points in sorted(lines, key=lambda named: -named[1][-1, 1]):
        ends = points[[0, -1]] if len(points) > 1 else points
        high = points[points[:, 1].argmax()]
        text = f"{name}: " + " to ".join(f"{y:.3g} at {x:.4g}" for x, y in ends)
        inside = high[1] > ends[:, 1].max()
        yield f"{text}, at most {high[1]:.3g} at {high[0]:.4g}" if inside else text


def _row_words(ax: Axes) -> Iterator[str]:
    """Yield the bars or dots of rows, or of columns, with names."""
    for bars in ax.containers:
        if isinstance(bars, BarContainer):
            level = bars.orientation == "horizontal"
            sizes = [bar.get_width() if level else bar.get_height() for bar in bars]
            yield from _named(ax.yaxis if level else ax.xaxis, sizes)
    for dots in ax.collections:
        if isinstance(dots, PathCollection) and not str(dots.get_label()).startswith("_"):
            places = np.asarray(dots.get_offsets(), dtype=float)[:, 0].tolist()
            yield f"{dots.get_label()} of " + ", ".join(_named(ax.yaxis, places))


def _named(axis: Axis, values: Sequence[float]) -> list[str]:
    names = axis.get_major_formatter().format_ticks(list(axis.get_majorticklocs()))
    if not isinstance(axis.get_major_locator(), FixedLocator) or len(names) != len(values):
        return []
    return [f"{n} {v:.3g}" for n, v in zip(names, values, strict=True)][::-1]


def _cell_words(ax: Axes) -> Iterator[str]:
    """Yield what is written into the cells of a table."""
    rows, columns = ([t.get_text() for t in axis.get_ticklabels()] for axis in (ax.yaxis, ax.xaxis))
    if any(isinstance(cells, QuadMesh) for cells in ax.collections):
        # Without a text in each cell there is nothing to read.
        for (row, column), text in zip(product(rows, columns), ax.texts, strict=False):
            yield f"{row}, {column}: {text.get_text()}"


def words_of(figure: Figure) -> str:
    """Return the alternative text of a figure: its own, or what `describe_figure` says."""
    return getattr(figure, "alt", None) or describe_figure(figure)


def png_bytes(figure: Figure, **settings: Any) -> bytes:
    """Return a figure as a PNG of double density; the same figure gives the same bytes.

    Args:
        figure: any figure of matplotlib.
        settings: of `Figure.savefig`.
    """
    buffer = BytesIO()
    with look():
        # Without the version of matplotlib that wrote it, the file depends on the picture alone.
        figure.savefig(buffer, format="png", metadata={"Software": None}, **settings)
    return buffer.getvalue()


def png_size(png: bytes) -> tuple[int, int]:
    """Return the width and height of a PNG of double density, in pixels of a page."""
    width, height = unpack(">II", png[16:24])
    return round(width / DENSITY), round(height / DENSITY)


def data_address(png: bytes) -> str:
    """Return a PNG as a `data:` address."""
    return "data:image/png;base64," + b64encode(png).decode("ascii")


@dataclass(frozen=True)
class Picture:
    """Hold one figure for light and for dark pages, and its words.

    Attributes:
        light: PNG as a `data:` address.
        dark: the same for dark backgrounds.
        alt: what the figure shows, in words.
        caption: how to read it.
        width: in pixels of the page.
        height: in pixels of the page.
    """

    light: str
    dark: str
    alt: str
    caption: str
    width: int
    height: int


def make_picture(draw: Callable[[], Figure], caption: str = "") -> Picture:
    """Draw a figure in both looks.

    Args:
        draw: makes the figure in the look around the call.
        caption: how to read it.
    """
    with look("light"):
        figure = draw()
        light = png_bytes(figure)
    with look("dark"):
        dark = png_bytes(draw())
    size = png_size(light)
    return Picture(data_address(light), data_address(dark), words_of(figure), caption, *size)


def figure_files(figure: Figure, name: str) -> dict[str, bytes]:
    """Return a figure as three files: PNG for slides, SVG for pages, PDF for papers.

    No file holds the date or the version of the library that wrote it. Letters are kept as
    letters in the PDF, and are outlines in the SVG, which looks the same everywhere.

    Args:
        figure: drawn in the colours that are wanted.
        name: of the files, without an ending.
    """
    alt = words_of(figure)
    nothing = {
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": None, "Description": alt},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None, "Subject": alt},
    }
    files = {}
    with look():
        for ending, metadata in nothing.items():
            buffer = BytesIO()
            figure.savefig(buffer, format=ending, metadata=metadata)
            files[f"{name}.{ending}"] = buffer.getvalue()
    return files
