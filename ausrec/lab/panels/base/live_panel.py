"""What every live panel is: an ES module with its data, a stable text, and a static HTML twin."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import anywidget
import traitlets
from matplotlib.figure import Figure

from ausrec.errors import AusrecError, nearest
from ausrec.files import write_whole
from ausrec.lab.figure import data_address, png_bytes, png_size, words_of
from ausrec.lab.look import css_variables
from ausrec.lab.panels.base.formulas import set_formulas
from ausrec.lab.panels.base.panel_controls import Control

APanel = TypeVar("APanel", bound="LivePanel")
VIEW = "application/vnd.jupyter.widget-view+json"
# What is put before each figure.
SHARED = ("lib.js", "frame.js")
_HERE = Path(__file__).parent
_RULES = (_HERE.parents[1] / "styles" / "panel.css").read_text(encoding="utf-8")
# Light alone: JupyterLab's own colours come first, and pictures lie on a light card.
STYLE = f"<style>\n{css_variables('.ausrec, .ausrec-panel', looks=['light'])}{_RULES}</style>"


@cache
def read_part(name: str) -> str:
    """Return a file of the browser: what all share, such as `lib.js`, or a panel's own module."""
    shared = _HERE / name
    return (shared if shared.exists() else _HERE.parent / name).read_text(encoding="utf-8")


@cache
def live_style() -> str:
    """Return the style of living figures, for light and for dark pages."""
    return css_variables(".ausrec-live") + _RULES + read_part("live.css")


class LiveWidget(anywidget.AnyWidget):
    """The values that Python and the browser share."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    kernel = traitlets.Bool(True).tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    results = traitlets.Unicode().tag(sync=True)
    aside = traitlets.Unicode().tag(sync=True)
    job = traitlets.Dict().tag(sync=True)


class LivePanel(ABC):
    """A live panel of a notebook.

    As the value of a cell it is three things at once: a figure that computes in the browser, an
    HTML twin with the same content for a page without JavaScript, and a text that is the same in
    every process. The twin carries the figure's data, so that a page can bring it to life.

    A subclass offers its controls by name, and gives `data`, `text` and `results_html`.

    Attributes:
        title: what it is.
        instruction: what to do with it, in one sentence.
        module: the name of its ES module, `<module>.js`.
        offered: the controls by the name by which `set` knows them.
        state: what they are set to, as JSON.
        deeds: what its buttons do in the kernel, by the words on them.
    """

    title: str
    instruction: str
    module: ClassVar[str] = "panel"

    def __init__(self) -> None:
        self.offered: dict[str, Control] = {}
        self.state: dict[str, Any] = {}
        self.deeds: dict[str, Callable[[], object]] = {}

    def offer(self, **controls: Control) -> None:
        """Take controls, by name."""
        self.offered |= controls
        self.state |= {name: control.value for name, control in controls.items()}

    def set(self: APanel, **values: Any) -> APanel:
        """Set some controls by code, all of them or none, and return the panel.

        Raises:
            AusrecError: on a name that is not known, or a value that its control does not take.
        """
        given = {name: value for name, value in values.items() if value is not None}
        for name, value in given.items():
            if name not in self.offered:
                raise AusrecError(f"unknown control '{name}'{nearest(name, self.offered)}")
            self.offered[name].check(name, value)
        self.state = self.state | given
        self.moved()
        return self

    def moved(self) -> None:
        """Follow a move of a control; a panel that nobody has seen has nothing to show."""
        if hasattr(self, "_view"):
            self._view.state = self.state
            self.refresh()

    def refresh(self) -> None:
        """Send the results of the present state, where it is Python that makes them."""
        if self.module == "panel":
            self._view.results = self.results_html()

    def received(self, message: Mapping[str, Any]) -> None:
        """Do what a button of the figure asks for, with the controls as they stand there."""
        self._followed({"new": message.get("state", self.state)})
        self.deeds[message["do"]]()

    def data(self) -> dict[str, Any]:
        """Return what the figure computes from, as JSON."""
        return {}

    @abstractmethod
    def text(self) -> str:
        """Return the text form: no addresses, times or random ids."""

    @abstractmethod
    def results_html(self) -> str:
        """Return the results for the twin: a picture in words, and tables."""

    def rows(self) -> list[tuple[str, str]]:
        """Return what the controls are set to, by their labels."""
        return [(c.label, c.text(self.state[name])) for name, c in self.offered.items()]

    def settings_html(self) -> str:
        """Return what the controls are set to, for the twin."""
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}</th><td>{inline(value)}</td></tr>'
            for name, value in self.rows()
        )
        return f"<table><caption>Settings</caption><tbody>{rows}</tbody></table>"

    def shared(self) -> dict[str, Any]:
        """Return what a living figure starts from, here or on a page."""
        controls = [control.spec(name) for name, control in self.offered.items()]
        frame = {"title": self.title, "instruction": set_formulas(inline(self.instruction))}
        data = frame | {"controls": controls, "buttons": list(self.deeds)} | self.data()
        return {"data": data, "state": self.state}

    @property
    def view(self) -> LiveWidget:
        """The widget; made when first asked for."""
        if not hasattr(self, "_view"):
            self._view = LiveWidget(_esm=module_text(self.module), _css=live_style())
            self.refresh()
            self._view.set_trait("data", self.shared()["data"])
            self._view.state = self.state
            self._view.observe(self._followed, "state")
            self._view.on_msg(lambda _, message, __: self.received(message))
        return self._view

    def _followed(self, change: Mapping[str, Any]) -> None:
        if change["new"] != self.state:
            self.state = dict(change["new"])
            self.moved()

    def html(self) -> str:
        """Return the static twin: no script, no address outside itself."""
        data = json.dumps({"module": self.module, **self.shared()}, separators=(",", ":"))
        data = data.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
        # What Python alone makes has no life without it.
        alive = f" data-live='{data}'" if self.module != "panel" else ""
        return (
            f'{STYLE}<section class="ausrec ausrec-panel" aria-label="{escape(self.title)}"{alive}>'
            f'<p class="ausrec-title">{escape(self.title)}</p><p>{inline(self.instruction)}</p>'
            f'<div class="ausrec-row"><div>{self.settings_html()}</div>'
            f"<div>{self.results_html()}</div></div></section>"
        )

    def save(self, path: str | Path) -> Path:
        """Write a page with the living figure, which needs no kernel and no network."""
        page = f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(self.title)}"
        page += f"</title><meta name=viewport content='width=device-width'><style>{_PAGE}</style>"
        write_whole(Path(path), enliven(f"{page}<body>{self.html()}</body></html>").encode())
        return Path(path)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        view: dict[str, Any] = {"version_major": 2, "version_minor": 0}
        view["model_id"] = self.view.model_id
        return {"text/plain": self.text(), "text/html": self.html(), VIEW: view}

    def __repr__(self) -> str:
        return self.text()


_PAGE = css_variables() + (
    "body { margin: 0 auto; padding: 1rem; max-width: 62rem; background: var(--background); "
    "color: var(--ink); font-family: system-ui, sans-serif; }"
)
_DATA = re.compile(r"""data-live=(?:'\{"module":"(\w+)"|"\{&quot;module&quot;:&quot;(\w+)&quot;)""")


def module_text(name: str) -> str:
    """Return the whole ES module of a figure: what all share, and its own."""
    return "\n".join(map(read_part, (*SHARED, f"{name}.js")))


def enliven(page: str) -> str:
    """Bring the panels of an HTML page to life, by one script at its end.

    Args:
        page: with static twins of panels, as a notebook that was exported has.

    Returns:
        the page; without JavaScript it shows the twins, as before.
    """
    names = sorted({first or second for first, second in _DATA.findall(page)})
    if not names:
        return page
    # Each figure in a block of its own, so that no two names meet.
    figures = (
        "{\n" + read_part(f"{n}.js").replace("export default", f"FIGURES.{n} =") + "\n}"
        for n in names
    )
    script = "\n".join([*map(read_part, SHARED), *figures, read_part("stand_in.js")])
    living = f'<style>{live_style()}</style>\n<script type="module">\n{script}</script>\n'
    head, end, tail = page.rpartition("</body>")
    return f"{head}{living}{end}{tail}" if end else page + living


def block(html: str) -> str:
    """Put HTML into the panel's type and colours."""
    return f'<div class="ausrec">{html}</div>'


def inline(text: str) -> str:
    """Return plain text as HTML; what is between backticks becomes code."""
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


def numbers(values: Iterable[Any], digits: int = 12) -> list[Any]:
    """Round the numbers of nested lists, so that data stays short and the same everywhere."""
    return [
        numbers(v, digits) if isinstance(v, Iterable) else float(f"{float(v):.{digits}g}")
        for v in values
    ]
