"""Formulas of panels: LaTeX to MathML, which browsers set by themselves."""

import re
from html import unescape

from latex2mathml.converter import convert

# What MathJax knows and the converter does not, in words that both know.
_REWRITTEN = (
    (re.compile(r"\\mathrm\{([A-Za-z]{2,})\}"), r"\\text{\1}"),
    (re.compile(r"\\arg\b"), r"\\operatorname{arg}"),
)
_INLINE = re.compile(r"<code>.*?</code>|\$([^$\n]+)\$")


def set_formulas(html: str) -> str:
    """Convert the formulas between dollars, and leave code as it is."""
    return _INLINE.sub(lambda part: to_mathml(unescape(part[1])) if part[1] else part[0], html)


def to_mathml(latex: str) -> str:
    """Convert a formula, given without the dollars around it."""
    for pattern, replacement in _REWRITTEN:
        latex = pattern.sub(replacement, latex)
    mathml: str = convert(latex)
    return mathml
