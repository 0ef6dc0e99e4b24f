"""Drawings that follow the theme of their page: how a notebook shows one, and the tasks' motifs."""

from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from ausrec.lab.look import TASK_COLORS
from ausrec.lab.names import MAIN, TASK_MEANINGS, task_label

# Of each relation: what a walk from one user to the other leads over (u a user, i an item), and
# whether the two are linked themselves.
_WALKS: dict[str, tuple[str, bool]] = {
    "social_triangle": ("u", True),
    "joint_triangle": ("i", True),
    "social_link": ("", True),
    "two_hop": ("u", False),
    "three_hop": ("uu", False),
    "metapath_uiu": ("i", False),
    "metapath_uuiu": ("ui", False),
}
_HEIGHT, _LOW, _HIGH = 20, 16, 4
_BETWEEN: Mapping[int, tuple[int, ...]] = {0: (), 1: (16,), 2: (11, 21)}
_ENDS = (4, 28)
# The ground of a panel, of JupyterLab, of the site, or of the browser.
_GROUND = "var(--background, var(--jp-layout-color0, var(--pst-color-background, Canvas)))"


class Drawing(NamedTuple):
    """A drawing as the value of a cell: HTML, and a text that says the same.

    Attributes:
        html: with lines and letters in the colour of the text around it.
        text: for readers without HTML.
    """

    html: str
    text: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text


class MotifShape(NamedTuple):
    """A motif in a field of 32 by 20, whose y grows downwards.

    Attributes:
        line: from point to point.
        marks: x, y, "u" or "i", and whether it is filled.
    """

    line: list[tuple[int, int]]
    marks: list[tuple[int, int, str, bool]]


def motif(task: str) -> str:
    """Draw a relation as an icon: its two users, filled, and what joins them.

    A circle is a user and a square an item. Lines are links and plays.

    Args:
        task: one of the seven, or `main`, which joins a user and an item.

    Returns:
        SVG in the colour of the text around it; "" for a task that has no motif.
    """
    if task != MAIN and task not in _WALKS:
        return ""
    shape = motif_shape(task)
    points = " ".join(f"{x},{y}" for x, y in shape.line)
    marks = [_mark(*mark) for mark in shape.marks]
    return (
        f'<svg class="ausrec-motif" viewBox="0 0 32 {_HEIGHT}" width="32" height="{_HEIGHT}" '
        'fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true">'
        f'<polyline points="{points}"/>{"".join(marks)}</svg>'
    )


def motif_shape(task: str) -> MotifShape:
    """Return the line and the marks of one of the seven relations, or of `main`."""
    between, linked = _WALKS.get(task, ("", True))
    inner = list(zip(_BETWEEN[len(between)], between, strict=True))
    ends = [(x, _LOW) for x in _ENDS]
    walk = [ends[0], *((x, _HIGH) for x, _ in inner), ends[1]] if between else []
    if linked:
        walk = [*walk, *(ends[::-1] if not between else [ends[0]])]
    last = "i" if task == MAIN else "u"
    marks = [(*ends[0], "u", True), (*ends[1], last, True)]
    return MotifShape(walk, [*marks, *((x, _HIGH, kind, False) for x, kind in inner)])


def _mark(x: int, y: int, kind: str, filled: bool) -> str:
    # An open mark hides the line behind it, whatever the ground of the page is.
    fill = "currentColor" if filled else _GROUND
    if kind == "i":
        return f'<rect x="{x - 3}" y="{y - 3}" width="6" height="6" fill="{fill}"/>'
    return f'<circle cx="{x}" cy="{y}" r="3" fill="{fill}"/>'


def relation_table(columns: Mapping[str, Mapping[str, Any]] | None = None) -> Drawing:
    """Show the seven relations with their motifs, whom they bring together, and further columns.

    Args:
        columns: heading to one value a task, such as the number of pairs; a float is shown with
            two digits.
    """
    given = dict(columns or {})
    heads = ["", "relation", "brings together", *given]
    rows, lines = [], []
    for task, color in TASK_COLORS.items():
        values = [_text(column.get(task, "")) for column in given.values()]
        said = [task_label(task), TASK_MEANINGS[task], *values]
        cells = "".join(f'<td style="text-align:left">{escape(each)}</td>' for each in said)
        rows.append(f'<tr><td style="color:{color}">{motif(task)}</td>{cells}</tr>')
        lines.append(": ".join(said[:2]) + "".join(f"; {v}" for v in values))
    top = "".join(f'<th style="text-align:left">{escape(head)}</th>' for head in heads)
    html = f"<table><thead><tr>{top}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return Drawing(html, "\n".join(lines))


def _text(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else f"{value}"
