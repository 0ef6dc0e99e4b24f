"""Ciao: ratings with times and categories, and who trusts whom (Tang, Gao and Liu 2012)."""

from pathlib import Path

from torch_geometric.data import HeteroData

from ausrec.data.build_graph import EdgeType
from ausrec.data.tables.table_dataset import TableDataset
from ausrec.errors import check_not_negative

HAS_CATEGORY: EdgeType = ("item", "has", "category")


def read_ciao(ratings: Path, trust: Path, *, threshold: int = 4, core: int = 5) -> HeteroData:
    """Read Ciao: high ratings as interactions, categories of the items, and trust.

    The weight of an interaction is its rating, its time is in Unix seconds. Where a user has rated
    an item several times, the latest rating counts. Nodes are the users and items of the core;
    categories have numbers and no names. There is no published split. Epinions comes in matrices
    of the same columns.

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
    graph: HeteroData = TableDataset(
        ratings,
        trust,
        links={HAS_CATEGORY: ratings},
        duplicates="last",
        min_rating=threshold,
        core=core,
    )[0]
    return graph
