"""HetRec 2011 Last.fm from its raw files: artists with names, listening counts, friends."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
from torch_geometric.data import HeteroData, InMemoryDataset

from ausrec.data.build_graph import RATES, TRUSTS, Edges, build_graph
from ausrec.data.fetch import RemoteFile, Root, fetch_files, sha256

FOLDER = "hetrec2011-lastfm-2k"
URL = f"https://files.grouplens.org/datasets/hetrec2011/{FOLDER}.zip"


def lines_checksum(content: bytes) -> str:
    """Return the SHA-256 of a file's lines: without header, byte-order mark or line-end style.

    Copies of the set differ in line ends and in the header of user_friends.dat.
    """
    lines = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"").strip(b"\n").split(b"\n")
    if not lines[0].split(b"\t")[0].isdigit():
        lines = lines[1:]
    return sha256(b"\n".join(lines))


def read_hetrec(artists: Path, user_artists: Path, user_friends: Path) -> HeteroData:
    """Read the raw files; a header line is recognised where there is one.

    Args:
        artists: lines of `id<TAB>name<TAB>...`.
        user_artists: lines of `userID<TAB>artistID<TAB>weight`.
        user_friends: lines of `userID<TAB>friendID`.
    """
    user, artist, plays = _columns(user_artists, 3).astype(np.int64).to_numpy().T
    friends = _columns(user_friends, 2).astype(np.int64).to_numpy().T
    return build_graph(
        {
            RATES: Edges(user, artist, weight=plays.astype(np.float64)),
            TRUSTS: Edges(friends[0], friends[1]),
        },
        names={"item": dict(_columns(artists, 2).to_numpy().tolist())},
    )


def _columns(path: Path, number: int) -> pd.DataFrame:
    """Read the first columns; bytes of a name that are not UTF-8 become replacement characters."""
    frame = pd.read_csv(
        path,
        sep="\t",
        header=None,
        usecols=range(number),
        dtype=str,
        keep_default_na=False,
        quoting=csv.QUOTE_NONE,
        encoding="utf-8-sig",
        encoding_errors="replace",
    )
    return frame[frame[0].str.isdigit()]


class HetRecLastFM(InMemoryDataset):
    """Load Last.fm as HetRec 2011 gives it: 1,892 listeners, 17,632 artists, friendships.

    `data["item"].name` are the artists' names, the weight of an interaction is the number of
    times that the listener played the artist. There is no published split. The data is for
    non-commercial use and asks for citation: Cantador, Brusilovsky and Kuflik, HetRec 2011.

    Args:
        root: the data folder, with files as `hetrec2011-lastfm-2k/artists.dat` below it; see
            `ausrec.data.data_homes` for where else they are looked for.
        transform: applied to the graph each time it is read.

    Raises:
        AusrecError: when a file is missing and cannot be downloaded, or is not the published one.
    """

    files: ClassVar[tuple[RemoteFile, ...]] = tuple(
        RemoteFile(f"{FOLDER}/{name}.dat", checksum, (URL,), f"{FOLDER}.zip", lines_checksum)
        for name, checksum in {
            "artists": "4ee50c555d51e0a188eb3b40df16ca8b94a180ba6a4e526955d132e4062dd2fd",
            "user_artists": "d477c0fa0b455a1529ced9a061b1feb0555b6c6bbe4af7530d7c79779ec62f76",
            "user_friends": "f48ed2ca424e4b54962d89c696364ea324702051c106420768e0a184909ae887",
        }.items()
    )

    def __init__(
        self, root: Root = None, transform: Callable[[HeteroData], HeteroData] | None = None
    ) -> None:
        super().__init__(None, transform)
        self.data, self.slices = self.collate([read_hetrec(*fetch_files(self.files, root))])
