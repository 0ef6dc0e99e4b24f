"""Texts of any layout: what separates the fields, whether there is a header, which encoding."""

import csv
import io
from collections.abc import Collection, Sequence
from itertools import islice
from pathlib import Path

import pandas as pd

from ausrec.data.tables.columns import count_known, is_typed
from ausrec.data.tables.neighbour_lists import read_adjacency
from ausrec.data.tables.open_file import open_text
from ausrec.data.tables.table import Layout, Table
from ausrec.data.tables.unnamed_columns import name_places
from ausrec.errors import AusrecError

DELIMITERS = (",", "\t", ";", "|")
BLANK, COLONS, ADJACENCY, ATOMIC = "blank", "double_colon", "adjacency", "atomic"
# A text format by name: what separates its fields; None where the file tells.
TEXTS: dict[str, str | None] = {
    "text": None,
    "csv": ",",
    "tsv": "\t",
    BLANK: " ",
    COLONS: "::",
    ADJACENCY: " ",
    ATOMIC: "\t",
}
COMMENTS = ("#", "%")
SAMPLE, UNIT = 200, "\x1f"


def read_text(
    path: Path,
    what: str,
    name: str = "text",
    header: bool | None = None,
    ids: Collection[str] = (),
) -> Table:
    """Read a text file; all of its fields are text.

    What separates its fields is `::` where its first line holds that, else the one of `, TAB ; |`
    that it holds most of, else blanks. Lines of `node neighbour neighbour ...` are told by integers
    whose number differs between lines, or is above 4, each line with another first one. The first
    line is a header where two of its fields are usual names; otherwise, where none is a number and
    none occurs again further down or among `ids`. A byte-order mark, Windows line ends, blank
    lines, quoted fields, and lines of comment before the first are fine.

    Args:
        path: the file, which may be compressed.
        what: the table holds; it gives columns without names their meaning.
        name: of the format, one of `TEXTS`.
        header: whether there is a header line; None to guess.
        ids: that are known already, and are no names of columns.

    Raises:
        ValueError: when pandas cannot read it.
        AusrecError: when it is empty, or naming the line that is no line of
            `node neighbour ...`.
    """
    encoding = "utf-8-sig"
    try:
        return _read(path, what, name, header, ids, encoding)
    except UnicodeDecodeError:
        with path.open("rb") as file:
            is_wide = file.read(2) in (b"\xff\xfe", b"\xfe\xff")
        encoding = "utf-16" if is_wide else "latin-1"
        table = _read(path, what, name, header, ids, encoding)
        table.assumed.append(f"{path.name}: is not UTF-8, so it was read as {encoding}")
        return table


def _read(
    path: Path, what: str, name: str, header: bool | None, ids: Collection[str], encoding: str
) -> Table:
    skip, lines = _first_lines(path, encoding)
    if not lines:
        raise AusrecError(f"{path}: is empty")
    delimiter = TEXTS[name] or _delimiter(lines[0])
    if name == ADJACENCY or (name in ("text", BLANK) and delimiter == " " and _is_adjacency(lines)):
        return _read_adjacency(path, what)
    is_atomic = delimiter == "\t" and all(map(is_typed, lines[0].rstrip("\r\n").split("\t")))
    quoted = len(delimiter) == 1 and delimiter != " " and not is_atomic
    frame = _read_frame(path, skip, delimiter, quoted, encoding)
    assumed = [f"{path.name}: {skip} lines of comment were left out"] if skip else []
    if header is None:
        header = is_atomic or _has_header(frame, ids)
        if header and not count_known(frame.iloc[0].tolist()):
            fields = ", ".join(frame.iloc[0])
            assumed.append(f"{path.name}: its first line ({fields}) is a header, and no row")
    layout = Layout(delimiter, header, quoted, encoding, skip)
    if not header:
        frame = name_places(frame, what)
        hint = f" (--data.format {ADJACENCY} for a user and then items)" if delimiter == " " else ""
        taken = ", ".join(frame.columns)
        assumed.append(f"{path.name}: no header line; its columns are {taken}{hint}")
        return Table(frame, str(path), layout, assumed, has_names=False)
    columns = [str(field).strip() for field in frame.iloc[0]]
    sequences = frozenset(c.partition(":")[0] for c in columns if is_typed(c) and c[-4:] == "_seq")
    columns = [each.partition(":")[0] if is_typed(each) else each for each in columns]
    frame = frame[1:].reset_index(drop=True).set_axis(columns, axis=1)
    return Table(frame, str(path), layout, assumed, sequences=sequences)


def _first_lines(path: Path, encoding: str) -> tuple[int, list[str]]:
    """Return the number of lines of comment, and the first lines that are neither these nor blank.

    Where every line is a comment, the first is taken for a header.
    """
    with open_text(path, encoding) as file:
        start = list(islice(file, SAMPLE))
    skip = 0
    while skip < len(start) and start[skip].startswith(COMMENTS):
        skip += 1
    return skip, [line for line in start[skip:] if line.strip()]


def _delimiter(line: str) -> str:
    if "::" in line:
        return "::"
    delimiter = max(DELIMITERS, key=line.count)
    if delimiter not in line and len(line.split()) > 1:
        return " "
    return delimiter


def _is_adjacency(lines: Sequence[str]) -> bool:
    rows = [line.split() for line in lines]
    widths = {len(row) for row in rows}
    return (
        all(field.isdecimal() for row in rows for field in row)
        and (len(widths) > 1 or min(widths) > len(DELIMITERS))
        and len({row[0] for row in rows}) == len(rows)
    )


def _read_adjacency(path: Path, what: str) -> Table:
    frame = name_places(pd.DataFrame(dict(enumerate(read_adjacency(path)))), what)
    first, second = frame.columns
    assumed = [f"{path.name}: no header line; a line is one {first} and then each {second}"]
    return Table(frame, str(path), assumed=assumed, has_names=False)


def _read_frame(path: Path, skip: int, delimiter: str, quoted: bool, encoding: str) -> pd.DataFrame:
    # Without a header, for pandas would rename columns that are called alike, and take fields
    # beyond those of the header for an index.
    with open_text(path, encoding) as file:
        source: io.TextIOBase = file
        if len(delimiter) > 1:  # pandas' fast reader takes one character
            source, delimiter = io.StringIO(file.read().replace(delimiter, UNIT)), UNIT
        return pd.read_csv(
            source,
            sep=r"\s+" if delimiter == " " else delimiter,
            header=None,
            dtype=str,
            keep_default_na=False,
            quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
            skiprows=skip,
        )


def _has_header(frame: pd.DataFrame, ids: Collection[str]) -> bool:
    fields = [str(field).strip() for field in frame.iloc[0]]
    if count_known(fields) > 1:
        return True
    if any(field.lstrip("+-").replace(".", "", 1).isdigit() for field in fields):
        return False
    again = set(fields) & set(ids) or frame.iloc[1:].isin(fields).to_numpy().any()
    return not again
