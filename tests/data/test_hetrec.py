import pytest

from ausrec.data.build_graph import RATES, TRUSTS
from ausrec.data.datasets import load_dataset
from ausrec.data.hetrec import read_hetrec

ARTISTS = (
    b"id\tname\turl\tpictureURL\n"
    b'5\tThe "Quoted" One\thttp://x/5\t\n'
    b"51\tB\xc3\xb6se \xe2\x80\xa8Wolken\thttp://x/51\t\n"
    b"6\tbroken \xff byte\thttp://x/6\t\n"
)
PLAYS = b"userID\tartistID\tweight\r\n2\t51\t13883\r\n2\t6\t11690\r\n10\t5\t7\r\n"
FRIENDS = b"2\t10\r\n10\t2"


@pytest.mark.parametrize("header", [b"", b"userID\tfriendID\r\n"], ids=["bare", "header"])
def test_reads_names_counts_and_friends(tmp_path, header):
    paths = [tmp_path / name for name in ("artists", "user_artists", "user_friends")]
    for path, content in zip(paths, (ARTISTS, PLAYS, header + FRIENDS), strict=True):
        path.write_bytes(content)
    data = read_hetrec(*paths)
    assert data["user"].raw_id == ["2", "10"]
    assert data["item"].raw_id == ["5", "6", "51"]
    assert data["item"].name == ['The "Quoted" One', "broken \ufffd byte", "Böse \u2028Wolken"]
    assert data[RATES].edge_index.tolist() == [[0, 0, 1], [1, 2, 0]]
    assert data[RATES].weight.tolist() == [11690.0, 13883.0, 7.0]
    assert "test_mask" not in data[RATES]
    assert data[TRUSTS].edge_index.tolist() == [[0, 1], [1, 0]]


def test_real_set(real_data):
    data = load_dataset("hetrec", real_data)
    data.validate(raise_on_error=True)
    assert (data["user"].num_nodes, data["item"].num_nodes) == (1892, 17632)
    assert data[RATES].edge_index.shape == (2, 92834)
    assert data[TRUSTS].edge_index.shape == (2, 25434)
    names = dict(zip(data["item"].raw_id, data["item"].name, strict=True))
    assert names["1"] == "MALICE MIZER"
    user, item = data["user"].raw_id.index("2"), data["item"].raw_id.index("51")
    edge = (data[RATES].edge_index.new_tensor([user, item]) == data[RATES].edge_index.T).all(dim=1)
    assert data[RATES].weight[edge].tolist() == [13883.0]
