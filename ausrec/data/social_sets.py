"""Social data sets that other collections hold: ratings or choices, and who follows whom."""

from pathlib import Path

from torch_geometric.data import HeteroData

from ausrec.data.tables.table_dataset import TableDataset
from ausrec.errors import check_not_negative


def read_social_set(
    interactions: Path, social: Path, *, threshold: float = 0.0, core: int = 0
) -> HeteroData:
    """Read a set of two files whose columns have their usual names or places.

    FilmTrust (Guo, Zhang and Yorke-Smith, IJCAI 2013), Yelp and Flickr (Wu et al., SIGIR 2019) as
    RecBole's authors collect them, and Epinions with ratings (Tang et al., WSDM 2012). Of repeated
    ratings the last counts. There is no published split.

    Args:
        interactions: users, items and, where there are, ratings and times.
        social: links from users to users; those of users without interactions stay.
        threshold: the lowest rating that is an interaction; 0 takes all.
        core: users and items with fewer interactions are left out, again and again until none is.

    Raises:
        AusrecError: when a file cannot be read, or nothing is left.
    """
    check_not_negative(threshold=threshold, core=core)
    graph: HeteroData = TableDataset(
        interactions, social, min_rating=threshold or None, core=core, duplicates="auto"
    )[0]
    return graph
