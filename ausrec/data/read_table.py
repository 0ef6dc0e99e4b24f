"""Read a user's own table, and say which line is wrong."""

import csv
import io
import os
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd
import pyarrow
from numpy.typing import NDArray

from ausrec.errors import AusrecError

TableSource: TypeAlias = str | os.PathLike[str] | pd.DataFrame

_SUFFIXES = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".txt": "\t", ".dat": "\t"}
_DELIMITERS = (",", "\t", ";", "|")
_PARQUET = (".parquet", ".pq")
_PARQUET_MAGIC = b"PAR1"


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

    def where(self, row: int) -> str:
        """Name a row (from 0) for a message: file and line, or source and row."""
        if self.delimiter is None:
            return f"{self.source}, row {row}"
        with Path(self.source).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            # A quoted field may hold line ends, so rows are counted by a reader of CSV.
            begin = 1
            place = -2
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
    """Read CSV, TSV or Parquet, or take a data frame as it is.

    Text files are UTF-8 with a header line; the delimiter is the one of comma, tab, semicolon
    and bar that the header holds most of. A byte-order mark, Windows line ends, blank lines and
    quoted fields are fine.

    Args:
        source: a path, or a data frame.
        what: what the table holds, for messages: "interactions".

    Raises:
        AusrecError: when the file is missing, of another type, empty, or has a line that cannot
            be read, no header, or two columns of the same name.
    """
    if isinstance(source, pd.DataFrame):
        table = Table(source.reset_index(drop=True), f"the {what} table")
        _check_header(table.columns, table.source)
    else:
        table = _read_file(Path(source), what)
    if table.frame.empty:
        raise AusrecError(f"{table.source}: no rows; the {what} table must not be empty")
    return table


def _read_file(path: Path, what: str) -> Table:
    if path.is_dir():
        raise AusrecError(f"{path}: a folder; name the file that holds the {what}")
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise AusrecError(f"{path}: no such file; it should hold the {what}") from error
    except OSError as error:
        raise AusrecError(f"{path}: cannot be read ({error.strerror})") from error
    if not content.strip():
        raise AusrecError(f"{path}: empty; it should hold the {what}")
    if content.startswith(_PARQUET_MAGIC):
        return _read_parquet(path)
    suffix = path.suffix.lower()
    if suffix in _PARQUET:
        raise AusrecError(f"{path}: not a Parquet file, though named like one")
    if suffix in _SUFFIXES and b"\x00" in content:
        line = content.count(b"\n", 0, content.index(b"\x00")) + 1
        raise AusrecError(
            f"{path}:{line}: holds a null character, which no text file does; save it as UTF-8"
        )
    if suffix not in _SUFFIXES:
        raise AusrecError(
            f"{path}: not a table that can be read; give CSV ({', '.join(_SUFFIXES)}) or Parquet "
            f"({', '.join(_PARQUET)})"
        )
    return _read_text(path, content, _SUFFIXES[suffix])


def _read_parquet(path: Path) -> Table:
    try:
        table = Table(pd.read_parquet(path), str(path))
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise AusrecError(f"{path}: a damaged Parquet file ({_first_line(error)})") from error
    _check_header(table.columns, str(path))
    return Table(table.frame.reset_index(drop=True), str(path))


def _read_text(path: Path, content: bytes, usual: str) -> Table:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise AusrecError(f"{path}:{line}: not UTF-8; save the file in that encoding") from error
    body = text.lstrip("\r\n")
    line = text.count("\n", 0, len(text) - len(body)) + 1
    first = re.split(r"[\r\n]", body, maxsplit=1)[0]
    delimiter = max((usual, *_DELIMITERS), key=first.count)
    try:
        header = next(csv.reader(io.StringIO(body, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise AusrecError(f"{path}:{line}: the header cannot be read ({error})") from error
    if "\n" in "".join(header) or "\r" in "".join(header):
        raise AusrecError(f"{path}:{line}: a column name holds a line end; check the quotes")
    _check_header(header, f"{path}:{line}")
    try:
        with warnings.catch_warnings():
            # pandas only warns where it drops fields beyond those of the header.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                path,
                sep=delimiter,
                dtype=str,
                keep_default_na=False,
                index_col=False,
                encoding="utf-8-sig",
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise _bad_line(path, delimiter, len(header), error) from error
    if len(frame.columns) != len(header):
        raise AusrecError(f"{path}:{line}: the header cannot be read; check its quotes")
    frame.columns = pd.Index([name.strip() for name in header])
    return Table(frame, str(path), delimiter)


def _check_header(columns: Sequence[str], where: str) -> None:
    names = [name.strip() for name in columns]
    double = [name for name in names if names.count(name) > 1]
    if double:
        raise AusrecError(f"{where}: column {double[0]!r} stands there twice; rename one")
    if names and all(name.lstrip("-").replace(".", "", 1).isdigit() for name in names):
        raise AusrecError(
            f"{where}: no header line, the first line holds {', '.join(names)}; add one, as "
            "user,item"
        )


def _bad_line(path: Path, delimiter: str, num_fields: int, error: Exception) -> AusrecError:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        begin = begin_of_last = 1
        for fields in reader:
            begin_of_last = begin
            if len(fields) > num_fields:
                return AusrecError(
                    f"{path}:{begin}: {len(fields)} fields where the header has {num_fields}; "
                    "quote a field that holds the delimiter"
                )
            begin = reader.line_num + 1
    if "EOF inside string" in str(error):
        # All rows up to the end are one field, which the last row begins with.
        return AusrecError(f"{path}:{begin_of_last}: a quote is opened and never closed; close it")
    return AusrecError(f"{path}: cannot be read ({_first_line(error)})")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
