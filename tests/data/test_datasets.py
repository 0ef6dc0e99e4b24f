import pytest

from ausrec.data.build_graph import RATES, TRUSTS
from ausrec.data.datasets import DATASETS, fetch_dataset, list_datasets, load_dataset
from ausrec.errors import AusrecError


def test_unknown_name_suggests_the_nearest():
    with pytest.raises(AusrecError, match="'lastfmm' is unknown; did you mean 'lastfm'"):
        load_dataset("lastfmm")
    with pytest.raises(AusrecError, match="known are ciao, club, dbook, epinions, "):
        fetch_dataset("zzz")


def test_club_needs_no_files(tmp_path):
    assert load_dataset("club", tmp_path)["user"].num_nodes == 500
    assert fetch_dataset("club", tmp_path) == []
    table = list_datasets(tmp_path).set_index("name")
    assert table.loc["club", "here"]
    assert table.loc["ordered_club", "here"]
    assert not table.drop(["club", "ordered_club"])["here"].any()
    assert list(tmp_path.iterdir()) == []


def test_every_name_loads(real_data):
    table = list_datasets(real_data)
    assert table["name"].tolist() == list(DATASETS)
    without_friends = {"s3rec_lastfm", "s3rec_beauty", "ml_100k", "ml_1m"}
    # Not every set may be passed on, so some may not be here.
    for name in table[table["here"]]["name"]:
        paths = fetch_dataset(name, real_data)
        assert len(paths) == len(DATASETS[name].files)
        data = load_dataset(name, real_data)
        expected = {RATES} if name in without_friends else {RATES, TRUSTS}
        assert expected <= set(data.edge_types)
