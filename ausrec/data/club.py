"""The listening club: a small generated data set with names, genres and known tastes."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch_geometric.data import HeteroData, InMemoryDataset

from ausrec.data.build import EdgeType
from ausrec.data.club_maker import make_tables
from ausrec.data.fetch import write_whole
from ausrec.data.read_table import read_table
from ausrec.data.tables import TableDataset
from ausrec.errors import AusrecError, check_not_negative

TABLES = ("users", "items", "friendships", "plays", "tastes")
HAS_GENRE: EdgeType = ("item", "has", "genre")


class ListeningClub(InMemoryDataset):
    """Load the listening club: 500 members, 600 artists, 10 genres, mutual friendships.

    `data["user"].taste` [num_users, num_genres] holds the latent tastes from which friendships
    and plays were drawn, in the order of the genre nodes; a model must not see it.
    `ausrec.data.informativeness` measures with it how much a relation tells about taste.

    Without `root` the club is made in memory, by the generator that also made the files in
    `data/` (a test holds the two together byte by byte). So it is there after any installation,
    without a download, and there is one source of it.

    Args:
        root: a folder with tables made by `make_club`, as with another seed.
        transform: applied to the graph each time it is read.

    Raises:
        AusrecError: when `root` lacks a table, or a table cannot be read.
    """

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        transform: Callable[[HeteroData], HeteroData] | None = None,
    ) -> None:
        super().__init__(None, transform)
        tables = make_tables() if root is None else _read_tables(Path(root))
        graph = TableDataset(
            tables["plays"],
            tables["friendships"],
            tables["items"],
            users=tables["users"],
            links={HAS_GENRE: tables["items"][["item", "genre"]]},
        )[0]
        tastes = tables["tastes"].set_index("user").loc[graph["user"].raw_id]
        order = list(graph["genre"].raw_id)
        graph["user"].taste = torch.from_numpy(tastes[order].to_numpy(dtype=np.float32))
        self.data, self.slices = self.collate([graph])


def make_club(
    folder: str | os.PathLike[str], seed: int = 0, *, overwrite: bool = False
) -> list[Path]:
    """Write the club's tables as CSV files; the same seed gives the same bytes.

    Args:
        folder: where `users.csv`, `items.csv`, `friendships.csv`, `plays.csv` and `tastes.csv`
            go; it is created where needed.
        seed: seeds all that is drawn; 0 gives the club that `ListeningClub()` loads.
        overwrite: replace files that are there.

    Raises:
        AusrecError: when a file is there already and would change, or cannot be written, or the
            seed is below 0.
    """
    check_not_negative(seed=seed)
    tables = make_tables(seed)
    contents = {Path(folder) / f"{name}.csv": _as_csv(tables[name]) for name in TABLES}
    for path, content in contents.items():
        if path.exists() and not overwrite and not _holds(path, content):
            raise AusrecError(f"{path}: is there already and differs; choose another folder")
    for path, content in contents.items():
        failure = write_whole(path, content)
        if failure is not None:
            raise AusrecError(f"{path}: not written, {failure}; choose another folder")
    return list(contents)


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _as_csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    return {name: read_table(folder / f"{name}.csv", name).frame for name in TABLES}
