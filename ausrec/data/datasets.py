"""The data sets that this package knows by name."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from torch_geometric.data import HeteroData

from ausrec.choice import Choice, choose
from ausrec.data.ausrec_splits import read_published
from ausrec.data.ciao import read_ciao
from ausrec.data.club import ListeningClub
from ausrec.data.fetch import RemoteFile, Root, fetch_files, find_file, published
from ausrec.data.hetrec import read_hetrec
from ausrec.data.movielens import read_ml_1m, read_ml_100k
from ausrec.data.ordered_club import ordered_club
from ausrec.data.s3rec import read_s3rec
from ausrec.data.social_sets import read_social_set


@dataclass(frozen=True)
class Entry:
    """A data set by name."""

    description: str
    """What it is, in one line."""

    read: Callable[..., HeteroData]
    """Makes the graph from the paths of the files; further parameters are settings."""

    files: tuple[RemoteFile, ...] = ()
    """What it is read from; nothing where it is made."""


DATASETS: dict[str, Entry] = {
    "club": Entry(
        "the generated listening club: 500 users, 600 artists, 10 genres, known tastes",
        lambda: ListeningClub()[0],
    ),
    # The authors' repository carries no licence, so their files are not shipped with this package.
    "lastfm": Entry(
        "Last.fm, the split that the authors of AusRec publish",
        read_published,
        published("ausrec/lastfm"),
    ),
    "epinions": Entry(
        "Epinions, the split that the authors of AusRec publish",
        read_published,
        published("ausrec/epinions"),
    ),
    "dbook": Entry(
        "Douban Book, the split that the authors of AusRec publish",
        read_published,
        published("ausrec/dbook"),
    ),
    "hetrec": Entry(
        "HetRec 2011 Last.fm, raw: artist names and listening counts; non-commercial use",
        read_hetrec,
        published("hetrec2011-lastfm-2k"),
    ),
    "ciao": Entry(
        "Ciao: ratings with times and categories, trust; ciao(threshold=4, core=5)",
        read_ciao,
        published("ciao"),
    ),
    "ordered_club": Entry(
        "the club in order, for sequences: known what predicts a member's next artist",
        ordered_club,
    ),
    "s3rec_lastfm": Entry(
        "Last.fm, the sequences and attributes that the authors of S³-Rec publish",
        read_s3rec,
        published("s3rec/lastfm"),
    ),
    "s3rec_beauty": Entry(
        "Amazon Beauty, the sequences and attributes that the authors of S³-Rec publish",
        read_s3rec,
        published("s3rec/beauty"),
    ),
    "ml_100k": Entry(
        "MovieLens 100K: ratings with times, genres",
        read_ml_100k,
        published("ml-100k"),
    ),
    "ml_1m": Entry(
        "MovieLens 1M: ratings with times, genres",
        read_ml_1m,
        published("ml-1m"),
    ),
    "filmtrust": Entry(
        "FilmTrust: ratings of films (0.5 to 4) and trust; filmtrust(threshold=3)",
        read_social_set,
        published("social/filmtrust"),
    ),
    "flickr": Entry(
        "Flickr: liked images and who follows whom, as used by DiffNet",
        read_social_set,
        published("social/flickr"),
    ),
    "yelp": Entry(
        "Yelp: visited places and who follows whom, as used by DiffNet",
        read_social_set,
        published("social/yelp1"),
    ),
    "epinions_ratings": Entry(
        "Epinions: ratings in eleven periods, trust; epinions_ratings(threshold=4, core=5)",
        read_social_set,
        published("social/epinions_ratings"),
    ),
}


def choose_dataset(text: str, what: str = "data set") -> Choice:
    """Read the name of a data set, with settings where it has some, as `ciao(threshold=3)`.

    Args:
        text: as it is written.
        what: it is, for complaints.

    Raises:
        SettingError: on an unknown name or setting, naming the nearest, or a wrong value.
    """
    return choose(text, {name: entry.read for name, entry in DATASETS.items()}, what)


def load_dataset(name: str, data_root: Root = None) -> HeteroData:
    """Load a data set by name, downloading it where it is not on this machine.

    Args:
        name: a key of `DATASETS`, with settings where it has some.
        data_root: the folder to look in first.

    Raises:
        AusrecError: when the name is unknown, or the data set cannot be had.
    """
    choice = choose_dataset(name)
    graph: HeteroData = choice.make(*fetch_dataset(choice.name, data_root), **choice.settings)
    return graph


def fetch_dataset(name: str, data_root: Root = None) -> list[Path]:
    """Download the missing files of a data set; return the paths of all of them.

    Raises:
        AusrecError: when the name is unknown, or a file cannot be downloaded.
    """
    return fetch_files(DATASETS[choose_dataset(name).name].files, data_root)


def list_datasets(data_root: Root = None) -> pd.DataFrame:
    """Tabulate the known data sets: name, description, and whether all files are here."""
    rows = [
        (name, entry.description, all(find_file(file.path, data_root) for file in entry.files))
        for name, entry in DATASETS.items()
    ]
    return pd.DataFrame(rows, columns=["name", "description", "here"])
