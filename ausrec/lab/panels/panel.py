"""What every live panel is: widgets, a stable text form, and a static HTML twin."""

from abc import ABC, abstractmethod
from typing import Any

import ipywidgets as widgets

from ausrec.lab.panels.frame import frame, frame_html

VIEW = "application/vnd.jupyter.widget-view+json"


class Panel(ABC):
    """A live panel of a notebook.

    As the value of a cell it is three things at once: the widgets where a kernel answers, an
    HTML twin with the same content where there is none (an exported page, a viewer without
    widgets), and a text that is the same in every process. A subclass gives `controls` and
    `results`, and says in `text` and `settings_html` what the controls are set to.

    Attributes:
        title: what it is.
        instruction: what to do with it, in one sentence.
        results: the HTML widget on the right; `results_html` is its content.
        wide: results stand below the controls.
    """

    title: str
    instruction: str
    wide: bool = False

    def __init__(self) -> None:
        # The same as HTML, and formulas between $ are set.
        self.results = widgets.HTMLMath()

    @property
    @abstractmethod
    def controls(self) -> list[Any]:
        """The widgets on the left, from top to bottom."""

    @abstractmethod
    def text(self) -> str:
        """Return the text form: no addresses, times or random ids."""

    @abstractmethod
    def settings_html(self) -> str:
        """Return what the controls are set to, for the twin."""

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
