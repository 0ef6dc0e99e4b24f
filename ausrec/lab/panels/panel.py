"""What every live panel is: widgets, a stable text form, and a static HTML twin."""

from abc import ABC, abstractmethod
from typing import Any, TypeVar

import ipywidgets as widgets

from ausrec.lab.panels.frame import frame, frame_html, settings_table
from ausrec.lab.panels.knobs import read_out, set_controls

APanel = TypeVar("APanel", bound="Panel")
VIEW = "application/vnd.jupyter.widget-view+json"


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
            control.observe(self._moved, "value")

    def _moved(self, _: Any) -> None:
        # A panel that nobody has seen yet has nothing to draw again.
        if hasattr(self, "_view"):
            self.refresh()

    @property
    def controls(self) -> list[Any]:
        """The widgets on the left, from top to bottom."""
        return list(self.offered.values())

    def set(self: APanel, **values: Any) -> APanel:
        """Set some controls by code, and return the panel.

        Raises:
            AusrecError: on a value that a control does not take; nothing is set then.
        """
        set_controls(self.offered, values)
        return self

    def rows(self) -> list[tuple[str, str]]:
        """Return what the controls are set to, by their labels."""
        return [read_out(control) for control in self.offered.values()]

    @abstractmethod
    def text(self) -> str:
        """Return the text form: no addresses, times or random ids."""

    def settings_html(self) -> str:
        """Return what the controls are set to, for the twin."""
        return settings_table(self.rows())

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
            self._view = frame(
                self.title, self.instruction, self.controls, [self.results], wide=self.wide
            )
        return self._view

    def html(self) -> str:
        """Return the static twin: no script, no address outside itself."""
        return frame_html(self.title, self.instruction, self.settings_html(), self.results_html())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        live = self.view._repr_mimebundle_()
        return {"text/plain": self.text(), "text/html": self.html(), VIEW: live[VIEW]}

    def __repr__(self) -> str:
        return self.text()
