"""The format `node neighbour neighbour ...`, one line a node, read in whole-file steps."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ausrec.errors import AusrecError

_SPACES = np.zeros(256, dtype=bool)
_SPACES[list(b" \t\r\n")] = True
_ALLOWED = _SPACES.copy()
_ALLOWED[list(b"0123456789")] = True
_LONGEST_ID = 18
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_adjacency(path: str | os.PathLike[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Read the pairs (first number of a line, each further number of that line).

    A line with one number names nobody's neighbour and gives no pair.

    Args:
        path: a file of lines `node neighbour neighbour ...`; ids are integers from 0.

    Returns:
        Two arrays [pairs]: the nodes and their neighbours, in file order.

    Raises:
        AusrecError: when the file cannot be read, holds no pair, or holds anything else than
            non-negative integers; the line of the first such token is named.
    """
    try:
        text = Path(path).read_bytes().removeprefix(_BYTE_ORDER_MARK)
    except OSError as error:
        raise AusrecError(f"{path}: cannot be read ({error.strerror})") from error
    characters = np.frombuffer(text, dtype=np.uint8)
    refused = np.flatnonzero(~_ALLOWED[characters])
    if len(refused):
        raise _bad_token(path, text, int(refused[0]))

    in_token = ~_SPACES[characters]
    start = np.flatnonzero(in_token & ~np.concatenate([[False], in_token[:-1]]))
    end = np.flatnonzero(in_token & ~np.concatenate([in_token[1:], [False]])) + 1
    too_long = np.flatnonzero(end - start > _LONGEST_ID)
    if len(too_long):
        raise _bad_token(path, text, int(start[too_long[0]]))
    if len(start) == 0:
        raise AusrecError(f"{path}: empty; expected lines of `user item item ...`")

    values = np.fromstring(text.decode("ascii"), dtype=np.int64, sep=" ")
    line = np.searchsorted(np.flatnonzero(characters == ord("\n")), start)
    is_first = np.concatenate([[True], line[1:] != line[:-1]])
    if is_first.all():
        raise AusrecError(
            f"{path}: no line names more than one id; expected lines of `user item item ...`"
        )
    node = values[is_first][np.cumsum(is_first) - 1]
    return node[~is_first], values[~is_first]


def _bad_token(path: str | os.PathLike[str], text: bytes, place: int) -> AusrecError:
    line = text.count(b"\n", 0, place) + 1
    begin = max(text.rfind(byte, 0, place) for byte in (b" ", b"\t", b"\r", b"\n")) + 1
    token = text[begin:].split(maxsplit=1)[0][:20].decode("utf-8", errors="replace")
    return AusrecError(f"{path}:{line}: {token!r} is not an id; expected integers from 0 upwards")
