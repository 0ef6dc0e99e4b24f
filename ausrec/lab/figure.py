"""Figures that show themselves in a notebook, with their words."""

from base64 import b64encode
from io import BytesIO
from typing import Any

from matplotlib.figure import Figure

DOTS_PER_INCH = 110


class ShownFigure(Figure):
    """A figure without pyplot that a notebook shows, with an alternative text.

    IPython draws figures of matplotlib once pyplot is imported; ours hold no global state and
    need none. The picture is the same on every run, and its text form, too.

    Attributes:
        alt: what the figure shows, in words; None for its titles and labels.
    """

    alt: str | None = None

    def words(self) -> str:
        """Return the alternative text."""
        return self.alt or describe_figure(self)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        buffer = BytesIO()
        # Without the version of matplotlib that wrote it, the file depends on the picture alone.
        self.savefig(
            buffer,
            format="png",
            dpi=DOTS_PER_INCH,
            bbox_inches="tight",
            metadata={"Software": None},
        )
        data = {"image/png": b64encode(buffer.getvalue()).decode("ascii"), "text/plain": repr(self)}
        return data, {"image/png": {"alt": self.words()}}


def describe_figure(figure: Figure) -> str:
    """Say what a figure is by its titles, the labels of its axes and of what is drawn.

    Args:
        figure: any figure of matplotlib.
    """
    parts = [figure.get_suptitle()]
    for ax in figure.get_axes():
        titles = [ax.get_title(loc) for loc in ("left", "center", "right")]
        parts += [title for title in titles if title]
        labels = [label for label in (ax.get_ylabel(), ax.get_xlabel()) if label]
        if labels:
            parts.append(" against ".join(labels))
        _, named = ax.get_legend_handles_labels()
        if named:
            parts.append("shown: " + ", ".join(dict.fromkeys(named)))
    said = [" ".join(part.split()) for part in parts if part.strip()]
    return "; ".join(dict.fromkeys(said)) or "Figure"
