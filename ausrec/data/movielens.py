"""MovieLens 100K and 1M: ratings with times, and the genres of the films (Harper, Konstan 2015)."""

from pathlib import Path

import numpy as np
import pandas as pd
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import HAS_GENRE, RATES, Edges, build_graph
from ausrec.errors import AusrecError


def read_ml_100k(films: Path, ratings: Path) -> HeteroData:
    """Read MovieLens 100K, every rating as an interaction; see `read_movielens`.

    Args:
        films: `u.item`, lines of `id|title|...`, the last 19 fields 1 where a genre applies.
        ratings: `u.data`, lines of `user<TAB>film<TAB>rating<TAB>seconds`.
    """
    table = _read(films, "|", 24)
    flags = table.iloc[:, 5:].to_numpy() == "1"
    film, genre = np.nonzero(flags)
    return read_movielens(_read(ratings, "\t", 4), table, table[0].to_numpy()[film], genre)


def read_ml_1m(films: Path, ratings: Path) -> HeteroData:
    """Read MovieLens 1M, every rating as an interaction; see `read_movielens`.

    Args:
        films: `movies.dat`, lines of `id::title::genre|genre`.
        ratings: `ratings.dat`, lines of `user::film::rating::seconds`.
    """
    table = _read(films, "::", 3)
    genres = table.assign(genre=table[2].str.split("|")).explode("genre")
    return read_movielens(
        _read(ratings, "::", 4), table, genres[0].to_numpy(), genres["genre"].to_numpy()
    )


def read_movielens(
    ratings: pd.DataFrame, films: pd.DataFrame, film: np.ndarray, genre: np.ndarray
) -> HeteroData:
    """Make the graph: ratings with times, titles, and genres of the films that are rated.

    Half of a user's ratings may come from one sitting, so their order says little.

    Args:
        ratings: columns 0 to 3: user, film, rating, seconds.
        films: columns 0 and 1: film, title.
        film: [pairs] films that have a genre.
        genre: [pairs] these genres.
    """
    user, rated, rating, seconds = (ratings[k].to_numpy() for k in range(4))
    there = np.isin(film.astype(str), rated.astype(str))
    return build_graph(
        {
            RATES: Edges(user, rated, rating.astype(np.float64), seconds.astype(np.int64)),
            HAS_GENRE: Edges(film[there], genre[there]),
        },
        names={"item": dict(zip(films[0], films[1], strict=True))},
    )


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
