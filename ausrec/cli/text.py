"""Plain aligned tables, and lines for people."""

import sys

import pandas as pd

from ausrec.lab.cells import make_table


def text_table(frame: pd.DataFrame, indent: str = "  ") -> str:
    """Format a table: texts to the left, numbers to the right.

    Args:
        frame: any table; the index is left out.
        indent: stands before every line.
    """
    table = make_table(frame)
    names = [str(name) for name in frame.columns]
    columns = [[name, *(row[place].text for row in table.rows)] for place, name in enumerate(names)]
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for line in zip(*columns, strict=True):
        cells = [
            text.rjust(width) if cell.number else text.ljust(width)
            for text, width, cell in zip(line, widths, table.header, strict=True)
        ]
        lines.append((indent + "  ".join(cells)).rstrip())
    return "\n".join(lines)


def note(line: str) -> None:
    """Tell on standard error what is going on; results alone go to standard output."""
    print(line, file=sys.stderr, flush=True)
