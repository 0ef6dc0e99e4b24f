import zipfile
from dataclasses import replace

import pytest

from ausrec.data.build_graph import RATES, TRUSTS
from ausrec.data.hetrec import HetRecLastFM, lines_checksum
from ausrec.errors import AusrecError

ARTISTS = (
    b"id\tname\turl\tpictureURL\n"
    b'5\tThe "Quoted" One\thttp://x/5\t\n'
    b"51\tB\xc3\xb6se \xe2\x80\xa8Wolken\thttp://x/51\t\n"
    b"6\tbroken \xff byte\thttp://x/6\t\n"
)
PLAYS = b"userID\tartistID\tweight\r\n2\t51\t13883\r\n2\t6\t11690\r\n10\t5\t7\r\n"
FRIENDS = b"2\t10\r\n10\t2"
FILES = {"artists.dat": ARTISTS, "user_artists.dat": PLAYS, "user_friends.dat": FRIENDS}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    files = [
        replace(file, checksum=lines_checksum(content))
        for file, content in zip(HetRecLastFM.files, FILES.values(), strict=True)
    ]
    monkeypatch.setattr(HetRecLastFM, "files", files)
    folder = tmp_path / "hetrec2011-lastfm-2k"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("header", [b"", b"userID\tfriendID\r\n"], ids=["bare", "header"])
def test_reads_names_counts_and_friends(folder, tmp_path, header):
    (folder / "user_friends.dat").write_bytes(header + FRIENDS)
    data = HetRecLastFM(tmp_path)[0]
    assert data["user"].raw_id == ["2", "10"]
    assert data["item"].raw_id == ["5", "6", "51"]
    assert data["item"].name == ['The "Quoted" One', "broken \ufffd byte", "Böse \u2028Wolken"]
    assert data[RATES].edge_index.tolist() == [[0, 0, 1], [1, 2, 0]]
    assert data[RATES].weight.tolist() == [11690.0, 13883.0, 7.0]
    assert "test_mask" not in data[RATES]
    assert data[TRUSTS].edge_index.tolist() == [[0, 1], [1, 0]]


def test_checksum_sees_through_header_and_line_ends_only():
    assert lines_checksum(b"userID\tfriendID\r\n2\t10\r\n") == lines_checksum(b"2\t10")
    assert lines_checksum(b"2\t10\n10\t2") != lines_checksum(b"10\t2\n2\t10")


def test_a_changed_file_is_refused(folder, tmp_path):
    (folder / "user_artists.dat").write_bytes(PLAYS[:-3])
    with pytest.raises(AusrecError, match=r"user_artists\.dat: not the published file"):
        HetRecLastFM(tmp_path)


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


@pytest.fixture
def empty(folder, server, tmp_path, monkeypatch):
    """A data folder without the files; the archive is served as `set.zip`."""
    urls = (f"{server.url}/set.zip",)
    files = [replace(file, urls=urls) for file in HetRecLastFM.files]
    monkeypatch.setattr(HetRecLastFM, "files", files)
    return tmp_path / "empty"


def test_downloads_the_archive(empty, server):
    archive = {f"inner/{name}": content for name, content in FILES.items()}
    zipped(server.folder / "set.zip", {**archive, "../evil.txt": b"no"})
    assert HetRecLastFM(empty)[0]["user"].num_nodes == 2
    names = sorted(path.name for path in empty.rglob("*") if path.is_file())
    assert names == sorted(FILES)
    HetRecLastFM(empty)
    assert len(server.asked) == 1


@pytest.mark.parametrize("kind", ["truncated", "member changed", "member missing", "none"])
def test_a_wrong_archive_is_refused_and_removed(empty, server, kind):
    path = server.folder / "set.zip"
    changed = {**FILES, "user_artists.dat": PLAYS + b"9\t9\t9\n"}
    fewer = {"artists.dat": ARTISTS}
    if kind != "none":
        zipped(path, {"member changed": changed, "member missing": fewer}.get(kind, FILES))
    if kind == "truncated":
        path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(AusrecError, match=r"artists\.dat.*: not in .*the download failed"):
        HetRecLastFM(empty)
    assert [path for path in empty.rglob("*") if path.is_file()] == []


def test_real_set(real_data):
    data = HetRecLastFM(real_data)[0]
    data.validate(raise_on_error=True)
    assert (data["user"].num_nodes, data["item"].num_nodes) == (1892, 17632)
    assert data[RATES].edge_index.shape == (2, 92834)
    assert data[TRUSTS].edge_index.shape == (2, 25434)
    names = dict(zip(data["item"].raw_id, data["item"].name, strict=True))
    assert names["1"] == "MALICE MIZER"
    user, item = data["user"].raw_id.index("2"), data["item"].raw_id.index("51")
    edge = (data[RATES].edge_index.new_tensor([user, item]) == data[RATES].edge_index.T).all(dim=1)
    assert data[RATES].weight[edge].tolist() == [13883.0]
