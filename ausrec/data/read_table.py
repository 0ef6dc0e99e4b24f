"""Read a user's own table: find its columns, and say which row is wrong."""

import csv
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd
import pyarrow
from numpy.typing import NDArray

from ausrec.errors import AusrecError

TableSource: TypeAlias = str | os.PathLike[str] | pd.DataFrame
DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True)
class Table:
    """A table with the name of its source and, for text files, its layout.

    Attributes:
        frame: the columns; from text files all of them are text.
        source: the name to use in messages.
        delimiter: what separates the fields of a text file; None for other sources.
    """

    frame: pd.DataFrame
    source: str
    delimiter: str | None = None

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return [str(column) for column in self.frame.columns]

    def find(self, wanted: str | None, known: Sequence[str] = ()) -> str | None:
        """Return the column named `wanted`, or without that the first known one, or None.

        Args:
            wanted: the name that the caller gave, or None to look for a known one.
            known: names to recognise, the most usual first, in lower case; case, spaces and
                punctuation of the columns do not matter.
        """
        if wanted is not None:
            return wanted if wanted in self.columns else None
        plain = {"".join(filter(str.isalnum, c.lower())): c for c in reversed(self.columns)}
        return next((plain[name] for name in known if name in plain), None)

    def pick(self, wanted: str | None, known: Sequence[str], what: str, remedy: str) -> str:
        """Return the name of a column, as asked for or as recognised.

        Args:
            wanted: as in `find`.
            known: as in `find`.
            what: what the column holds, for messages.
            remedy: what to do where there is none, for messages.

        Raises:
            AusrecError: when there is no such column; the message lists those that there are.
        """
        column = self.find(wanted, known)
        if column is None:
            named = f"no column {wanted!r}" if wanted else f"no column that looks like the {what}"
            raise AusrecError(f"{self.source}: {named}; found {', '.join(self.columns)}; {remedy}")
        return column

    def where(self, row: int) -> str:
        """Name a row (from 0) for a message: file and line, or source and row."""
        if self.delimiter is None:
            return f"{self.source}, row {row}"
        with Path(self.source).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            # A quoted field may hold line ends, so rows are counted by a reader of CSV.
            begin, place = 1, -2
            for fields in reader:
                place += bool(fields)
                if place == row:
                    break
                begin = reader.line_num + 1
        return f"{self.source}:{begin}"

    def ids(self, column: str) -> NDArray[Any]:
        """Return a column of ids as text, without missing ones.

        Raises:
            AusrecError: at the first id that is missing or empty.
        """
        values = self.frame[column]
        if pd.api.types.is_float_dtype(values.dtype) and (values.dropna() % 1 == 0).all():
            values = values.astype("Int64")
        text = values.astype("string").str.strip()
        empty = (text.isna() | (text == "")).to_numpy()
        if empty.any():
            raise AusrecError(
                f"{self.where(int(empty.argmax()))}: no value in column {column!r}; "
                "every row needs an id"
            )
        return text.to_numpy(dtype=object)

    def names(self, column: str) -> list[str | None]:
        """Return a column of names as text, None where there is none."""
        text = self.frame[column].astype("string").str.strip().fillna("")
        return [name or None for name in text]


def read_table(source: TableSource, what: str) -> Table:
    """Read a file of one of the `FORMATS`, or take a data frame as it is.

    Args:
        source: a path, or a data frame.
        what: what the table holds, for messages: "interactions".

    Raises:
        AusrecError: when the file is missing, of another type, empty, or has a line that cannot
            be read, no header, or two columns of the same name.
    """
    if isinstance(source, pd.DataFrame):
        table = Table(source.reset_index(drop=True), f"the {what} table")
    else:
        table = _read_file(Path(source), what)
    columns = table.columns
    double = [name for name in columns if columns.count(name) > 1]
    if double:
        raise AusrecError(f"{table.source}: two columns are called {double[0]!r}; rename one")
    if columns and all(name.lstrip("-").replace(".", "", 1).isdigit() for name in columns):
        raise AusrecError(
            f"{table.source}: no header line, the first line holds {', '.join(columns)}; add one, "
            "as user,item"
        )
    if table.frame.empty:
        raise AusrecError(f"{table.source}: no rows; the {what} table must not be empty")
    return table


def _read_file(path: Path, what: str) -> Table:
    if not path.is_file():
        problem = "a folder" if path.is_dir() else "no such file"
        raise AusrecError(f"{path}: {problem}; name the file that holds the {what}")
    if path.suffix.lower() not in FORMATS:
        raise AusrecError(f"{path}: not a table that can be read; give {', '.join(FORMATS)}")
    kind, read = FORMATS[path.suffix.lower()]
    try:
        return read(path)
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise AusrecError(f"{path}: cannot be read as {kind} ({reason})") from error


def _read_text(path: Path) -> Table:
    """Read text whose delimiter is the one that the header holds most of.

    A byte-order mark, Windows line ends, blank lines and quoted fields are fine.
    """
    with path.open(encoding="utf-8-sig") as file:
        header = next((line for line in file if line.strip()), "")
    if not header:
        raise ValueError("it is empty")
    delimiter = max(DELIMITERS, key=header.count)
    # Read without a header, for pandas would rename columns that are called alike, and take
    # fields beyond those of the header for an index.
    frame = pd.read_csv(
        path, sep=delimiter, header=None, dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    columns = [str(name).strip() for name in frame.iloc[0]]
    return Table(frame[1:].reset_index(drop=True).set_axis(columns, axis=1), str(path), delimiter)


def _read_parquet(path: Path) -> Table:
    return Table(pd.read_parquet(path).reset_index(drop=True), str(path))


TEXT = ("UTF-8 text with a header line", _read_text)
PARQUET = ("Parquet", _read_parquet)
# By the ending of the file's name: what a file must be, and what reads it.
FORMATS: dict[str, tuple[str, Callable[[Path], Table]]] = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".txt", ".dat"), TEXT),
    **dict.fromkeys((".parquet", ".pq"), PARQUET),
}
