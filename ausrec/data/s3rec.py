"""The sequences and item attributes that the authors of S³-Rec publish (Zhou et al. 2020)."""

import json
from pathlib import Path

import numpy as np
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import RATES, Edges, EdgeType, build_graph
from ausrec.data.tables.neighbour_lists import read_adjacency

HAS_ATTRIBUTE: EdgeType = ("item", "has", "attribute")


def read_s3rec(sequences: Path, attributes: Path) -> HeteroData:
    """Read sequences with the attributes of their items.

    The files hold no times: the time of an interaction is its place in the file, so that no two
    are tied. An item that occurs twice in a sequence counts at the later place.

    Args:
        sequences: lines of `user item item ...`, in order of time.
        attributes: JSON of item to list of attributes; items of no sequence are left out.
    """
    user, item = read_adjacency(sequences)
    of_items = json.loads(attributes.read_text(encoding="utf-8"))
    pairs = [(int(i), int(a)) for i, listed in of_items.items() for a in listed]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    table = table[np.isin(table[:, 0], item)]
    rates = Edges(user, item, time=np.arange(len(user)))
    return build_graph({RATES: rates, HAS_ATTRIBUTE: Edges(table[:, 0], table[:, 1])})
