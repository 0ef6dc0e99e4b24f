"""A dozen users, drawn by hand: small enough to check every number on paper."""

from collections.abc import Mapping, Sequence

import numpy as np
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import HAS_GENRE, RATES, TRUSTS, Edges, build_graph

# Everybody's artists. Three circles of four friends: jazz, folk and techno.
PLAYS = {
    "Ada": ["Alto Garden", "Blue Lantern", "Corner Trio"],
    "Ben": ["Alto Garden", "Blue Lantern"],
    "Cleo": ["Blue Lantern", "Corner Trio", "Dry River"],
    "Dov": ["Corner Trio", "Grid Nine"],
    "Eva": ["Dry River", "Elm & Ash", "Fiddle Hill"],
    "Finn": ["Dry River", "Fiddle Hill"],
    "Gus": ["Elm & Ash", "Hollow Pulse"],
    "Hana": ["Fiddle Hill", "Hollow Pulse"],
    "Ines": ["Grid Nine", "Hollow Pulse", "Iron Loop"],
    "Jon": ["Grid Nine", "Iron Loop"],
    "Kim": ["Iron Loop", "Juno Drift"],
    "Lou": ["Alto Garden", "Juno Drift"],
}
# Whom everybody trusts. All links are mutual but two: Kim trusts Lou, and Lou trusts Jon.
FRIENDS = {
    "Ada": ["Ben", "Cleo"],
    "Ben": ["Ada", "Cleo"],
    "Cleo": ["Ada", "Ben", "Dov"],
    "Dov": ["Cleo", "Eva"],
    "Eva": ["Dov", "Finn", "Gus"],
    "Finn": ["Eva", "Gus"],
    "Gus": ["Eva", "Finn", "Hana"],
    "Hana": ["Gus", "Ines"],
    "Ines": ["Hana", "Jon"],
    "Jon": ["Ines", "Kim"],
    "Kim": ["Jon", "Lou"],
    "Lou": ["Jon"],
}
GENRES = {
    "jazz": ["Alto Garden", "Blue Lantern", "Corner Trio"],
    "folk": ["Dry River", "Elm & Ash", "Fiddle Hill"],
    "techno": ["Grid Nine", "Hollow Pulse", "Iron Loop", "Juno Drift"],
}


def a_dozen_users() -> HeteroData:
    """Load the hand-drawn graph: 12 users, 10 artists, 3 genres, 28 plays, 26 links.

    Names are ids, and nodes are in alphabetical order: user 0 is Ada, user 11 Lou; item 0 is
    Alto Garden. Each of the seven relations holds some pairs and leaves others out.

    Returns:
        a graph with ("user", "rates", "item"), ("user", "trusts", "user") and
        ("item", "has", "genre").
    """
    of_genre = {artist: [genre] for genre, artists in GENRES.items() for artist in artists}
    return build_graph({RATES: _edges(PLAYS), TRUSTS: _edges(FRIENDS), HAS_GENRE: _edges(of_genre)})


def _edges(partners: Mapping[str, Sequence[str]]) -> Edges:
    pairs = [(name, other) for name, others in partners.items() for other in others]
    source, target = np.array(pairs, dtype=object).T
    return Edges(source, target)
