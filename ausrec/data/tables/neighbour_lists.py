"""The format `node neighbour neighbour ...`, one line a node."""

import os
from array import array

import numpy as np
from numpy.typing import NDArray

from ausrec.data.tables.open_file import open_text
from ausrec.errors import AusrecError

LONGEST_ID = 18  # digits that 64 bits hold


def read_adjacency(path: str | os.PathLike[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Read the pairs (first number of a line, each further number of that line).

    A line with one number names nobody's neighbour and gives no pair.

    Args:
        path: a file of lines `node neighbour neighbour ...`; ids are integers from 0.

    Returns:
        Two arrays [pairs]: the nodes and their neighbours, in file order.

    Raises:
        AusrecError: when the file holds no pair, or anything else than non-negative integers; the
            line of the first such token is named.
    """
    nodes, neighbours = array("q"), array("q")
    with open_text(path, errors="replace") as file:
        for number, line in enumerate(file, start=1):
            tokens = line.split()
            wrong = [t for t in tokens if not t.isdecimal() or len(t) > LONGEST_ID]
            if wrong:
                raise AusrecError(
                    f"{path}:{number}: {wrong[0][:20]!r} is not an id; expected integers from 0 "
                    "upwards"
                )
            ids = [int(token) for token in tokens]
            neighbours.extend(ids[1:])
            nodes.extend(ids[:1] * (len(ids) - 1))
    if not nodes:
        raise AusrecError(
            f"{path}: empty, or no line names more than one id; expected lines of "
            "`user item item ...`"
        )
    return np.array(nodes, dtype=np.int64), np.array(neighbours, dtype=np.int64)
