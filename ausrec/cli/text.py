"""Plain aligned tables, and lines for people."""

import sys

import pandas as pd

from ausrec.experiments.table_writer import make_table


def text_table(frame: pd.DataFrame, indent: str = "  ") -> str:
    """Format a table: texts to the left, numbers to the right.

    Args:
        frame: any table; the index is left out.
        indent: begins every line.
    """
    return make_table(frame).text(indent)


def note(line: str) -> None:
    """Say on standard error what is going on; results alone go to standard output."""
    print(line, file=sys.stderr, flush=True)
