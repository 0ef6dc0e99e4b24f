import errno
import hashlib
import io
import os
import socket
import zipfile
from pathlib import Path

import pooch
import pytest

from ausrec.data.datasets import DATASETS
from ausrec.data.fetch import RemoteFile, data_homes, fetch_files, published
from ausrec.errors import AusrecError

CONTENT = b"1 2 3\n" * 5000
PATH = "ausrec/set/train.txt"


def remote(url, content=CONTENT, path=PATH):
    return RemoteFile(path, hashlib.sha256(content).hexdigest(), url)


@pytest.fixture
def dead():
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"http://127.0.0.1:{port}/train.txt"


def files_below(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_downloads_once(server, tmp_path):
    (server.folder / "train.txt").write_bytes(CONTENT)
    file = remote(f"{server.url}/train.txt")
    assert fetch_files([file], tmp_path) == [tmp_path / PATH]
    assert (tmp_path / PATH).read_bytes() == CONTENT
    fetch_files([file], tmp_path)
    assert server.asked == ["/train.txt"]
    assert files_below(tmp_path) == ["train.txt"]


def test_mirror_of_the_environment_goes_first(server, dead, tmp_path, monkeypatch):
    target = server.folder / "mirror" / PATH
    target.parent.mkdir(parents=True)
    target.write_bytes(CONTENT)
    monkeypatch.setenv("AUSREC_DATA_MIRROR", f"{server.url}/mirror/")
    fetch_files([remote(dead)], tmp_path)
    assert server.asked == [f"/mirror/{PATH}"]


@pytest.mark.parametrize(
    ("name", "served", "why"),
    [
        ("short-train.txt", CONTENT, "the download broke off"),
        ("train.txt", CONTENT[:-1], "its SHA-256 is "),
        ("train.txt", b"<html>an error page</html>", "its SHA-256 is "),
        ("other.txt", CONTENT, "the server answers 404"),
    ],
    ids=["truncated on the way", "truncated at the source", "wrong content", "not there"],
)
def test_refuses_and_removes_what_is_not_the_file(server, tmp_path, name, served, why):
    (server.folder / name).write_bytes(served)
    wanted = "train.txt" if name == "other.txt" else name
    with pytest.raises(AusrecError, match=why):
        fetch_files([remote(f"{server.url}/{wanted}")], tmp_path)
    assert files_below(tmp_path) == []


@pytest.mark.parametrize("mirrored", [None, b"bad"])
def test_the_own_address_after_a_mirror_without_it(server, tmp_path, monkeypatch, mirrored):
    (server.folder / "train.txt").write_bytes(CONTENT)
    if mirrored is not None:
        target = server.folder / "mirror" / PATH
        target.parent.mkdir(parents=True)
        target.write_bytes(mirrored)
    monkeypatch.setenv("AUSREC_DATA_MIRROR", f"{server.url}/mirror")
    fetch_files([remote(f"{server.url}/train.txt")], tmp_path)
    assert (tmp_path / PATH).read_bytes() == CONTENT


def test_files_on_github_have_a_mirror_of_the_same_commit():
    file = published("ausrec/lastfm")[0]
    commit, place = "55b840ef1f28e77b20ecd82eabd82fe7b1ed5c39", "data/lastfm/train.txt"
    assert file.urls == [
        f"https://raw.githubusercontent.com/hexin5515/AusRec/{commit}/{place}",
        f"https://cdn.jsdelivr.net/gh/hexin5515/AusRec@{commit}/{place}",
    ]


def test_the_registry_names_every_file_with_its_checksum():
    for entry in DATASETS.values():
        assert len(entry.files) in (0, 2, 3)
        # GroupLens gives none of the files in MovieLens's archives.
        unknown = {file.path for file in entry.files if len(file.sha256) != 64}
        assert all(path.startswith(("ml-100k/", "ml-1m/")) for path in unknown)
    names = [file.path.rpartition("/")[2] for file in DATASETS["dbook"].files]
    assert names == ["train.txt", "test.txt", "social.txt"]


LINES = b"1\tone\n2\ttwo"


@pytest.mark.parametrize(
    ("content", "same"),
    [
        (LINES, True),
        (b"id\tname\r\n1\tone\r\n2\ttwo\r\n", True),
        (b"\xef\xbb\xbf" + LINES + b"\n", True),
        (LINES[:-1], False),
        (b"2\ttwo\n1\tone", False),
        (b"3\tthree\n" + LINES, False),
    ],
)
def test_a_checksum_sees_through_header_mark_and_line_ends_only(content, same):
    assert remote("", content=LINES).is_published(content) is same


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def test_an_archive_is_downloaded_once_for_all_of_its_files(server, tmp_path):
    url = f"{server.url}/set.zip"
    zipped(server.folder / "set.zip", {"in/a.dat": b"a", "b.dat": b"b", "../evil.txt": b"no"})
    files = [remote(url, name.encode(), f"set/{name}.dat") for name in ("a", "b")]
    paths = fetch_files(files, tmp_path)
    assert [path.read_bytes() for path in paths] == [b"a", b"b"]
    assert files_below(tmp_path) == ["a.dat", "b.dat"]
    assert server.asked == ["/set.zip"]


@pytest.mark.parametrize("kind", ["truncated", "member changed", "member missing"])
def test_a_wrong_archive_is_refused(server, tmp_path, kind):
    path = server.folder / "set.zip"
    zipped(
        path, {"member changed": {"a.dat": b"b"}, "member missing": {}}.get(kind, {"a.dat": b"a"})
    )
    if kind == "truncated":
        path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(AusrecError, match=r"a\.dat: not in .*the download failed .*: not the "):
        fetch_files([remote(f"{server.url}/set.zip", b"a", "set/a.dat")], tmp_path)
    assert files_below(tmp_path) == []


def test_offline_the_message_says_what_to_do(dead, tmp_path, monkeypatch):
    monkeypatch.setenv("AUSREC_DATA_HOME", str(tmp_path / "home"))
    other = "ausrec/set/test.txt"
    with pytest.raises(AusrecError) as error:
        fetch_files([remote(dead), remote(dead, path=other)], tmp_path / "root")
    message = str(error.value)
    assert "\n" not in message
    for part in (
        f"{PATH}, {other}: not in",
        str(tmp_path / "root"),
        str(tmp_path / "home"),
        str(pooch.os_cache("ausrec")),
        "no connection",
        f"as from {dead}",
        f"place them as {tmp_path / 'root' / PATH}",
        "AUSREC_DATA_HOME",
    ):
        assert part in message
    assert not (tmp_path / "root").exists()


def test_found_in_a_later_place_without_download(dead, tmp_path, monkeypatch):
    monkeypatch.setenv("AUSREC_DATA_HOME", str(tmp_path / "home"))
    place = tmp_path / "home" / PATH
    place.parent.mkdir(parents=True)
    place.write_bytes(CONTENT)
    assert fetch_files([remote(dead)], tmp_path / "root") == [place]


def test_a_wrong_file_that_is_there_is_refused_and_left(dead, tmp_path):
    place = tmp_path / PATH
    place.parent.mkdir(parents=True)
    place.write_bytes(CONTENT[:100])
    with pytest.raises(AusrecError, match=r"train\.txt: not the published file; move it away"):
        fetch_files([remote(dead)], tmp_path)
    assert place.read_bytes() == CONTENT[:100]


def test_full_disk(server, tmp_path, monkeypatch):
    (server.folder / "train.txt").write_bytes(CONTENT)

    def full(self, target):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(AusrecError, match=r"train\.txt: cannot be written \(No space left"):
        fetch_files([remote(f"{server.url}/train.txt")], tmp_path)
    assert files_below(tmp_path) == []


@pytest.fixture
def silent():
    """An address that takes a call, and then says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/train.txt"


def test_a_server_that_does_not_answer_is_given_up(silent, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("ausrec.data.fetch.GIVE_UP_SECONDS", 0.2)
    monkeypatch.setattr("ausrec.progress.NOTE_SECONDS", 0.1)
    with pytest.raises(AusrecError, match=r"no answer within 0\.2 s"):
        fetch_files([remote(silent)], tmp_path)
    assert f"Waiting for {silent}, which is given up after 0.2 s." in capsys.readouterr().err


def test_more_than_any_published_file_is_not_kept(server, tmp_path, monkeypatch):
    monkeypatch.setattr("ausrec.data.fetch.MOST_BYTES", 2**16)
    (server.folder / "train.txt").write_bytes(bytes(2**18))
    with pytest.raises(AusrecError, match="more than 0 MiB"):
        fetch_files([remote(f"{server.url}/train.txt")], tmp_path)


def test_an_archive_is_not_unpacked_beyond_what_a_file_may_have(monkeypatch):
    read = zipfile.ZipExtFile.read
    asked = []
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda s, n=-1: asked.append(n) or read(s, n))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train.txt", bytes(2**20))
    monkeypatch.setattr("ausrec.data.fetch.MOST_BYTES", 1000)
    with pytest.raises(ValueError, match="SHA-256"):
        remote("http://x/set.zip").extract(packed.getvalue())
    assert asked == [1001]


def test_folder_that_cannot_be_made(server, tmp_path):
    (server.folder / "train.txt").write_bytes(CONTENT)
    (tmp_path / "ausrec").write_text("a file where a folder should be")
    with pytest.raises(AusrecError, match=r"train\.txt: cannot be written"):
        fetch_files([remote(f"{server.url}/train.txt")], tmp_path)


def test_mirror_with_a_strange_address(dead, tmp_path, monkeypatch):
    monkeypatch.setenv("AUSREC_DATA_MIRROR", "carrier-pigeon://loft")
    with pytest.raises(AusrecError, match=r"loft/.*: No connection adapters.*; .*: no connection"):
        fetch_files([remote(dead)], tmp_path)


def test_progress_bar_unless_quiet(server, tmp_path, monkeypatch, capsys):
    (server.folder / "train.txt").write_bytes(CONTENT)
    for quiet, bars in (("1", False), ("0", True)):
        monkeypatch.setenv("AUSREC_QUIET", quiet)
        fetch_files([remote(f"{server.url}/train.txt")], tmp_path / quiet)
        assert ("train.txt:" in capsys.readouterr().err) == bars


def test_order_of_places(tmp_path, monkeypatch):
    monkeypatch.setenv("AUSREC_DATA_HOME", str(tmp_path / "named"))
    cache = Path(pooch.os_cache("ausrec"))
    assert data_homes(tmp_path / "given") == [tmp_path / "given", tmp_path / "named", cache]
    assert data_homes() == [tmp_path / "named", cache]


@pytest.mark.parametrize("value", ["", None])
def test_without_any_name_the_cache_is_used(monkeypatch, value):
    monkeypatch.delenv("AUSREC_DATA_HOME", raising=False)
    if value is not None:
        monkeypatch.setenv("AUSREC_DATA_HOME", value)
    assert data_homes() == [Path(pooch.os_cache("ausrec"))]


def test_a_file_is_no_data_folder(tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(AusrecError, match=r"file: the data root must be a folder"):
        data_homes(file)


def test_home_folder_sign_is_expanded():
    assert data_homes("~/somewhere")[0] == Path.home() / "somewhere"
