"""A user's own table: its columns by name, as ids, numbers or times, and which row is wrong."""

import contextlib
import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
from numpy.typing import NDArray

from ausrec.data.tables.assumptions import Taken
from ausrec.data.tables.columns import find_column
from ausrec.data.tables.open_file import open_text
from ausrec.errors import AusrecError

# Dates as 2024-05-31, as Twitter and Foursquare write them, and as Amazon does.
DATES = ("ISO8601", "%a %b %d %H:%M:%S %z %Y", "%m %d, %Y")
# Up to here a float holds every integer.
EXACT = 2.0**53


class Unquoted(csv.excel):
    """Lines in which a quotation mark is a character like any other."""

    quoting = csv.QUOTE_NONE


@dataclass(frozen=True)
class Layout:
    """How a text file is laid out.

    Attributes:
        delimiter: what separates the fields of a line.
        header: whether the first line names the columns.
        quoted: whether a field in quotation marks may hold delimiters and line ends.
        encoding: of the file.
        skip: how many lines of comment come first.
    """

    delimiter: str
    header: bool = True
    quoted: bool = True
    encoding: str = "utf-8-sig"
    skip: int = 0


@dataclass(frozen=True)
class Table:
    """A table with the name of its source and, for text files, its layout.

    Attributes:
        frame: the columns; from text files all of them are text.
        source: the name to use in messages.
        layout: of a text file; None for other sources.
        assumed: what was guessed in reading it, a sentence each.
        taken: which columns were taken for what; filled by `take`.
        sequences: columns whose values are several, separated by blanks.
        has_names: whether the columns have names of their own, and not those of their places.
    """

    frame: pd.DataFrame
    source: str
    layout: Layout | None = None
    assumed: list[str] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    sequences: frozenset[str] = frozenset()
    has_names: bool = True

    @property
    def label(self) -> str:
        """The name of the source without its folder, for what is noted."""
        return Path(self.source).name

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return [str(column) for column in self.frame.columns]

    def find(self, wanted: str | None, known: Sequence[str] = ()) -> str | None:
        """Return the column named `wanted`, or without that the first known one, or None.

        Args:
            wanted: the name that the caller gave, or None to look for a known one; in a table
                without names the place of the column, from 1, will do.
            known: names to recognise, the most usual first; see `ausrec.data.tables.columns`.
        """
        if wanted is None:
            return find_column(self.columns, known)
        if wanted not in self.columns and not self.has_names and wanted.isdecimal():
            place = int(wanted) - 1
            return self.columns[place] if 0 <= place < len(self.columns) else None
        return wanted if wanted in self.columns else None

    def pick(self, wanted: str | None, known: Sequence[str], what: str, remedy: str) -> str:
        """Return the name of a column, as asked for or as recognised.

        Args:
            wanted: as in `find`.
            known: as in `find`.
            what: what the column holds, for messages and the record of what was taken for what.
            remedy: what to do where there is none, for messages.

        Raises:
            AusrecError: when there is no such column; the message lists those that there are.
        """
        column = self.take(wanted, known, what)
        if column is None:
            named = f"no column {wanted!r}" if wanted else f"no column that looks like the {what}"
            raise AusrecError(f"{self.source}: {named}; found {', '.join(self.columns)}; {remedy}")
        return column

    def take(self, wanted: str | None, known: Sequence[str], what: str) -> str | None:
        """Find a column and note what it is taken for; see `pick`."""
        column = self.find(wanted, known)
        if column is not None:
            self.note(what, column, "asked for" if wanted else None)
        return column

    def note(self, what: str, column: str, why: str | None = None) -> None:
        """Note what a column is taken for, and why: by its name, unless said otherwise."""
        why = why or ("its name" if self.has_names else "its place")
        self.taken.append(Taken(self.label, what, column, why))

    def where(self, row: int) -> str:
        """Name a row (from 0) for a message: file and line, or source and row."""
        if self.layout is None:
            return f"{self.source}, row {row}"
        with open_text(self.source, self.layout.encoding) as file:
            # A quoted field may hold line ends, so rows are counted by a reader of CSV.
            kind = csv.excel if self.layout.quoted else Unquoted
            reader = csv.reader(file, kind, delimiter=self.layout.delimiter[0])
            skipped = [next(file) for _ in range(self.layout.skip)]
            begin, place = 1 + len(skipped), -1 - self.layout.header
            for fields in reader:
                place += bool(fields)
                if place == row:
                    break
                begin = len(skipped) + reader.line_num + 1
        return f"{self.source}:{begin}"

    def ids(self, column: str) -> pd.Categorical:
        """Return a column of ids as text, each text once; none is missing.

        Raises:
            AusrecError: at the first id that is missing or empty.
        """
        values = self.frame[column]
        if values.dtype == object:
            values = values.astype("string")  # 1 and 1.0 are two texts, and one object
        places, distinct = pd.factorize(values)
        text = pd.Series(distinct)
        if pd.api.types.is_float_dtype(text.dtype) and (text % 1 == 0).all():
            text = text.astype("Int64")
        text = text.astype("string").str.strip()
        # Texts that differ in blanks alone are one id; -1 is the place of what is missing.
        of_text, names = pd.factorize(text.where(text != ""))
        codes = np.append(of_text, -1)[places]
        empty = codes < 0
        if empty.any():
            raise AusrecError(
                f"{self.where(int(empty.argmax()))}: no value in column {column!r}; "
                "every row needs an id"
            )
        return pd.Categorical.from_codes(codes, pd.Index(names, dtype=object))

    def names(self, column: str) -> list[str | None]:
        """Return a column of names as text, None where there is none."""
        text = self.frame[column].astype("string").str.strip().fillna("")
        return [name or None for name in text]

    def numbers(self, column: str, remedy: str = "mend or remove the row") -> NDArray[np.float64]:
        """Return a column of numbers.

        Raises:
            AusrecError: at the first value that is none, or not finite.
        """
        numbers = to_numbers(self.frame[column]).to_numpy(dtype=np.float64)
        wrong = ~np.isfinite(numbers)
        if wrong.any():
            row = int(wrong.argmax())
            raise AusrecError(
                f"{self.where(row)}: {self.frame[column].iloc[row]!r} in column {column!r} is not "
                f"a number; {remedy}"
            )
        return numbers

    def times(self, column: str) -> NDArray[np.int64]:
        """Return a column of times: numbers as they are, dates as seconds since 1970.

        Raises:
            AusrecError: at the first value that is neither.
        """
        values = self.frame[column]
        is_number = np.zeros(len(values), dtype=bool)
        if not pd.api.types.is_datetime64_any_dtype(values.dtype):
            numbers = to_numbers(values)
            # Beyond 2^63 there is no int64; nan compares as False.
            is_number = np.abs(numbers.to_numpy(dtype=np.float64)) < 2.0**63
            if is_number.all():
                return np.asarray(numbers).astype(np.int64)
        wrong = np.ones(len(values), dtype=bool)
        for form in DATES:
            dates = pd.to_datetime(values, errors="coerce", utc=True, format=form)
            if dates.notna().all():
                return np.asarray(dates.dt.as_unit("s").astype("int64"))
            wrong = wrong if dates.isna().sum() >= wrong.sum() else dates.isna().to_numpy()
        # Among integers the one that is none is to blame, among dates the one that is no date.
        blamed = wrong & ~is_number if (wrong & ~is_number).any() else wrong
        row = int(blamed.argmax())
        raise AusrecError(
            f"{self.where(row)}: {values.iloc[row]!r} in column {column!r} is neither a number "
            "nor a date as 2024-05-31; mend or remove the row"
        )


def to_numbers(values: pd.Series) -> pd.Series:
    """Return a column as numbers, and NaN for what is none."""
    if isinstance(values.dtype, pd.StringDtype):
        # Arrow is ten times as fast, but refuses a column in which it cannot read a field.
        with contextlib.suppress(pyarrow.ArrowInvalid):
            numbers = pyarrow.array(values).cast(pyarrow.float64()).to_numpy(zero_copy_only=False)
            if (np.abs(numbers) < EXACT).all():
                return pd.Series(numbers, values.index)
    return pd.to_numeric(values, errors="coerce")
