"""The club in order: what a member plays next follows from some things and not from others."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import HAS_GENRE, RATES, TRUSTS, Edges, EdgeType, build_graph
from ausrec.data.club import make_tables
from ausrec.errors import check_not_negative

MEETS: EdgeType = ("user", "meets", "user")
HAS_LABEL: EdgeType = ("item", "has", "label")
PREDICTS: Mapping[EdgeType, bool] = {TRUSTS: True, HAS_GENRE: True, MEETS: False, HAS_LABEL: False}
"""The truth: which edges predict what a member plays next."""

NUM_DAYS = 24
NUM_LABELS = 10
NUM_ACQUAINTANCES = 4
_FROM_A_FRIEND, _FROM_THE_GENRE = 0.45, 0.4
_POPULARITY_EXPONENT = 0.6


def ordered_club(seed: int = 0) -> HeteroData:
    """Let the listening club's members play one artist a day, and know why they did.

    Each day a member plays, of the artists that are new to the member,

    - with probability .45 one that a friend (`trusts`) played the day before;
    - otherwise with probability .4/.55 one whose genre follows, in a fixed circle of the genres,
      that of the member's last artist;
    - otherwise any, the more likely the more popular and the more to the member's taste.

    Acquaintances (`meets`) and record labels are drawn at random: they predict nothing. `PREDICTS`
    says so, and `data["user"].taste` holds the tastes, as in the club.

    Args:
        seed: of the club, and of all that is drawn here.
    """
    check_not_negative(seed=seed)
    tables, generator = make_tables(seed), np.random.default_rng([seed, 1])
    users, items = tables["users"]["user"].to_numpy(), tables["items"]["item"].to_numpy()
    number = {name: place for place, name in enumerate(users)}
    genres = sorted(tables["items"]["genre"].unique())
    genre = np.searchsorted(genres, tables["items"]["genre"].to_numpy(dtype=str))
    taste = tables["tastes"][genres].to_numpy(dtype=np.float64)
    links = tables["friendships"]
    friends = np.zeros((len(users), len(users)), dtype=bool)
    friends[links["user"].map(number), links["friend"].map(number)] = True
    plays = _draw_plays(taste, genre, friends, generator)
    meets = np.array([generator.choice(len(users), NUM_ACQUAINTANCES) for _ in users]).ravel()
    whose = np.repeat(np.arange(len(users)), NUM_ACQUAINTANCES)
    apart = meets != whose
    labels = np.array([f"label {generator.integers(NUM_LABELS)}" for _ in items])
    listener, day = (each.ravel() for each in np.indices(plays.shape))
    data = build_graph(
        {
            RATES: Edges(users[listener], items[plays.ravel()], time=day),
            TRUSTS: Edges(links["user"].to_numpy(), links["friend"].to_numpy()),
            MEETS: Edges(users[whose[apart]], users[meets[apart]]),
            HAS_GENRE: Edges(items, tables["items"]["genre"].to_numpy()),
            HAS_LABEL: Edges(items, labels),
        },
        {kind: dict(tables[f"{kind}s"][[kind, "name"]].to_numpy()) for kind in ("user", "item")},
    )
    data["user"].taste = torch.from_numpy(taste.astype(np.float32))
    return data


def _draw_plays(
    taste: NDArray[np.float64],
    genre: NDArray[np.int64],
    friends: NDArray[np.bool_],
    generator: np.random.Generator,
) -> NDArray[np.int64]:
    """Return the artist that each member plays on each day, [users, days]."""
    num_users, num_items = len(taste), len(genre)
    popularity = (generator.permutation(num_items) + 10.0) ** -_POPULARITY_EXPONENT
    plays = np.full((num_users, NUM_DAYS), -1)
    fresh = np.ones((num_users, num_items), dtype=bool)
    for day in range(NUM_DAYS):
        why = generator.random(num_users)
        for user in range(num_users):
            weight = popularity * (0.02 + taste[user, genre]) * fresh[user]
            before = np.zeros(num_items, dtype=bool)
            if day and why[user] < _FROM_A_FRIEND:
                before[plays[friends[user], day - 1]] = True
            elif day and why[user] < _FROM_A_FRIEND + _FROM_THE_GENRE:
                before = genre == (genre[plays[user, day - 1]] + 1) % (genre.max() + 1)
            if (before & fresh[user]).any():
                weight = popularity * (before & fresh[user])
            chosen = np.searchsorted(np.cumsum(weight / weight.sum()), generator.random())
            plays[user, day] = min(chosen, np.flatnonzero(weight)[-1])
            fresh[user, plays[user, day]] = False
    return plays
