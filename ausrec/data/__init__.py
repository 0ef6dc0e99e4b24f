"""Data sets: raw files or tables to `HeteroData`."""

from ausrec.data.ausrec_splits import read_published
from ausrec.data.build_graph import RATES, TRUSTS, Edges, build_graph
from ausrec.data.ciao import read_ciao
from ausrec.data.club import ListeningClub, make_club
from ausrec.data.datasets import (
    DATASETS,
    choose_dataset,
    fetch_dataset,
    list_datasets,
    load_dataset,
)
from ausrec.data.describe import describe, homophily, informativeness
from ausrec.data.dozen import a_dozen_users
from ausrec.data.fetch import data_homes
from ausrec.data.ordered_club import PREDICTS, ordered_club
from ausrec.data.tables.assumptions import Reading, reading_of
from ausrec.data.tables.preparation import Preparation
from ausrec.data.tables.table_dataset import TableDataset
from ausrec.data.tables.table_graph import TableColumns

__all__ = [
    "DATASETS",
    "PREDICTS",
    "RATES",
    "TRUSTS",
    "Edges",
    "ListeningClub",
    "Preparation",
    "Reading",
    "TableColumns",
    "TableDataset",
    "a_dozen_users",
    "build_graph",
    "choose_dataset",
    "data_homes",
    "describe",
    "fetch_dataset",
    "homophily",
    "informativeness",
    "list_datasets",
    "load_dataset",
    "make_club",
    "ordered_club",
    "read_ciao",
    "read_published",
    "reading_of",
]
