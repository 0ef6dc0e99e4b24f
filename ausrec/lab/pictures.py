"""Figures as pictures that a page can carry inside itself."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from matplotlib.figure import Figure

from ausrec.lab.style import DARK, LIGHT, Theme

DOTS_PER_INCH = 144


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


def make_picture(draw: Callable[[Theme], Figure], alt: str, caption: str = "") -> Picture:
    """Draw a figure in both themes.

    Args:
        draw: makes the figure in the theme that it is given.
        alt: what the figure shows, in words.
        caption: how to read it.
    """
    light, dark = draw(LIGHT), draw(DARK)
    width, height = light.get_size_inches()
    return Picture(
        light=data_address(light),
        dark=data_address(dark),
        alt=alt,
        caption=caption,
        width=round(96 * width),
        height=round(96 * height),
    )


def data_address(figure: Figure) -> str:
    """Return a figure as a `data:` address of a PNG; the same figure gives the same text."""
    buffer = BytesIO()
    # Without the version of matplotlib that wrote it, the file depends on the picture alone.
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return "data:image/png;base64," + b64encode(buffer.getvalue()).decode("ascii")
