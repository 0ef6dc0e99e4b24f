"""Write tables as Markdown, LaTeX and CSV."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isnan
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import pandas as pd

from ausrec.errors import AusrecError

MISSING = "–"
# What a LaTeX without further packages cannot print.
LATEX = {"±": r"$\pm$", "−": "$-$", "–": "--", "·": r"$\cdot$", "×": r"$\times$", "β": r"$\beta$"}
Format = Callable[[object], str]


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> list[str]:
    """Write every table three times: `NAME.csv` with all digits, `NAME.md` and `NAME.tex` to read.

    Args:
        tables: by the name of their files.
        folder: is made where it does not exist.

    Returns:
        the names of the files.

    Raises:
        AusrecError: a file cannot be written.
    """
    names = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            texts = {
                "csv": table.to_csv(index=False, lineterminator="\n"),
                "md": markdown(table) + "\n",
                "tex": latex(table),
            }
            for ending, text in texts.items():
                (folder / f"{name}.{ending}").write_text(text, encoding="utf-8", newline="\n")
                names.append(f"{name}.{ending}")
    except OSError as error:
        raise AusrecError(f"cannot write tables into {folder}: {error.strerror}") from error
    return names


def markdown(table: pd.DataFrame) -> str:
    """Return a table in Markdown, its numbers to the right."""
    shown = texts(table)
    return markdown_lines(list(shown.columns), shown.to_numpy().tolist(), numeric_columns(table))


def markdown_lines(
    header: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[bool] = ()
) -> str:
    """Return texts as a table in Markdown; a | within a cell is escaped.

    Args:
        header: of the columns.
        rows: as long as the header.
        numbers: which columns stand to the right; () for none.
    """
    right = [*numbers, *[False] * (len(header) - len(numbers))]
    rule = "|" + "|".join(" ---: " if number else " --- " for number in right) + "|"
    lines = [_line(header), rule, *map(_line, rows)]
    return "\n".join(lines)


def latex(table: pd.DataFrame) -> str:
    r"""Return a `tabular` of booktabs (`\usepackage{booktabs}`), with everything escaped."""
    shown = texts(table)
    layout = "".join("r" if number else "l" for number in numeric_columns(table))
    text = shown.to_latex(index=False, escape=True, column_format=layout or "l")
    for sign, written in LATEX.items():
        text = text.replace(sign, written)
    return text


def texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table as it is read: four decimals, whole numbers whole, a dash for nothing."""
    shown = {str(name): [cell(value) for value in table[name]] for name in table.columns}
    return pd.DataFrame(shown, columns=[str(name) for name in table.columns], dtype=object)


def cell(value: object) -> str:
    """Return one value as it is read."""
    if value is None or value is pd.NA or (isinstance(value, Real) and isnan(value)):
        return MISSING
    if isinstance(value, bool) or str(type(value).__name__) == "bool":
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        number = float(value)
        if abs(number) >= 100:
            return f"{number:.0f}"
        small = 0 < abs(number) < 0.0005
        return f"{number:.1e}" if small else f"{number:.4f}"
    return str(value)


def numeric_columns(table: pd.DataFrame) -> list[bool]:
    """Tell which columns hold numbers, or texts that begin with one, as "0.16 ± 0.01", "< 0.1"."""
    return [
        _is_number(table[name])
        or (len(table) > 0 and all(_begins_with_number(value) for value in table[name]))
        for name in table.columns
    ]


def spread_text(mean: float, sd: float, digits: int = 4) -> str:
    """Return mean ± standard deviation; the mean alone where there is no spread to tell."""
    if isnan(mean):
        return MISSING
    return f"{mean:.{digits}f}" if isnan(sd) else f"{mean:.{digits}f} ± {sd:.{digits}f}"


def interval_text(low: float, high: float, digits: int = 4, *, sign: bool = True) -> str:
    """Return "+0.0041 to +0.0099"; without + where no sign is wanted, a dash for no interval."""
    if isnan(low) or isnan(high):
        return MISSING
    form = f"{'+' if sign else ''}.{digits}f"
    return f"{low:{form}} to {high:{form}}"


def _is_number(column: "pd.Series[Any]") -> bool:
    types = pd.api.types
    return types.is_numeric_dtype(column) and not types.is_bool_dtype(column)


def _begins_with_number(value: object) -> bool:
    text = str(value)
    text = text.removeprefix("< ")
    return text == MISSING or text.lstrip("+-").split(" ")[0].replace(".", "", 1).isdigit()


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(str(each).replace("|", r"\|") for each in cells) + " |"
