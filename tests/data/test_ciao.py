"""Ciao: small files in its format, and the real ones where they are."""

import numpy as np
import pytest
from scipy.io import savemat

from ausrec.data.build_graph import RATES, TRUSTS
from ausrec.data.ciao import HAS_CATEGORY, read_ciao
from ausrec.data.datasets import load_dataset
from ausrec.errors import AusrecError

# user, item, category, rating, helpfulness, time
RATINGS = [
    [1, 10, 3, 5, 4, 100],
    [1, 20, 3, 4, 0, 110],
    [1, 30, 7, 2, 0, 120],
    [2, 10, 3, 1, 4, 100],
    [2, 10, 5, 4, 4, 130],  # rated again, in another category: this one counts
    [2, 20, 3, 5, 4, 90],
    [3, 10, 3, 4, 4, 200],
    [3, 20, 3, 5, 4, 210],
    [3, 20, 3, 3, 4, 220],  # rated again, no longer as good
    [4, 40, 9, 5, 1, 230],
]
TRUST = [[1, 2], [2, 1], [1, 3], [3, 4], [9, 1]]


@pytest.fixture
def files(tmp_path):
    """Write both files as the published ones are written."""
    paths = [tmp_path / "rating_with_timestamp.mat", tmp_path / "trustnetwork.mat"]
    savemat(paths[0], {"rating": np.array(RATINGS, dtype=np.int32)})
    savemat(paths[1], {"trustnetwork": np.array(TRUST, dtype=np.uint16)})
    return paths


def test_high_ratings_are_interactions_of_the_core(files):
    data = read_ciao(*files, core=2)
    # User 3 has item 10 alone once the latest rating of item 20 counts, and goes.
    assert data["user"].raw_id == ["1", "2"]
    assert data["item"].raw_id == ["10", "20"]
    assert data[RATES].edge_index.tolist() == [[0, 0, 1, 1], [0, 1, 0, 1]]
    assert data[RATES].weight.tolist() == [5, 4, 4, 5]
    assert data[RATES].time.tolist() == [100, 110, 130, 90]
    assert data[TRUSTS].edge_index.tolist() == [[0, 1], [1, 0]]


def test_categories_are_a_node_type_of_their_own(files):
    data = read_ciao(*files, core=2)
    assert data["category"].raw_id == ["3", "5"]
    assert data[HAS_CATEGORY].edge_index.tolist() == [[0, 0, 1], [0, 1, 0]]


def test_threshold_and_core_can_be_set(files):
    every = read_ciao(*files, threshold=0, core=1)
    assert every["user"].raw_id == ["1", "2", "3", "4"]
    assert every[RATES].weight.tolist() == [5, 4, 2, 4, 5, 4, 3, 5]
    assert every[TRUSTS].edge_index.tolist() == [[0, 0, 1, 2], [1, 2, 0, 3]]
    assert every["category"].raw_id == ["3", "5", "7", "9"]
    three = read_ciao(*files, threshold=3, core=2)
    assert three["user"].raw_id == ["1", "2", "3"]


def test_what_leaves_nothing_is_refused(files):
    with pytest.raises(AusrecError, match="5-core leaves nothing of 6 rows"):
        read_ciao(*files)
    with pytest.raises(AusrecError, match=r"^threshold is -1"):
        read_ciao(*files, threshold=-1)
    with pytest.raises(AusrecError, match=r"data\.min_rating needs ratings"):
        read_ciao(files[1], files[1])


def test_a_setting_that_there_is_not_is_refused(tmp_path):
    with pytest.raises(AusrecError, match=r"data set.treshold .* did you mean 'threshold'"):
        load_dataset("ciao(treshold=3)", tmp_path)


@pytest.mark.parametrize(
    ("name", "users", "items", "events", "ties"),
    [
        ("ciao(threshold=0)", 5858, 10685, 141900, 95977),
        ("ciao", 5072, 8153, 101045, 85916),
    ],
)
def test_real_set(real_data, name, users, items, events, ties):
    data = load_dataset(name, real_data)
    data.validate(raise_on_error=True)
    assert (data["user"].num_nodes, data["item"].num_nodes) == (users, items)
    assert data[RATES].edge_index.shape == (2, events)
    assert data[TRUSTS].edge_index.shape == (2, ties)
    assert data["category"].num_nodes == 28
    for end in (0, 1):
        assert int(data[RATES].edge_index[end].bincount().min()) >= 5
    assert data[RATES].time.min() > 959_000_000  # from May 2000 on
