"""Open files of tables, compressed ones by their ending: gz, bz2, xz, zip."""

import bz2
import gzip
import io
import lzma
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ausrec.errors import AusrecError

OPENERS: Mapping[str, Callable[..., Any]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
    ".zip": lambda path: _open_member(path),
}


def open_bytes(path: str | os.PathLike[str]) -> Any:
    """Open a file of bytes, decompressed."""
    place = Path(path)
    opener = OPENERS.get(place.suffix.lower())
    return place.open("rb") if opener is None else opener(place)


def open_text(
    path: str | os.PathLike[str], encoding: str = "utf-8-sig", errors: str = "strict"
) -> io.TextIOWrapper:
    """Open a file of text, decompressed; a byte-order mark is no part of it."""
    return io.TextIOWrapper(open_bytes(path), encoding=encoding, errors=errors, newline="")


def inner_name(path: Path) -> str:
    """Return the name of what is in a file: `plays.csv` of `plays.csv.gz`, in lower case."""
    if path.suffix.lower() == ".zip":
        return _only_member(path).lower()
    return (path.stem if path.suffix.lower() in OPENERS else path.name).lower()


def _open_member(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        return io.BytesIO(archive.read(_only_member(path)))


def _only_member(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        members = [name for name in archive.namelist() if not name.endswith("/")]
    if len(members) != 1:
        raise AusrecError(
            f"{path}: holds {len(members)} files ({', '.join(members[:4])}); unpack it and name "
            "the one with the table"
        )
    return members[0]
