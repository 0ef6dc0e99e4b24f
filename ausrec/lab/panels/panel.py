"""What every live panel is: widgets, a stable text form, and a static HTML twin.

All have one frame: title, what to do, controls on the left, results on the right. The same pieces
of HTML are in the widgets and in the static twin.
"""

import re
from abc import ABC, abstractmethod
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import ipywidgets as widgets
from matplotlib.figure import Figure

from ausrec.errors import AusrecError, nearest
from ausrec.lab.figure import data_address, png_bytes, png_size, words_of
from ausrec.lab.look import css_variables

APanel = TypeVar("APanel", bound="Panel")
VIEW = "application/vnd.jupyter.widget-view+json"
CONTROLS_WIDTH = "390px"
_RULES = (Path(__file__).parents[1] / "styles" / "panel.css").read_text(encoding="utf-8")
# Light alone: JupyterLab's own colours come first, and figures stand on a light card.
STYLE = f"<style>\n{css_variables('.ausrec, .ausrec-panel', looks=['light'])}{_RULES}</style>"


class Panel(ABC):
    """A live panel of a notebook.

    As the value of a cell it is three things at once: the widgets where a kernel answers, an
    HTML twin with the same content where there is none (an exported page, a viewer without
    widgets), and a text that is the same in every process.

    A subclass offers its controls by name, and gives `text` and `results_html`; the rest follows:
    the widgets, `set`, the settings in the twin, and new results after every move.

    Attributes:
        title: what it is.
        instruction: what to do with it, in one sentence.
        wide: results stand below the controls.
        offered: the controls by the name by which `set` knows them.
        results: the HTML widget on the right; `results_html` is its content.
    """

    title: str
    instruction: str
    wide: bool = False

    def __init__(self) -> None:
        # The same as HTML, and formulas between $ are set.
        self.results = widgets.HTMLMath()
        self.offered: dict[str, Any] = {}

    def offer(self, **controls: Any) -> None:
        """Take controls, by name: every move of one of them shows new results."""
        self.offered |= controls
        for control in controls.values():
            control.observe(lambda _: self.moved(), "value")

    def moved(self) -> None:
        """Show new results after the move of a control; a panel that nobody has seen has none."""
        if hasattr(self, "_view"):
            self.refresh()

    @property
    def controls(self) -> list[Any]:
        """The widgets on the left, from top to bottom."""
        return list(self.offered.values())

    def set(self: APanel, **values: Any) -> APanel:
        """Set some controls by code, all of them or none, and return the panel.

        Raises:
            AusrecError: on a name that is not known, or a value that its control does not take.
        """
        given = {name: value for name, value in values.items() if value is not None}
        for name, value in given.items():
            if name not in self.offered:
                raise AusrecError(f"unknown control '{name}'{nearest(name, self.offered)}")
            _check_value(name, value, self.offered[name])
        for name, value in given.items():
            self.offered[name].value = value
        return self

    def rows(self) -> list[tuple[str, str]]:
        """Return what the controls are set to, by their labels."""
        return [
            (
                control.description,
                str(control.label)
                if hasattr(control, "options")
                else format(control.value, getattr(control, "readout_format", "d")),
            )
            for control in self.offered.values()
        ]

    @abstractmethod
    def text(self) -> str:
        """Return the text form: no addresses, times or random ids."""

    def settings_html(self) -> str:
        """Return what the controls are set to, for the twin."""
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}</th><td>{inline(value)}</td></tr>'
            for name, value in self.rows()
        )
        return f"<table><caption>Settings</caption><tbody>{rows}</tbody></table>"

    @abstractmethod
    def results_html(self) -> str:
        """Return what stands on the right, in the widgets and in the twin."""

    def refresh(self) -> None:
        """Show the current results."""
        self.results.value = self.results_html()

    @property
    def view(self) -> Any:
        """The widgets in their frame; made when first asked for."""
        if not hasattr(self, "_view"):
            self.refresh()
            head = widgets.HTMLMath(STYLE + self._head())
            width = "100%" if self.wide else CONTROLS_WIDTH
            left = widgets.VBox(self.controls, layout={"width": width})
            right = widgets.VBox([self.results], layout={"flex": "1 1 480px", "min_width": "320px"})
            body = widgets.Box([left, right]).add_class("ausrec-row")
            panel = widgets.VBox([head, body])
            self._view = panel.add_class("ausrec-panel").add_class("ausrec-live")
        return self._view

    def html(self) -> str:
        """Return the static twin: no script, no address outside itself."""
        return (
            f'{STYLE}<section class="ausrec ausrec-panel" aria-label="{escape(self.title)}">'
            f'{self._head()}<div class="ausrec-row"><div>{self.settings_html()}</div>'
            f"<div>{self.results_html()}</div></div></section>"
        )

    def _head(self) -> str:
        title, instruction = escape(self.title), inline(self.instruction)
        return block(f'<p class="ausrec-title">{title}</p><p>{instruction}</p>')

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        live = self.view._repr_mimebundle_()
        return {"text/plain": self.text(), "text/html": self.html(), VIEW: live[VIEW]}

    def __repr__(self) -> str:
        return self.text()


def slider(
    description: str,
    value: float | int,
    low: float | int,
    high: float | int,
    *,
    step: float | int = 0.05,
    kind: type = widgets.FloatSlider,
    width: int = 345,
    label: int = 150,
    **more: Any,
) -> Any:
    """Make a slider that acts when it is released.

    Args:
        description: of the slider, on its left.
        value: the first value.
        low: the least; of a logarithmic slider, its exponent.
        high: the most; likewise.
        step: from one value to the next.
        kind: the class of ipywidgets.
        width: of all, in pixels.
        label: the part of it that the description has.
        more: of the class.
    """
    return kind(
        value, min=low, max=high, step=step, description=description, continuous_update=False,
        style={"description_width": f"{label}px"}, layout={"width": f"{width}px"}, **more,
    )  # fmt: skip


def _check_value(name: str, value: Any, control: Any) -> None:
    """Raise `AusrecError` where a control does not take a value."""
    if hasattr(control, "options"):
        known = [option[1] if isinstance(option, tuple) else option for option in control.options]
        if value not in known:
            raise AusrecError(f"unknown {name} '{value}'{nearest(str(value), map(str, known))}")
        return
    low, high = control.min, control.max
    if hasattr(control, "base"):
        low, high = control.base**low, control.base**high
    if not low <= value <= high:
        raise AusrecError(f"{name} is {value}, but must be from {low:g} to {high:g}")


def block(html: str) -> str:
    """Put HTML into the panel's type and colours, as the value of an HTML widget."""
    return f'<div class="ausrec">{html}</div>'


def inline(text: str) -> str:
    """Return plain text as HTML; what stands between backticks becomes code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def note(text: str, kind: str = "") -> str:
    """Return a sentence with a coloured edge; `kind` is "", "good" or "bad".

    The role lets a screen reader say a new note by itself.
    """
    extra = f" ausrec-{kind}" if kind else ""
    return block(f'<p class="ausrec-note{extra}" role="status">{inline(text)}</p>')


def picture(figure: Figure) -> str:
    """Return a figure on its light card, with its words."""
    png = png_bytes(figure)
    width, height = png_size(png)
    return (
        f'<div class="ausrec-card"><img src="{data_address(png)}" alt="{escape(words_of(figure))}" '
        f'width="{width}" height="{height}"></div>'
    )
