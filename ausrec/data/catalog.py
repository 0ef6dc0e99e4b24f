"""The data sets that this package knows by name."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pandas as pd
from torch_geometric.data import HeteroData

from ausrec.data.ausrec_splits import DoubanBook, Epinions, LastFM, PublishedSplit
from ausrec.data.club import ListeningClub
from ausrec.data.fetch import fetch_files, find_file
from ausrec.data.hetrec import HetRecLastFM, fetch_hetrec
from ausrec.errors import AusrecError, nearest

Root: TypeAlias = str | os.PathLike[str] | None


@dataclass(frozen=True)
class Entry:
    """A data set by name: what it is, how to load it, how to get its files.

    Attributes:
        description: one line.
        load: returns the graph, given a data folder.
        files: the places of its files below a data folder; empty where it needs none.
        fetch: downloads what is missing and returns the paths.
    """

    description: str
    load: Callable[[Root], HeteroData]
    files: tuple[str, ...]
    fetch: Callable[[Root], list[Path]]


def _published(description: str, dataset: type[PublishedSplit]) -> Entry:
    files = dataset.remote_files()
    return Entry(
        description,
        lambda root: dataset(root)[0],
        tuple(file.path for file in files),
        lambda root: fetch_files(files, root),
    )


DATASETS: dict[str, Entry] = {
    "club": Entry(
        "the generated listening club: 500 users, 600 artists, 10 genres, known tastes",
        lambda root: ListeningClub()[0],
        (),
        lambda root: [],
    ),
    "lastfm": _published("Last.fm, the split that the authors of AusRec publish", LastFM),
    "epinions": _published("Epinions, the split that the authors of AusRec publish", Epinions),
    "dbook": _published("Douban Book, the split that the authors of AusRec publish", DoubanBook),
    "hetrec": Entry(
        "HetRec 2011 Last.fm, raw: artist names and listening counts; non-commercial use",
        lambda root: HetRecLastFM(root)[0],
        tuple(f"{HetRecLastFM.folder}/{file}" for file in HetRecLastFM.checksums),
        fetch_hetrec,
    ),
}


def load_dataset(name: str, data_root: Root = None) -> HeteroData:
    """Load a data set by name, downloading it where it is not on this machine.

    Args:
        name: a key of `DATASETS`.
        data_root: the folder to look in first.

    Raises:
        AusrecError: when the name is unknown, or the data set cannot be had.
    """
    return _entry(name).load(data_root)


def fetch_dataset(name: str, data_root: Root = None) -> list[Path]:
    """Download the missing files of a data set; return the paths of all of them.

    Raises:
        AusrecError: when the name is unknown, or a file cannot be downloaded.
    """
    return _entry(name).fetch(data_root)


def list_datasets(data_root: Root = None) -> pd.DataFrame:
    """Tabulate the known data sets: name, description, and whether all files are here."""
    rows = [
        (
            name,
            entry.description,
            all(find_file(file, data_root) is not None for file in entry.files),
        )
        for name, entry in DATASETS.items()
    ]
    return pd.DataFrame(rows, columns=["name", "description", "here"])


def _entry(name: str) -> Entry:
    if name not in DATASETS:
        raise AusrecError(f"data set {name!r} is unknown{nearest(name, DATASETS)}")
    return DATASETS[name]
