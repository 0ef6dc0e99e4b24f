"""The static site of a course: pages that need no kernel and no JavaScript."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from bs4 import BeautifulSoup
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from ausrec.errors import AusrecError
from ausrec.lab.course.editions import SOLUTION, TEACHER, Chapter, without
from ausrec.lab.course.formulas import set_formulas, to_mathml
from ausrec.lab.course.notebooks import TELLS_ANSWER
from ausrec.lab.look import css_variables

# Static twins before live views; what needs a script is not shown at all.
SHOWN_FIRST = ["text/html", "text/markdown", "image/png", "image/jpeg", "text/plain"]


class _Renderer(IPythonRenderer):
    """Markdown to HTML, with formulas as MathML."""

    def inline_math(self, body: str) -> str:
        """Convert $...$."""
        return to_mathml(body)

    def block_math(self, body: str) -> str:
        """Convert $$...$$."""
        return to_mathml(body, block=True)

    def latex_environment(self, name: str, body: str) -> str:
        """Convert an environment such as align."""
        return to_mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)

    def block_code(self, code: str, info: str | None = None) -> str:
        """Leave consoles and the like as plain text."""
        return str(super().block_code(code, info if info == "python" else None))


def markdown(text: str) -> str:
    """Convert Markdown with formulas to HTML."""
    renderer = _Renderer(escape=False, exclude_anchor_links=True)
    return str(MarkdownWithMath(renderer=renderer).render(text))


class _Exporter(HTMLExporter):
    """nbconvert's plain cells with our formulas and our order of forms."""

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        """Convert a Markdown cell."""
        return markdown(source)


def page(chapters: Sequence[Chapter], place: int, *, solutions: bool = False) -> str:
    """Return the page of a chapter.

    Args:
        chapters: all, for the way to the previous and the next one.
        place: of the chapter among them.
        solutions: show solutions, folded.

    Raises:
        AusrecError: when a formula cannot be converted; chapter and remedy are named.
    """
    chapter = chapters[place]
    notebook = _shown(chapter.notebook, solutions)
    exporter = _Exporter(  # type: ignore[no-untyped-call]
        template_name="basic",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        config=Config({"NbConvertBase": {"display_data_priority": SHOWN_FIRST}}),
    )
    try:
        cells, _ = exporter.from_notebook_node(notebook)
    except AusrecError as error:
        raise AusrecError(f"{chapter.name}: {error}") from error
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            title=chapter.title,
            body=Markup(_fold(cells)),
            previous=chapters[place - 1] if place else None,
            next=chapters[place + 1] if place + 1 < len(chapters) else None,
            style=_style(),
        )
    )


def index_page(chapters: Sequence[Chapter]) -> str:
    """Return the page that lists the chapters with aims and run times."""
    aims = [[Markup(_line(aim)) for aim in chapter.aims] for chapter in chapters]
    return (
        _environment()
        .get_template("index.html.j2")
        .render(chapters=list(zip(chapters, aims, strict=True)), style=_style())
    )


def _line(text: str) -> str:
    """Convert a line of Markdown without a paragraph around it."""
    return markdown(text).strip().removeprefix("<p>").removesuffix("</p>")


def _shown(notebook: Any, solutions: bool) -> Any:
    """Leave out what is not for the site, set formulas in outputs, and give figures words."""
    shown = without(notebook, TEACHER, *([] if solutions else [SOLUTION]))
    section = "this chapter"
    for cell in shown.cells:
        headings = [line.lstrip("# ") for line in cell.source.split("\n") if line.startswith("#")]
        if cell.cell_type == "markdown" and headings:
            section = headings[-1]
        if cell.cell_type == "code" and cell.source.startswith(TELLS_ANSWER):
            cell.metadata.transient = {"remove_source": True}
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "ausrec-panel" in data.get("text/html", ""):
                data["text/html"] = set_formulas(data["text/html"])
            if "image/png" in data and not output.metadata.get("image/png", {}).get("alt"):
                alt = cell.metadata.get("alt", f"Figure of the section “{section}”")
                output.metadata.setdefault("image/png", {})["alt"] = alt
    return shown


def _fold(html: str) -> str:
    """Put solutions behind a disclosure, which needs no script."""
    soup = BeautifulSoup(html, "html.parser")
    for cell in soup.select(f".celltag_{SOLUTION}"):
        details, summary = soup.new_tag("details"), soup.new_tag("summary")
        summary.string = "Solution"
        cell.wrap(details)
        details.insert(0, summary)
    # Panels carry their style with them, once a page is enough.
    seen = set()
    for style in soup.select("style"):
        if style.string in seen:
            style.decompose()
        else:
            seen.add(style.string)
    return str(soup)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ausrec.lab.course"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["css_variables"] = css_variables
    return environment


@cache
def _style() -> Markup:
    """Return all styles: ours, and the colours of code for light and for dark."""
    own = _environment().get_template("course.css").render()
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    screen = "@media screen and (prefers-color-scheme: dark)"
    return Markup(f"{light}\n{screen} {{\n{dark}\n}}\n{own}")
