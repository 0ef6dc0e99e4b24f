"""The splits that the authors of AusRec publish: Last.fm, Epinions and Douban Book."""

import os

from torch_geometric.data import HeteroData

from ausrec.data.build_graph import RATES, TRUSTS, Edges, build_graph, with_held_out
from ausrec.data.tables.neighbour_lists import read_adjacency


def read_published(
    train: str | os.PathLike[str], test: str | os.PathLike[str], social: str | os.PathLike[str]
) -> HeteroData:
    """Read a split in the published format: lines of `user item item ...`, ids from 0 upwards.

    `data["user", "rates", "item"].test_mask` marks the published test interactions. Nodes are
    exactly the ids that occur in the three files: a user who only has friends is a node, an
    unused number is none.

    Args:
        train: the training interactions.
        test: the test interactions.
        social: lines of `user friend friend ...`.

    Raises:
        AusrecError: when a file cannot be read; the line of the first bad token is named.
    """
    rates = with_held_out(Edges(*read_adjacency(train)), test=Edges(*read_adjacency(test)))
    return build_graph({RATES: rates, TRUSTS: Edges(*read_adjacency(social))})
