import re
from dataclasses import replace

import pytest
import torch

from ausrec.data.ausrec_splits import DoubanBook, Epinions, LastFM, read_published
from ausrec.data.build_graph import RATES, TRUSTS
from ausrec.data.fetch import sha256
from ausrec.errors import AusrecError


@pytest.fixture
def tiny(tmp_path):
    (tmp_path / "train.txt").write_text("7 3 1\n2 3\n")
    (tmp_path / "test.txt").write_text("2 9\n")
    (tmp_path / "social.txt").write_text("2 7 30\n")
    return [tmp_path / name for name in ("train.txt", "test.txt", "social.txt")]


def publish(paths, monkeypatch):
    """Make these the files of LastFM."""
    files = [
        replace(file, checksum=sha256(path.read_bytes()))
        for file, path in zip(LastFM.files, paths, strict=True)
    ]
    monkeypatch.setattr(LastFM, "files", files)


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


def test_downloads_parses_and_finds_again(tiny, server, tmp_path, monkeypatch):
    publish(tiny, monkeypatch)
    monkeypatch.setenv("AUSREC_DATA_MIRROR", server.url)
    served = server.folder / "ausrec" / "lastfm"
    served.mkdir(parents=True)
    for file in tiny:
        (served / file.name).write_bytes(file.read_bytes())
    root = tmp_path / "root"
    dataset = LastFM(root)
    assert len(dataset) == 1
    assert dataset[0]["user"].raw_id == ["2", "7", "30"]
    assert sorted(p.name for p in root.rglob("*")) == [
        "ausrec", "lastfm", "social.txt", "test.txt", "train.txt",
    ]  # fmt: skip
    asked = len(server.asked)
    LastFM(root)
    assert len(server.asked) == asked == 3


def test_transform_is_applied(tiny, tmp_path, monkeypatch):
    publish(tiny, monkeypatch)
    folder = tmp_path / "ausrec" / "lastfm"
    folder.mkdir(parents=True)
    for file in tiny:
        file.rename(folder / file.name)

    def mark(data):
        data.marked = True
        return data

    assert LastFM(tmp_path, transform=mark)[0].marked


def test_sources_are_pinned_to_a_commit():
    for dataset in (LastFM, Epinions, DoubanBook):
        for file in dataset.files:
            assert len(file.checksum) == 64
            assert len(file.urls) == 2
            for url in file.urls:
                assert re.search(r"[@/][0-9a-f]{40}/data/", url)
                assert url.endswith(file.path.removeprefix("ausrec"))


@pytest.mark.parametrize(
    ("dataset", "users", "items", "train", "test", "social", "symmetric", "loops"),
    [
        (LastFM, 1892, 4489, 42135, 10533, 25434, True, 0),
        (Epinions, 5957, 11027, 119484, 13335, 98958, False, 77),
        (DoubanBook, 13024, 22347, 752569, 39493, 169150, True, 8),
    ],
)
def test_real_sets(real_data, dataset, users, items, train, test, social, symmetric, loops):
    data = dataset(real_data)[0]
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
