"""Write tables as text, Markdown, LaTeX or HTML, with one format for every number.

A number keeps its type until here. What is more than one number, such as a mean with its spread,
is a `Measure`: its column is set like a column of numbers.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from math import floor, isfinite, isnan, log10, nan
from numbers import Integral, Real
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ausrec.evaluation.metrics import larger_is_better
from ausrec.terminal import printable

MISSING = "–"
# A star alone says that something is significant, and an underline within a word is a letter.
MARKDOWN = re.compile(r"[\\`|\[\]]|<(?=\S)|(?<!\s)\*|\*(?!\s|$)|(?<!\w)_|_(?!\w)")
# What a LaTeX without further packages cannot print.
LATEX = {"±": r"$\pm$", "−": "$-$", "–": "--", "·": r"$\cdot$", "×": r"$\times$", "β": r"$\beta$"}


@dataclass(frozen=True)
class Measure:
    """A text of numbers, such as a mean with its spread, which is set like one number."""

    text: str

    def __str__(self) -> str:
        return self.text


def spread(mean: float, sd: float = nan, digits: int = 4) -> Measure:
    """Write a mean and its standard deviation, "0.1600 ± 0.0040"; the mean alone without one."""
    if isnan(mean):
        return Measure(MISSING)
    text = f"{mean:.{digits}f}"
    return Measure(text if isnan(sd) else f"{text} ± {sd:.{digits}f}")


def interval(low: float, high: float, form: str = "+.4f") -> Measure:
    """Write an interval of differences, "+0.0041 to +0.0099"."""
    return Measure(MISSING if isnan(low) or isnan(high) else f"{low:{form}} to {high:{form}}")


def gain(
    value: float, form: str = "+.4f", between: Measure | None = None, star: bool = False
) -> Measure:
    """Write a difference with its sign, "+0.0070" or "+0.0070 * (+0.0041 to +0.0099)".

    Args:
        value: the difference.
        form: how it is written, such as "+.1%".
        between: its interval.
        star: whether it is marked as significant.
    """
    if isnan(value):
        return Measure(MISSING)
    text = format(value, form).replace("%", " %") + " *" * star
    return Measure(f"{text} ({between})" if between else text)


def p_value(p: float) -> Measure:
    """Write a p value, "0.0030" or "< 0.0001"."""
    return Measure(MISSING if isnan(p) else "< 0.0001" if p < 0.0001 else f"{p:.4f}")


def cell_text(value: object, largest: float | None = None) -> str:
    """Write one value.

    Whole numbers get their thousands apart. Fractions get four figures, with four decimals at
    most and none from a thousand on; those that would vanish keep three figures. "–" is nothing.

    Args:
        value: any.
        largest: of the column, which decides on the decimals of all its fractions; None for a
            value without a column.
    """
    if value is None or value is pd.NA or (isinstance(value, Real) and isnan(value)):
        return MISSING
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return f"{int(value):,}"
    if isinstance(value, Real):
        number = float(value)
        size = abs(number) if largest is None else largest
        decimals = 4 if size <= 1 else max(0, 3 - floor(log10(size))) if isfinite(size) else 0
        vanishes = 0 < abs(number) < 0.5 * 10**-decimals
        return f"{number:.3g}" if vanishes else f"{number:,.{decimals}f}"
    return printable(str(value)).replace("\n", r"\n").replace("\t", r"\t")


class Cell(NamedTuple):
    """One cell: its text, whether it is a number, and whether it is the best of its column."""

    text: str
    number: bool = False
    best: bool = False


@dataclass(frozen=True)
class Table:
    """A header and rows of cells; the first cell of a row names it."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def text(self, indent: str = "  ") -> str:
        """Write aligned lines: texts to the left, numbers to the right."""
        lines = [self.header, *self.rows]
        widths = [max(len(cell.text) for cell in column) for column in zip(*lines, strict=True)]

        def padded(line: tuple[Cell, ...]) -> str:
            cells = [
                cell.text.rjust(width) if head.number else cell.text.ljust(width)
                for cell, width, head in zip(line, widths, self.header, strict=True)
            ]
            return (indent + "  ".join(cells)).rstrip()

        return "\n".join(map(padded, lines))

    def markdown(self) -> str:
        """Write Markdown; what Markdown would read as its own within a cell is escaped."""
        header, *rows = [
            "| " + " | ".join(MARKDOWN.sub(r"\\\g<0>", cell.text) for cell in line) + " |"
            for line in (self.header, *self.rows)
        ]
        rule = "|".join(" ---: " if cell.number else " --- " for cell in self.header)
        return "\n".join([header, f"|{rule}|", *rows])

    def latex(self) -> str:
        r"""Write a `tabular` of booktabs (`\usepackage{booktabs}`), with everything escaped."""
        frame = pd.DataFrame(
            [[cell.text for cell in row] for row in self.rows],
            columns=[cell.text for cell in self.header],
            dtype=object,
        )
        layout = "".join("r" if cell.number else "l" for cell in self.header)
        text = frame.to_latex(index=False, escape=True, column_format=layout or "l")
        for sign, written in LATEX.items():
            text = text.replace(sign, written)
        return text

    def html(self, caption: str = "") -> str:
        """Write HTML with headings both ways; the best of a column is strong."""
        title = f"<caption>{escape(caption)}</caption>" if caption else ""
        head = "".join(
            f'<th scope="col"{_class(cell)}>{escape(cell.text)}</th>' for cell in self.header
        )
        rows = "".join(
            f'<tr><th scope="row"{_class(first)}>{_breakable(first)}</th>'
            + "".join(f"<td{_class(cell)}>{_breakable(cell)}</td>" for cell in rest)
            + "</tr>\n"
            for first, *rest in self.rows
        )
        return (
            f'<div class="scroll"><table>{title}<thead><tr>{head}</tr></thead>\n'
            f"<tbody>{rows}</tbody></table></div>"
        )


def make_table(
    frame: pd.DataFrame, *, label: Callable[[str], str] = str, mark_best: bool = False
) -> Table:
    """Make a table of a frame, whose first column names its rows; the index is left out.

    Args:
        frame: any.
        label: turns the name of a column into its heading.
        mark_best: mark the best value of every metric, where there are several rows.
    """
    header, columns = [], []
    for place, name in enumerate(map(str, frame.columns)):
        column = frame.iloc[:, place]
        is_number = place > 0 and _is_numeric(column)
        has_best = mark_best and is_number and "@" in name and len(column) > 1
        # NaN, which nothing equals, where no value is to be marked.
        extreme = column.max if larger_is_better(name) else column.min
        best = float(extreme()) if has_best else nan
        sizes = [abs(float(v)) for v in column if isinstance(v, Real) and isfinite(v)]
        largest = max(sizes, default=None)
        header.append(Cell(label(name), is_number))
        columns.append(
            [
                Cell(
                    cell_text(value, largest),
                    is_number,
                    isinstance(value, Real) and float(value) == best,
                )
                for value in column
            ]
        )
    return Table(tuple(header), tuple(zip(*columns, strict=True)))


def table_files(tables: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """Return every table as three files: `NAME.csv` with all digits, `NAME.md`, `NAME.tex` to read.

    Args:
        tables: by the name of their files.
    """
    files = {}
    for name, frame in tables.items():
        table = make_table(frame)
        files[f"{name}.csv"] = frame.to_csv(index=False, lineterminator="\n").encode()
        files[f"{name}.md"] = f"{table.markdown()}\n".encode()
        files[f"{name}.tex"] = table.latex().encode()
    return files


def widen(
    table: pd.DataFrame, rows: list[str], columns: str, values: Iterable[object]
) -> pd.DataFrame:
    """Lay values out by rows and columns, both in the order in which the table has them.

    Args:
        table: one row a value.
        rows: the columns of it that name a row.
        columns: the column of it whose values become columns.
        values: one for each row of the table.
    """
    if table.empty:
        return pd.DataFrame(columns=rows)
    long = table[[*rows, columns]].assign(value=pd.Series(list(values), table.index, dtype=object))
    wide = long.pivot_table("value", rows, columns, aggfunc="first", sort=False)
    return wide.reset_index().rename_axis(columns=None)


def _is_numeric(column: "pd.Series[Any]") -> bool:
    known = column.dropna()
    numbers = [isinstance(v, Real | Measure) and not isinstance(v, bool) for v in known]
    return bool(numbers) and all(numbers)


def _class(cell: Cell) -> str:
    return ' class="number"' if cell.number else ""


def _breakable(cell: Cell) -> str:
    text = escape(cell.text)
    if cell.best:
        return f"<strong>{text}</strong>"
    # A set of tasks such as "sgl+apr+two_hop" may be broken.
    return text if cell.number else re.sub(r"(?<=[a-z])\+", "+<wbr>", text)
