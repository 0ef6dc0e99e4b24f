"""Ciao: ratings with times and categories, and who trusts whom (Tang, Gao and Liu 2012)."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.io import loadmat
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import RATES, TRUSTS, Edges, EdgeType, build_graph
from ausrec.errors import AusrecError, check_not_negative

HAS_CATEGORY: EdgeType = ("item", "has", "category")
RATING_COLUMNS = ("user", "item", "category", "rating", "helpfulness", "time")


def read_ciao(ratings: Path, trust: Path, *, threshold: int = 4, core: int = 5) -> HeteroData:
    """Read Ciao: high ratings as interactions, categories of the items, and trust.

    The weight of an interaction is its rating, its time is in Unix seconds. Where a user has rated
    an item several times, the latest rating counts. Nodes are the users and items of the core;
    categories have numbers and no names. There is no published split.

    Cite Tang, Gao and Liu, WSDM 2012. The terms of use are not stated.

    Args:
        ratings: `rating_with_timestamp.mat`, with a matrix of user, item, category, rating,
            helpfulness and time.
        trust: `trustnetwork.mat`, with a matrix of truster and trustee.
        threshold: the lowest rating, of 0 to 5, that is an interaction.
        core: users and items with fewer interactions are left out, again and again until none is.

    Raises:
        AusrecError: when a file is no such matrix, or nothing is left.
    """
    check_not_negative(threshold=threshold, core=core)
    table = pd.DataFrame(read_matrix(ratings, len(RATING_COLUMNS)), columns=list(RATING_COLUMNS))
    # Stable, so that of two ratings in one second the one further down counts.
    latest = table.sort_values("time", kind="stable").drop_duplicates(["user", "item"], keep="last")
    events = k_core(latest[latest["rating"] >= threshold], core)
    if events.empty:
        raise AusrecError(
            f"{ratings}: with threshold {threshold} and core {core} nothing is left; lower them"
        )
    of_items = table[table["item"].isin(events["item"])]
    ties = pd.DataFrame(read_matrix(trust, 2), columns=["truster", "trustee"])
    ties = ties[ties.isin(events["user"].unique()).all(axis=1)]
    edges = {
        RATES: Edges(
            events["user"].to_numpy(),
            events["item"].to_numpy(),
            weight=events["rating"].to_numpy(dtype=np.float64),
            time=events["time"].to_numpy(),
        ),
        TRUSTS: Edges(ties["truster"].to_numpy(), ties["trustee"].to_numpy()),
        HAS_CATEGORY: Edges(of_items["item"].to_numpy(), of_items["category"].to_numpy()),
    }
    return build_graph(edges)


def k_core(events: pd.DataFrame, core: int) -> pd.DataFrame:
    """Return the largest part in which every user and every item has so many interactions.

    Args:
        events: distinct interactions, with columns `user` and `item`.
        core: how many.
    """
    before = -1
    while len(events) != before:
        before = len(events)
        for node in ("user", "item"):
            events = events[events.groupby(node)[node].transform("size") >= core]
    return events


def read_matrix(path: Path, columns: int) -> NDArray[np.int64]:
    """Return the matrix of a MATLAB file, [rows, columns].

    Raises:
        AusrecError: when there is none with so many columns.
    """
    for name, value in loadmat(path).items():
        if not name.startswith("__") and value.shape[1:] == (columns,):
            return np.asarray(value, dtype=np.int64)
    raise AusrecError(f"{path}: holds no matrix with {columns} columns")
