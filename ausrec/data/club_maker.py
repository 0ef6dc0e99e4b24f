"""Make the listening club: a seeded world in which the informativeness of relations is known."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ausrec.data.club_words import GENRES, distinct_names

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
            {"user": users, "name": distinct_names(NUM_USERS, generator, artists=False)}
        ),
        "items": pd.DataFrame(
            {
                "item": items,
                "name": distinct_names(NUM_ITEMS, generator, artists=True),
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
