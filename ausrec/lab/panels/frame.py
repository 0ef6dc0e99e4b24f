"""The one frame of all panels: title, what to do, controls on the left, results on the right.

The same pieces of HTML stand in the widgets and in the static twin. Colours of text and lines are
JupyterLab's own where it is there; figures stand on a light card.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import ipywidgets as widgets
from matplotlib.figure import Figure

from ausrec.lab.cells import Table
from ausrec.lab.figure import data_address, png_bytes, png_size, words_of
from ausrec.lab.look import css_variables

CONTROLS_WIDTH = "390px"
_RULES = """
.ausrec { color: var(--jp-ui-font-color1, inherit); font-size: 14px; line-height: 1.45; }
.ausrec-panel { border: 1px solid var(--jp-border-color1, var(--edge)); border-radius: 8px;
  padding: 10px 14px; margin: 6px 0; }
.ausrec .ausrec-title { font-size: 18px; font-weight: 600; margin: 0; }
.ausrec p { margin: 0 0 6px; }
.ausrec img { display: block; max-width: min(100%, 864px); height: auto; }
.ausrec .ausrec-card { background: var(--background); border-radius: 6px; padding: 4px;
  margin: 4px 0 8px; }
.ausrec table { border-collapse: collapse; margin: 4px 0 8px; font-size: 14px; }
.ausrec caption { text-align: left; font-weight: 600; padding: 2px 0; white-space: nowrap; }
.ausrec table tr th, .ausrec table tr td { padding: 3px 12px 3px 0;
  font-weight: 400; vertical-align: top;
  border-bottom: 1px solid var(--jp-border-color2, var(--line)); }
.ausrec table thead tr th { font-weight: 600; border-bottom-width: 2px; }
.ausrec table tr th:not(.number), .ausrec table tr td:not(.number) { text-align: left !important; }
.ausrec table tr .number { text-align: right; font-variant-numeric: tabular-nums; }
.ausrec .scroll { overflow-x: auto; }
.ausrec code, .ausrec-code code { font-family: var(--jp-code-font-family, monospace);
  font-size: 13px; overflow-wrap: anywhere; background: none; color: inherit; }
.ausrec .ausrec-note { border-left: 4px solid var(--accent); padding: 2px 0 2px 10px; }
.ausrec .ausrec-good { border-left-color: var(--good); }
.ausrec .ausrec-bad { border-left-color: var(--bad); }
.ausrec summary { cursor: pointer; }
.ausrec-row { display: flex; flex-flow: row wrap; gap: 8px 24px; align-items: flex-start; }
.ausrec-live .widget-html-content { line-height: 1.45; }
.ausrec-live .widget-html { height: auto; }
.ausrec-live .widget-radio-box { width: auto; max-width: none; }
.ausrec-live .widget-radio-box label { height: auto; line-height: 1.4; white-space: normal;
  padding: 3px 0; }
"""
# Light alone: JupyterLab's own colours come first, and figures stand on a light card.
STYLE = f"<style>\n{css_variables('.ausrec, .ausrec-panel', looks=['light'])}{_RULES}</style>"


def frame(
    title: str,
    instruction: str,
    controls: Sequence[Any],
    results: Sequence[Any],
    *,
    wide: bool = False,
) -> Any:
    """Put widgets into the frame.

    Args:
        title: what the panel is.
        instruction: what to do, in one sentence.
        controls: widgets of the left side, from top to bottom.
        results: widgets of the right side.
        wide: give both sides the whole width, above one another.
    """
    head = widgets.HTMLMath(STYLE + _head(title, instruction))
    left = widgets.VBox(list(controls), layout={"width": "100%" if wide else CONTROLS_WIDTH})
    right = widgets.VBox(list(results), layout={"flex": "1 1 480px", "min_width": "320px"})
    body = widgets.Box([left, right])
    body.add_class("ausrec-row")
    panel = widgets.VBox([head, body])
    for name in ("ausrec-panel", "ausrec-live"):
        panel.add_class(name)
    return panel


def frame_html(title: str, instruction: str, settings: str, results: str) -> str:
    """Return the static twin of `frame`; `settings` and `results` are HTML."""
    return (
        f'{STYLE}<section class="ausrec ausrec-panel" aria-label="{escape(title)}">'
        f"{_head(title, instruction)}"
        f'<div class="ausrec-row"><div>{settings}</div><div>{results}</div></div></section>'
    )


def _head(title: str, instruction: str) -> str:
    return (
        f'<div class="ausrec"><p class="ausrec-title">{escape(title)}</p>'
        f"<p>{inline(instruction)}</p></div>"
    )


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


def picture(figure: Figure, alt: str = "") -> str:
    """Return a figure on its light card, with its words: these, else its own."""
    words = escape(alt or words_of(figure))
    png = png_bytes(figure)
    width, height = png_size(png)
    return (
        f'<div class="ausrec-card"><img src="{data_address(png)}" alt="{words}" '
        f'width="{width}" height="{height}"></div>'
    )


def table_html(table: Table, caption: str = "") -> str:
    """Return a table; the first cell of each row is its heading."""
    return table.html(caption)


def settings_table(settings: Sequence[tuple[str, str]]) -> str:
    """Return what controls are set to, as a table of two columns (plain text)."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{inline(value)}</td></tr>'
        for name, value in settings
    )
    return f"<table><caption>Settings</caption><tbody>{rows}</tbody></table>"
