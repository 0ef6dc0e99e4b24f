"""HetRec 2011 Last.fm from its raw files: artists with names, listening counts, friends."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import RATES, TRUSTS, Edges, build_graph


def read_hetrec(artists: Path, user_artists: Path, user_friends: Path) -> HeteroData:
    """Read the raw files; a header line is recognised where there is one.

    `data["item"].name` are the artists' names, the weight of an interaction is the number of
    times that the listener played the artist. There is no published split. The data is for
    non-commercial use and asks for citation: Cantador, Brusilovsky and Kuflik, HetRec 2011.

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
