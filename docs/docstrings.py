"""Docstrings are plain text: keep what reStructuredText would take for markup as it is typed."""

import re
from textwrap import dedent, indent
from typing import Any

from sphinx.application import Sphinx

_FORMULA = re.compile(r"^Math:( +.*(?:\n +\S.*)*)", re.MULTILINE)
_SOURCE = re.compile(r"^Source:( +.*(?:\n +\S.*)*)", re.MULTILINE)
_EXAMPLE = re.compile(r"(?<=[^:]):\n+(?= +\S)")
_CODE = re.compile(r"(``.+?``|`[^`\n]+`|\*\*Source:\*\*)")
_NO_NAME = re.compile(r"`[^`]*[^`\w.][^`]*`")
_MARKUP = re.compile(r"[*|\\]|(?<=\w)_(?!\w)")


def setup(app: Sphinx) -> dict[str, Any]:
    """Read each docstring before napoleon does."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", _process, priority=400)
    return {"parallel_read_safe": True}


def _process(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    lines[:] = to_markup("\n".join(lines)).splitlines()


def to_markup(text: str) -> str:
    """Show formulas and examples as they are typed, and escape markup outside of code."""
    text = _FORMULA.sub(lambda found: f"::\n\n{indent(_block(found[1]), '    ')}\n", text)
    text = _SOURCE.sub(lambda found: f"\n**Source:** {' '.join(found[1].split())}\n", text)
    text = _EXAMPLE.sub(lambda found: "::\n\n" if found[0].count("\n") > 1 else found[0], text)
    result, literal = list[str](), None
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        if literal is not None and line.strip() and depth <= literal:
            literal = None
        result.append(line if literal is not None else _escaped(line))
        if literal is None and line.rstrip().endswith("::"):
            literal = depth
    return "\n".join(result)


def _block(text: str) -> str:
    """Remove the indentation of a formula, whose first line stands behind `Math:`."""
    return dedent(" " * len("Math:") + text)


def _escaped(line: str) -> str:
    parts = _CODE.split(line)
    parts[::2] = [_MARKUP.sub(lambda found: "\\" + found[0], part) for part in parts[::2]]
    # A name between backticks may become a link; anything else is code.
    parts[1::2] = [f"`{part}`" if _NO_NAME.fullmatch(part) else part for part in parts[1::2]]
    return "".join(parts)
