"""Compare the numbers of two outputs within a tolerance, and everything else to the letter.

Loaded into nbval's own process by `-p tests.notebooks.tolerance`. A decimal number may differ by
2 %, since another processor rounds differently. A whole number counts something, as the pairs of a
relation or the shape of a tensor, and may not differ. A cell with the tag `within-10` allows 10 %,
of whole numbers, too.
"""

import re
from typing import Any

from nbval.plugin import IPyNbCell

USUAL = 0.02
# Below this a number is zero up to rounding, whatever its digits are.
NOTHING = 1e-9
TAG = re.compile(r"within-(\d+)")
SIGN = r"(?:(?<![\w.])[-+−])?"
NUMBER = re.compile(
    rf"{SIGN}(?<![\w.])(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+−]?\d+)?(?![\w]|\.\d)", re.ASCII
)


def same(first: str, second: str, tolerance: float | None = None) -> bool:
    """Tell whether two outputs say the same.

    Args:
        first: an output.
        second: another one.
        tolerance: how far numbers may differ, as a share; None for 2 %, and whole numbers exactly.
    """
    if first == second:
        return True
    if skeleton(first) != skeleton(second):
        return False
    pairs = zip(NUMBER.findall(first), NUMBER.findall(second), strict=True)
    return all(near(*pair, tolerance) for pair in pairs)


def skeleton(text: str) -> str:
    """Return a text without its numbers, and without how many spaces they are padded by."""
    return re.sub(r"\s+", " ", NUMBER.sub("#", text))


def near(first: str, second: str, tolerance: float | None) -> bool:
    """Tell whether two numbers are near enough to each other."""
    whole = not re.search(r"[.eE]", first + second)
    if whole and tolerance is None:
        return first == second
    one, other = (float(each.replace("−", "-")) for each in (first, second))
    if max(abs(one), abs(other)) < NOTHING:
        return True
    return abs(one - other) <= (tolerance or USUAL) * max(abs(one), abs(other))


class Output(str):
    """An output that equals another one when both say the same."""

    tolerance: float | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and same(str(self), str(other), self.tolerance)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


_sanitize = IPyNbCell.sanitize


def sanitize(cell: Any, text: Any) -> Any:
    """Clean an output as nbval does, and let it be compared within the cell's tolerance."""
    cleaned = _sanitize(cell, text)
    if not isinstance(cleaned, str):
        return cleaned
    output = Output(cleaned)
    for tag in cell.cell.metadata.get("tags", []):
        if found := TAG.fullmatch(tag):
            output.tolerance = int(found[1]) / 100
    return output


IPyNbCell.sanitize = sanitize
