"""Slides of each chapter, for teachers: made from the notebook by rules, shown by reveal.js.

A heading begins a slide, with the sentences that open its section. A figure, a table, a panel or a
few lines of code that print something have a slide of their own, and *What to notice* comes to it
on the next key. Formulas, tables, lists, predictions and exercises are shown. All other prose is in
the speaker's notes.
"""

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from ausrec.lab.panels.base.live_panel import enliven

# Letters of the sentences that open a section, at least and at most; of a note below a figure; and
# lines of code together with what it prints.
OPENING, NOTICE, CODE_LINES = (120, 320), 430, 18
SKIPPED = {"command", "experiment"}
HEADING = re.compile(r"(?m)^(#{1,3}) (.+)$")
SHOWN = re.compile(r"\||\$\$|[-*] |\d+\. |\*\*(Predict|Aims)|.*\*\*Predict\*\*", re.DOTALL)
LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")


class Slide(NamedTuple):
    """A slide while it is being filled."""

    title: str
    level: int
    body: list[str]
    notes: list[str]
    kind: str = "words"


def write_slides(notebooks: Path, folder: Path, mathjax: dict[str, Any]) -> None:
    """Write a deck for each chapter, which needs the files of reveal.js in `../_static`.

    Args:
        notebooks: the chapters.
        folder: of the decks.
        mathjax: its settings.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # The speaker's window shows formulas without the style that hides their second form.
    options = mathjax["options"] | {"enableAssistiveMml": False}
    page = Environment(loader=FileSystemLoader(Path(__file__).parent)).get_template("slides.html")
    for path in sorted(notebooks.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        slides = [slide for slide in make_slides(cells) if slide.body or slide.level < 3]
        text = page.render(name=path.stem, slides=slides, mathjax=mathjax | {"options": options})
        (folder / f"{path.stem}.html").write_text(enliven(text), encoding="utf-8")


def make_slides(cells: list[dict[str, Any]]) -> list[Slide]:
    """Return the slides of a chapter: of level 1 its title, 2 a section, 3 what is in it."""
    slides = [Slide("", 1, [], [])]
    for cell in cells:
        tags, source = set(cell["metadata"].get("tags", [])), "".join(cell["source"])
        if tags & SKIPPED:
            continue
        if cell["cell_type"] == "markdown":
            _read_words(source, slides, whole="exercise" in tags)
        elif "exercise" not in tags:
            _read_code(source, cell.get("outputs", []), tags, slides)
    return slides[1:]


def _read_words(source: str, slides: list[Slide], whole: bool) -> None:
    """Put words where they belong; `whole` shows all of them."""
    for title, level, text in _parts(source):
        if title:
            slides.append(Slide(_inline(title), level, [], []))
        for words in filter(None, re.split(r"\n\s*\n", text.strip())):
            slide = slides[-1]
            if words.startswith("**What to notice.**"):
                if slide.kind == "words" or len(words) > NOTICE:
                    slides.append(Slide(slide.title, 3, [_block(words)], []))
                else:
                    slide.body.append(f'<div class="fragment notice">{_block(words)}</div>')
                continue
            slide.notes.append(_block(words))
            if slide.kind != "words":
                if not SHOWN.match(words):
                    continue
                slide = Slide(slide.title, 3, [], [])
                slides.append(slide)
            if whole or SHOWN.match(words):
                slide.body.append(_block(words))
            elif not slide.body:
                slide.body.append(_block(_opening(words)))


def _parts(source: str) -> Iterator[tuple[str, int, str]]:
    """Cut a cell at its headings: title or "", level, and the text below."""
    before, *rest = HEADING.split(source)
    if before.strip():
        yield "", 0, before
    for marks, title, text in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        yield title, len(marks), text


def _opening(words: str) -> str:
    """Return as many sentences as a slide can open with: one at least."""
    sentences = re.split(r"(?<=[.?!:]) (?=[A-Z*`])", words)
    kept = sentences[0]
    for sentence in sentences[1:]:
        if len(kept) > OPENING[0] and len(kept) + len(sentence) > OPENING[1]:
            break
        kept += " " + sentence
    return kept


def _read_code(
    source: str, outputs: list[dict[str, Any]], tags: set[str], slides: list[Slide]
) -> None:
    code = "" if tags & {"hide-input", "remove-input"} else _code(source)
    shown = [_output(output) for output in outputs if not _needs_kernel(output)]
    kinds = {kind for kind, _ in shown}
    kind = next((kind for kind in ("figure", "table") if kind in kinds), "code")
    body = [html for each, html in shown if each == kind]
    if kind == "code":
        lines = source.count("\n") + sum(html.count("\n") for html in body)
        if not (code and body) or lines > CODE_LINES:
            slides[-1].notes.append(code)
            return
        body = [code, *body]
    last = slides[-1]
    asks = any("<strong>Predict" in part for part in last.body)
    if kind != "figure" and last.level == 2 and last.kind == "words" and not asks:
        # A small thing comes to the sentences that open its section.
        slides[-1] = last._replace(kind="table")
    else:
        slides.append(Slide(last.title, 3, [], [], kind))
    slides[-1].body.extend(body)
    if kind != "code":
        slides[-1].notes.append(code)


def _needs_kernel(output: dict[str, Any]) -> bool:
    html = "".join(output.get("data", {}).get("text/html", ""))
    return "ausrec-panel" in html and "data-live" not in html


def _output(output: dict[str, Any]) -> tuple[str, str]:
    """Return what kind of thing an output is, and its HTML."""
    data = output.get("data", {})
    if "image/png" in data:
        alt = " ".join(output["metadata"].get("image/png", {}).get("alt", "A figure").split())
        content = "".join(data["image/png"]).replace("\n", "")
        return "figure", f'<img src="data:image/png;base64,{content}" alt="{escape(alt)}">'
    if "text/html" in data:
        # To reveal.js, a section is a slide.
        html = re.sub(r"(</?)section\b", r"\1div", "".join(data["text/html"]))
        kind = "table" if "dataframe" in html and "ausrec-panel" not in html else "figure"
        return kind, f'<div class="shown">{html}</div>'
    text = "".join(data.get("text/plain", output.get("text", "")))
    return "code", f'<pre class="printed">{escape(text)}</pre>'


def _code(source: str) -> str:
    return highlight(source, PythonLexer(), HtmlFormatter(noclasses=True, style="xcode"))


def _math(content: str, options: dict[str, Any]) -> str:
    marks = r"\[{}\]" if options["display_mode"] else r"\({}\)"
    return marks.format(escape(content))


_MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, renderer=_math)


def _block(words: str) -> str:
    """Return Markdown as HTML; links to other pages of the course are words here."""
    return str(_MARKDOWN.render(LINK.sub(r"\1", words)))


def _inline(words: str) -> str:
    return str(_MARKDOWN.renderInline(LINK.sub(r"\1", words)))
