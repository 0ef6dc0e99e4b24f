"""Read a user's own table from a file of any usual format, or from what Python holds."""

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.io import loadmat

from ausrec.data.tables.open_file import inner_name, open_bytes
from ausrec.data.tables.read_text import TEXTS, read_text
from ausrec.data.tables.table import Table
from ausrec.data.tables.unnamed_columns import frame_of, name_matrix, name_places
from ausrec.errors import AusrecError, SettingError, complaint, nearest

TableSource: TypeAlias = Any
"""A path, a data frame, a sparse matrix, an array, a mapping of columns, or rows."""


def read_table(
    source: TableSource,
    what: str,
    *,
    file_format: str | None = None,
    header: bool | None = None,
    ids: Collection[str] = (),
) -> Table:
    """Read a file of one of the `FORMATS`, or take what Python holds.

    Args:
        source: a path, or what `frame_of` takes.
        what: the table holds: `interactions`, `val`, `test`, `social`, `items`, `users` or links.
        file_format: the name of the format where its name and content do not tell.
        header: whether a text has a header line; None to guess.
        ids: that are known already, and are no names of columns.

    Raises:
        AusrecError: when the file is missing, of another type, empty, or has a line that cannot
            be read, or two columns of the same name.
    """
    if isinstance(source, str | os.PathLike):
        table = _read_file(Path(source), what, file_format, header, ids)
    else:
        frame = frame_of(source, what)
        has_names = not all(isinstance(column, int | np.integer) for column in frame.columns)
        frame = frame if has_names else name_places(frame, what)
        table = Table(frame, f"the {what} table", has_names=has_names)
    columns = table.columns
    if not (table.has_names or table.assumed):
        taken = ", ".join(columns)
        table.assumed.append(f"{table.label}: no names of columns; they are taken as {taken}")
    double = [name for name in columns if columns.count(name) > 1]
    if double:
        raise AusrecError(f"{table.source}: two columns are called {double[0]!r}; rename one")
    if table.frame.empty:
        raise AusrecError(f"{table.source}: no rows; the {what} table must not be empty")
    return table


def _read_file(
    path: Path, what: str, file_format: str | None, header: bool | None, ids: Collection[str]
) -> Table:
    if not path.is_file():
        problem = "a folder" if path.is_dir() else "no such file"
        raise AusrecError(f"{path}: {problem}; name the file that holds the {what}")
    if file_format is not None and file_format not in FORMATS:
        raise SettingError("format", f"is '{file_format}'{nearest(file_format, FORMATS)}")
    remedy = f"name another format by --data.format ({', '.join(FORMATS)})"
    with complaint(f"{path}: cannot be opened", remedy):
        name = file_format or _guess_format(path)
    with complaint(f"{path}: cannot be read as {_DESCRIBED.get(name, name)}", remedy):
        if name in TEXTS:
            return read_text(path, what, name, header, ids)
        return FORMATS[name](path, what)


def _guess_format(path: Path) -> str:
    """Tell the format by the ending of the file's name, else by how its content begins."""
    ending = Path(inner_name(path)).suffix
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    with open_bytes(path) as file:
        begin = file.read(1000)
    if begin[:1] == b"\x80":
        return "pickle"
    if begin.lstrip()[:1] in (b"{", b"["):
        return "jsonl"
    if (begin[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\0" in begin) or begin[:2] == b"PK":
        raise AusrecError(f"{path}: not a table that can be read; give {', '.join(FORMATS)}")
    return "text"


def _read_json(path: Path, what: str) -> Table:
    with open_bytes(path) as file:
        is_list = file.read(1000).lstrip()[:1] == b"["
    with open_bytes(path) as file:
        frame = pd.read_json(file, lines=not is_list, dtype=False)
    return Table(frame.reset_index(drop=True), str(path))


def _read_parquet(path: Path, what: str) -> Table:
    with open_bytes(path) as file:
        return Table(pd.read_parquet(file).reset_index(drop=True), str(path))


def _read_mat(path: Path, what: str) -> Table:
    """Take the largest matrix of a MATLAB file, a row an interaction or a link, or sparse."""
    found = [v for n, v in loadmat(path, spmatrix=False).items() if not n.startswith("__")]
    matrices = [v for v in found if getattr(v, "ndim", 0) == 2 and v.dtype.kind in "biuf"]
    if not matrices:
        raise ValueError("it holds no matrix of numbers")
    largest = max(matrices, key=lambda matrix: matrix.shape[0] * matrix.shape[1])
    if sparse.issparse(largest):
        return Table(name_places(frame_of(largest, what), what), str(path), has_names=False)
    return Table(name_matrix(pd.DataFrame(largest), what), str(path), has_names=False)


def _read_arrays(path: Path, what: str) -> Table:
    """Read a sparse matrix (`.npz` of `scipy.sparse.save_npz`) or an array of pairs (`.npy`)."""
    is_array = inner_name(path).endswith(".npy")
    found = np.load(path, allow_pickle=False) if is_array else sparse.load_npz(path)
    return Table(name_places(frame_of(found, what), what), str(path), has_names=False)


def _refuse_pickle(path: Path, what: str) -> Table:
    convert = (
        "import pickle, pathlib, scipy.sparse as s; "
        f"matrix = pickle.loads(pathlib.Path('{path.name}').read_bytes()); "
        f"s.save_npz('{path.stem}.npz', s.coo_matrix(matrix))"
    )
    raise AusrecError(
        f"{path}: is a pickle, which may run any code when it is opened, so it is not; "
        f'if you trust who made it, convert it once: python -c "{convert}"'
    )


# By name: what reads a file into a table. Texts have one reader, with settings.
FORMATS: dict[str, Callable[[Path, str], Table]] = {
    **dict.fromkeys(TEXTS, read_text),
    "jsonl": _read_json,
    "parquet": _read_parquet,
    "mat": _read_mat,
    "npz": _read_arrays,
    "pickle": _refuse_pickle,
}
_ENDINGS = {
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "jsonl"),
    **dict.fromkeys((".npz", ".npy"), "npz"),
    **dict.fromkeys((".pkl", ".pickle"), "pickle"),
    ".mat": "mat",
}
_DESCRIBED = {"text": "a text", "parquet": "Parquet", "jsonl": "JSON lines", "mat": "MATLAB's file"}
