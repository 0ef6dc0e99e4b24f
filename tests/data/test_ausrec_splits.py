import pytest
import torch

from ausrec.data.ausrec_splits import read_published
from ausrec.data.build_graph import RATES, TRUSTS
from ausrec.data.datasets import load_dataset
from ausrec.errors import AusrecError


@pytest.fixture
def tiny(tmp_path):
    (tmp_path / "train.txt").write_text("7 3 1\n2 3\n")
    (tmp_path / "test.txt").write_text("2 9\n")
    (tmp_path / "social.txt").write_text("2 7 30\n")
    return [tmp_path / name for name in ("train.txt", "test.txt", "social.txt")]


def test_hand_drawn_split(tiny):
    data = read_published(*tiny)
    assert data["user"].raw_id == ["2", "7", "30"]
    assert data["item"].raw_id == ["1", "3", "9"]
    assert data[RATES].edge_index.tolist() == [[0, 0, 1, 1], [1, 2, 0, 1]]
    assert data[RATES].test_mask.tolist() == [False, True, False, False]
    assert data[TRUSTS].edge_index.tolist() == [[0, 0], [1, 2]]


def test_bad_line_is_named(tiny):
    tiny[1].write_text("2 9\n2 nine\n")
    with pytest.raises(AusrecError, match=r"test\.txt:2: 'nine' is not an id"):
        read_published(*tiny)


@pytest.mark.parametrize(
    ("dataset", "users", "items", "train", "test", "social", "symmetric", "loops"),
    [
        ("lastfm", 1892, 4489, 42135, 10533, 25434, True, 0),
        ("epinions", 5957, 11027, 119484, 13335, 98958, False, 77),
        ("dbook", 13024, 22347, 752569, 39493, 169150, True, 8),
    ],
)
def test_real_sets(real_data, dataset, users, items, train, test, social, symmetric, loops):
    data = load_dataset(dataset, real_data)
    data.validate(raise_on_error=True)
    assert (data["user"].num_nodes, data["item"].num_nodes) == (users, items)
    mask = data[RATES].test_mask
    assert (int((~mask).sum()), int(mask.sum())) == (train, test)
    source, target = data[TRUSTS].edge_index
    assert (len(source), int((source == target).sum())) == (social, loops)
    there, back = torch.stack([source, target]), torch.stack([target, source])
    assert torch.equal(there.unique(dim=1), back.unique(dim=1)) == symmetric
    occurring = torch.cat([data[RATES].edge_index[0], source, target]).unique()
    assert torch.equal(occurring, torch.arange(users))
    assert torch.equal(data[RATES].edge_index[1].unique(), torch.arange(items))
