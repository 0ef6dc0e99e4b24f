"""Formulas without JavaScript: LaTeX to MathML, which browsers set by themselves."""

import re
from functools import cache

from bs4 import BeautifulSoup
from latex2mathml.converter import convert

from ausrec.errors import AusrecError

# What Jupyter's MathJax knows and the converter does not, in words that both know.
_REWRITTEN = (
    (re.compile(r"\\(begin|end)\{aligned\}"), r"\\\1{align*}"),
    (re.compile(r"\\mathrm\{([A-Za-z]{2,})\}"), r"\\text{\1}"),
    (re.compile(r"\\arg\b"), r"\\operatorname{arg}"),
)
_INLINE = re.compile(r"\$([^$\n]+)\$")
_NOT_TEXT = {"code", "pre", "script", "style", "math", "textarea"}


@cache
def to_mathml(latex: str, *, block: bool = False) -> str:
    """Convert a formula; its LaTeX becomes what a screen reader says in case of need.

    Args:
        latex: without the dollars around it.
        block: on a line of its own.

    Raises:
        AusrecError: when the formula has a command that is not known, or does not end.
    """
    known = latex.strip()
    for pattern, replacement in _REWRITTEN:
        known = pattern.sub(replacement, known)
    try:
        mathml = convert(known, display="block" if block else "inline")
    except Exception as error:
        raise AusrecError(
            f"the formula ${latex.strip()}$ cannot be converted ({type(error).__name__}); "
            "write it more simply"
        ) from error
    unknown = re.search(r">(\\[A-Za-z]+)<", mathml) or re.search(r"<mi>(&)</mi>", mathml)
    if unknown:
        raise AusrecError(
            f"the formula ${latex.strip()}$ has {unknown[1]}, which cannot be converted; "
            "write it in another way"
        )
    return mathml


def set_formulas(html: str) -> str:
    """Convert the formulas between dollars in the texts of HTML, code left as it is."""
    if "$" not in html:
        return html
    soup = BeautifulSoup(html, "html.parser")
    for text in soup.find_all(string=_INLINE):
        if _NOT_TEXT & {parent.name for parent in text.parents}:
            continue
        escaped = str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        mixed = _INLINE.sub(lambda found: to_mathml(_plain(found[1])), escaped)
        text.replace_with(BeautifulSoup(mixed, "html.parser"))
    return str(soup)


def _plain(escaped: str) -> str:
    return escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
