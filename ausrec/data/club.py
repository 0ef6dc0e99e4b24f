"""The listening club: a small generated data set with names, genres and known tastes."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import yaml
from numpy.typing import NDArray
from torch_geometric.data import InMemoryDataset

from ausrec.data.build_graph import HAS_GENRE
from ausrec.data.fetch import Root
from ausrec.data.tables.read_table import read_table
from ausrec.data.tables.table_dataset import TableDataset
from ausrec.errors import AusrecError, check_not_negative
from ausrec.files import checksum
from ausrec.folder import OutputFolder

WORDS: dict[str, list[str]] = yaml.safe_load(
    Path(__file__).with_name("club.yaml").read_text(encoding="utf-8")
)
GENRES = WORDS["genres"]
NUM_USERS = 500
NUM_ITEMS = 600
FRIENDS_OF_LIKE_TASTE = 4
RANDOM_FRIENDS = 4

# The constants below were chosen so that the seven relations differ clearly in informativeness;
# data/README.md holds what was measured.
_TASTE_SHARPNESS = 2.7
_NEAREST = 8
_POPULARITY_EXPONENT = 0.9
_POPULARITY_OFFSET = 8.0
_CURIOSITY = 0.02
_FEWEST_PLAYS, _MOST_PLAYS = 15, 25


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

    Raises:
        AusrecError: when `root` lacks a table, or a table cannot be read.
    """

    def __init__(self, root: Root = None) -> None:
        super().__init__()
        tables = make_tables()
        if root is not None:
            tables = {n: read_table(Path(root) / f"{n}.csv", n).frame for n in tables}
        graph = TableDataset(
            tables["plays"],
            tables["friendships"],
            tables["items"],
            users=tables["users"],
            links={HAS_GENRE: tables["items"][["item", "genre"]]},
        )[0]
        tastes = tables["tastes"].set_index("user").loc[graph["user"].raw_id]
        del graph["reading"]  # nothing of its own tables is a guess
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
        overwrite: replace files that an earlier call has written.

    Raises:
        AusrecError: when a file is there already and would change, or cannot be written, the
            folder holds something else, or the seed is below 0.
    """
    check_not_negative(seed=seed)
    output = OutputFolder(folder)
    output.claim("data make")
    files = {
        f"{name}.csv": table.to_csv(index=False, lineterminator="\n").encode()
        for name, table in make_tables(seed).items()
    }
    for name in output.files if not overwrite else ():
        if sha256(files[name]).hexdigest() != checksum(output.path / name) != "":
            raise AusrecError(
                f"{output.path / name}: is there already and differs; choose another folder"
            )
    output.write(files)
    return [output.path / name for name in files]


def make_tables(seed: int = 0) -> dict[str, pd.DataFrame]:
    """Make the five tables of the club, every cell as text.

    Tastes: t_u ∝ e_u^2.7 with e_u of independent standard exponentials, one a genre; sums to 1.
    Friends: four drawn from the eight members of most similar taste (cosine), four drawn from all
    others; friendship is mutual. Plays: 15 to 25 distinct artists, drawn without replacement
    with weights (rank + 8)^-0.9 · (0.02 + t_u[genre of the artist]), where rank is the artist's
    place in a random order of popularity.

    Args:
        seed: seeds all that is drawn.

    Returns:
        `users`, `items`, `friendships` (both directions), `plays` and `tastes`.
    """
    generator = np.random.default_rng(seed)
    users = [f"u{number:03d}" for number in range(1, NUM_USERS + 1)]
    items = [f"a{number:03d}" for number in range(1, NUM_ITEMS + 1)]
    genre = _integers(generator, NUM_ITEMS, len(GENRES))
    taste = _draw_tastes(generator)
    user, friend = np.nonzero(_draw_friendships(taste, generator))
    listener, item, plays, day = _draw_plays(taste, genre, generator)
    date = pd.Timestamp("2024-01-01") + pd.to_timedelta(day, unit="D")
    tastes = {name: [f"{share:.4f}" for share in taste[:, k]] for k, name in enumerate(GENRES)}
    return {
        "users": pd.DataFrame(
            {"user": users, "name": _distinct(NUM_USERS, _draw_person, generator)}
        ),
        "items": pd.DataFrame(
            {
                "item": items,
                "name": _distinct(NUM_ITEMS, _draw_artist, generator),
                "genre": [GENRES[k] for k in genre],
            }
        ),
        "friendships": pd.DataFrame(
            {"user": [users[k] for k in user], "friend": [users[k] for k in friend]}
        ),
        "plays": pd.DataFrame(
            {
                "user": [users[k] for k in listener],
                "item": [items[k] for k in item],
                "plays": plays.astype(str),
                "date": date.strftime("%Y-%m-%d"),
            }
        ),
        "tastes": pd.DataFrame({"user": users, **tastes}),
    }


def _integers(generator: np.random.Generator, count: int, bound: int) -> NDArray[np.int64]:
    return (generator.random(count) * bound).astype(np.int64)


def _exponentials(generator: np.random.Generator, *shape: int) -> NDArray[np.float64]:
    return -np.log1p(-generator.random(shape))


def _draw_tastes(generator: np.random.Generator) -> NDArray[np.float64]:
    sharp = _exponentials(generator, NUM_USERS, len(GENRES)) ** _TASTE_SHARPNESS
    # Rounded as the table keeps them, so that everything below follows from the table.
    taste: NDArray[np.float64] = np.round(sharp / sharp.sum(axis=1, keepdims=True), 4)
    return taste


def _draw_friendships(
    taste: NDArray[np.float64], generator: np.random.Generator
) -> NDArray[np.bool_]:
    direction = taste / np.linalg.norm(taste, axis=1, keepdims=True)
    similarity = direction @ direction.T
    np.fill_diagonal(similarity, -1.0)
    nearest = np.argsort(-similarity, axis=1, kind="stable")[:, :_NEAREST]
    friends = np.zeros((NUM_USERS, NUM_USERS), dtype=bool)
    for user in range(NUM_USERS):
        of_like_taste = np.argsort(generator.random(_NEAREST))[:FRIENDS_OF_LIKE_TASTE]
        friends[user, nearest[user, of_like_taste]] = True
        anyone = np.argsort(generator.random(NUM_USERS))
        strangers = anyone[~friends[user, anyone] & (anyone != user)]
        friends[user, strangers[:RANDOM_FRIENDS]] = True
    mutual: NDArray[np.bool_] = friends | friends.T
    return mutual


def _draw_plays(
    taste: NDArray[np.float64], genre: NDArray[np.int64], generator: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    rank = np.argsort(np.argsort(generator.random(NUM_ITEMS)))
    popularity = (rank + 1 + _POPULARITY_OFFSET) ** -_POPULARITY_EXPONENT
    weight = popularity * (_CURIOSITY + taste[:, genre])
    # The smallest of exponentials divided by weights: draws without replacement.
    order = np.argsort(_exponentials(generator, NUM_USERS, NUM_ITEMS) / weight, axis=1)
    count = _FEWEST_PLAYS + _integers(generator, NUM_USERS, _MOST_PLAYS - _FEWEST_PLAYS + 1)
    heard = np.zeros((NUM_USERS, NUM_ITEMS), dtype=bool)
    for user in range(NUM_USERS):
        heard[user, order[user, : count[user]]] = True
    listener, item = np.nonzero(heard)
    eager = 1 + 40 * taste[listener, genre[item]]
    plays = 1 + (_exponentials(generator, len(item)) * eager).astype(np.int64)
    day = _integers(generator, len(item), 366)
    return listener.astype(np.int64), item.astype(np.int64), plays, day


def _distinct(
    count: int, draw: Callable[[np.random.Generator], str], generator: np.random.Generator
) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        names.setdefault(draw(generator))
    return list(names)


def _draw_word(kind: str, generator: np.random.Generator) -> str:
    # Only `Generator.random` is used throughout the club. numpy may change what its shuffles and
    # choices draw from one release to the next; this plainest stream is the least likely to.
    return WORDS[kind][int(generator.random() * len(WORDS[kind]))]


def _draw_person(generator: np.random.Generator) -> str:
    return f"{_draw_word('first_names', generator)} {_draw_word('surnames', generator)}"


def _draw_artist(generator: np.random.Generator) -> str:
    """Draw the name of an artist or a band, as "The Rusted Lanterns" or "Mila Novak Trio"."""
    form = int(generator.random() * 7)
    adjective, noun = _draw_word("adjectives", generator), _draw_word("nouns", generator)
    other = _draw_word("nouns", generator)
    person = _draw_person(generator)
    return (
        f"The {adjective} {_plural(noun)}",
        f"{adjective} {noun}",
        f"{noun} & {other}" if noun != other else f"{noun} Club",
        f"{person} Trio",
        person,
        f"{noun} of the {adjective} {other}" if noun != other else f"{adjective} {noun} Band",
        f"{adjective} {noun} Orchestra",
    )[form]


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith("s") else f"{noun}s"
