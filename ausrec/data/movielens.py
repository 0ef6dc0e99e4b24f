"""MovieLens 100K and 1M: ratings with times, and the genres of the films (Harper, Konstan 2015)."""

from pathlib import Path

import numpy as np
import pandas as pd
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import HAS_GENRE, RATES, Edges, Ids, build_graph
from ausrec.errors import AusrecError


def read_ml_100k(films: Path, ratings: Path) -> HeteroData:
    """Read MovieLens 100K; see `read_ml_1m`.

    Args:
        films: `u.item`, lines of `id|title|...`, the last 19 fields 1 where a genre applies.
        ratings: `u.data`, lines of `user<TAB>film<TAB>rating<TAB>seconds`.
    """
    table = _read(films, "|", 24)
    film, genre = np.nonzero(table.iloc[:, 5:].to_numpy() == "1")
    return _graph(_read(ratings, "\t", 4), table, table[0].to_numpy()[film], genre)


def read_ml_1m(films: Path, ratings: Path) -> HeteroData:
    """Read MovieLens 1M: every rating is an interaction, with its time; films have genres.

    Half of a user's ratings may come from one sitting, so their order says little.

    Args:
        films: `movies.dat`, lines of `id::title::genre|genre`.
        ratings: `ratings.dat`, lines of `user::film::rating::seconds`.
    """
    table = _read(films, "::", 3)
    pairs = table.assign(genre=table[2].str.split("|")).explode("genre")
    of_pairs = (pairs[name].to_numpy() for name in (0, "genre"))
    return _graph(_read(ratings, "::", 4), table, *of_pairs)


def _graph(ratings: pd.DataFrame, films: pd.DataFrame, film: Ids, genre: Ids) -> HeteroData:
    """Make the graph; films of pairs (film, genre) that nobody rated are left out."""
    user, rated, rating, seconds = (ratings[k].to_numpy() for k in range(4))
    there = np.isin(np.asarray(film, str), rated.astype(str))
    rates = Edges(user, rated, rating.astype(np.float64), seconds.astype(np.int64))
    edges = {RATES: rates, HAS_GENRE: Edges(film[there], genre[there])}
    return build_graph(edges, {"item": dict(zip(films[0], films[1], strict=True))})


def _read(path: Path, separator: str, columns: int) -> pd.DataFrame:
    """Read a table of text without a header."""
    with path.open(encoding="latin-1") as file:
        rows = [line.rstrip("\r\n").split(separator) for line in file]
    wrong = [number for number, row in enumerate(rows, 1) if len(row) != columns]
    if wrong or not rows:
        raise AusrecError(
            f"{path}:{(wrong or [1])[0]}: does not have {columns} fields; download it again"
        )
    return pd.DataFrame(rows)
