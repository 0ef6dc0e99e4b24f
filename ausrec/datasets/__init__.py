"""Data sets: raw files or tables to `HeteroData` (floor 0)."""

from ausrec.datasets.build import RATES, TRUSTS, Edges, build_graph
from ausrec.datasets.catalog import DATASETS, fetch_dataset, list_datasets, load_dataset
from ausrec.datasets.club import ListeningClub, make_club
from ausrec.datasets.describe import describe, homophily
from ausrec.datasets.dozen import a_dozen_users
from ausrec.datasets.hetrec import HetRecLastFM
from ausrec.datasets.home import data_homes
from ausrec.datasets.published import DoubanBook, Epinions, LastFM, read_published
from ausrec.datasets.tables import TableDataset
from ausrec.datasets.truth import informativeness

__all__ = [
    "DATASETS",
    "RATES",
    "TRUSTS",
    "DoubanBook",
    "Edges",
    "Epinions",
    "HetRecLastFM",
    "LastFM",
    "ListeningClub",
    "TableDataset",
    "a_dozen_users",
    "build_graph",
    "data_homes",
    "describe",
    "fetch_dataset",
    "homophily",
    "informativeness",
    "list_datasets",
    "load_dataset",
    "make_club",
    "read_published",
]
