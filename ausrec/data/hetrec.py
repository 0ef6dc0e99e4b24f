"""HetRec 2011 Last.fm from its raw files: artists with names, listening counts, friends."""

import hashlib
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from torch_geometric.data import HeteroData, InMemoryDataset

from ausrec.data.build import RATES, TRUSTS, Edges, build_graph
from ausrec.data.fetch import (
    check_present,
    download,
    find_file,
    mirrored,
    missing_files,
    write_whole,
)
from ausrec.data.home import download_home
from ausrec.errors import AusrecError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class HetRecLastFM(InMemoryDataset):
    """Load Last.fm as HetRec 2011 gives it: 1,892 listeners, 17,632 artists, friendships.

    `data["item"].name` are the artists' names, the weight of an interaction is the number of
    times that the listener played the artist. There is no published split. The data is for
    non-commercial use and asks for citation: Cantador, Brusilovsky and Kuflik, HetRec 2011.

    Args:
        root: the data folder, with files as `hetrec2011-lastfm-2k/artists.dat` below it; see
            `ausrec.data.home.data_homes` for where else they are looked for.
        transform: applied to the graph each time it is read.

    Raises:
        AusrecError: when a file is missing and cannot be downloaded, or is not the published one.
    """

    folder: ClassVar[str] = "hetrec2011-lastfm-2k"
    archive: ClassVar[str] = "hetrec2011-lastfm-2k.zip"
    urls: ClassVar[tuple[str, ...]] = (
        "https://files.grouplens.org/datasets/hetrec2011/hetrec2011-lastfm-2k.zip",
    )
    # Copies of the set differ in line ends and in the header of user_friends.dat, so the
    # checksums are those of the lines alone; see `content_checksum`.
    checksums: ClassVar[dict[str, str]] = {
        "artists.dat": "4ee50c555d51e0a188eb3b40df16ca8b94a180ba6a4e526955d132e4062dd2fd",
        "user_artists.dat": "d477c0fa0b455a1529ced9a061b1feb0555b6c6bbe4af7530d7c79779ec62f76",
        "user_friends.dat": "f48ed2ca424e4b54962d89c696364ea324702051c106420768e0a184909ae887",
    }

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        transform: Callable[[HeteroData], HeteroData] | None = None,
    ) -> None:
        super().__init__(None, transform)
        graph = read_hetrec(*fetch_hetrec(root))
        self.data, self.slices = self.collate([graph])


def fetch_hetrec(root: str | os.PathLike[str] | None = None) -> list[Path]:
    """Return the paths of artists.dat, user_artists.dat and user_friends.dat.

    Raises:
        AusrecError: as `HetRecLastFM`.
    """
    wanted = [f"{HetRecLastFM.folder}/{file}" for file in HetRecLastFM.checksums]
    missing = [path for path in wanted if find_file(path, root) is None]
    if missing:
        folder = download_home(root) / HetRecLastFM.folder
        target = folder / HetRecLastFM.archive
        urls = mirrored(HetRecLastFM.archive, HetRecLastFM.urls)
        failure = download(urls, target, _archive_complaint) or _extract(target, folder)
        if failure is not None:
            raise missing_files(missing, HetRecLastFM.urls, failure, root)
    paths = []
    for path, checksum in zip(wanted, HetRecLastFM.checksums.values(), strict=True):
        place = find_file(path, root)
        if place is None:
            raise AusrecError(f"{path}: has just been downloaded and is gone; try again")
        check_present(place, partial(_content_complaint, checksum=checksum))
        paths.append(place)
    return paths


def read_hetrec(artists: Path, user_artists: Path, user_friends: Path) -> HeteroData:
    """Read the raw files; a header line is recognised where there is one.

    Args:
        artists: lines of `id<TAB>name<TAB>...`.
        user_artists: lines of `userID<TAB>artistID<TAB>weight`.
        user_friends: lines of `userID<TAB>friendID`.

    Raises:
        AusrecError: when a line cannot be read; file and line are named.
    """
    names = {}
    for number, fields in _lines(artists, 2):
        if fields[0] in names:
            raise AusrecError(f"{artists}:{number}: artist {fields[0]} stands there twice")
        names[fields[0]] = fields[1]
    user, artist, plays = _integers(user_artists, 3)
    return build_graph(
        {
            RATES: Edges(user, artist, weight=plays.astype(np.float64)),
            TRUSTS: Edges(*_integers(user_friends, 2)),
        },
        names={"item": names},
    )


def content_checksum(content: bytes) -> str:
    """Return the SHA-256 of a file's lines: without header, byte-order mark or line-end style."""
    lines = content.removeprefix(_BYTE_ORDER_MARK).replace(b"\r", b"").strip(b"\n").split(b"\n")
    if not lines[0].split(b"\t")[0].isdigit():
        lines = lines[1:]
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def _content_complaint(content: bytes, checksum: str) -> str | None:
    found = content_checksum(content)
    return None if found == checksum else f"SHA-256 of its lines is {found[:12]}..."


def _archive_complaint(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for file, checksum in HetRecLastFM.checksums.items():
                wrong = _content_complaint(archive.read(_member(archive, file)), checksum)
                if wrong is not None:
                    return f"{file}: {wrong}"
    except (zipfile.BadZipFile, KeyError) as error:
        return f"not the expected archive ({error})"
    return None


def _member(archive: zipfile.ZipFile, file: str) -> str:
    for name in archive.namelist():
        if name.rsplit("/", 1)[-1] == file:
            return name
    raise KeyError(file)


def _extract(target: Path, folder: Path) -> str | None:
    with zipfile.ZipFile(target) as archive:
        for file in HetRecLastFM.checksums:
            content = archive.read(_member(archive, file))
            failure = None if (folder / file).exists() else write_whole(folder / file, content)
            if failure is not None:
                return failure
    target.unlink()
    return None


def _lines(path: Path, num_fields: int) -> Iterator[tuple[int, list[str]]]:
    try:
        content = path.read_bytes().removeprefix(_BYTE_ORDER_MARK)
    except OSError as error:
        raise AusrecError(f"{path}: cannot be read ({error.strerror})") from error
    # Split at line feeds only: str.splitlines would also split inside names that hold rarer
    # separators. Bytes that are not UTF-8 become replacement characters in a name, no error.
    lines = content.decode("utf-8", errors="replace").split("\n")
    for number, line in enumerate(lines, start=1):
        fields = line.rstrip("\r").split("\t")
        is_header = number == 1 and not fields[0].isdecimal()
        if is_header or fields == [""]:
            continue
        if len(fields) < num_fields:
            raise AusrecError(
                f"{path}:{number}: {len(fields)} of {num_fields} fields; expected tabs between them"
            )
        yield number, fields


def _integers(path: Path, num_fields: int) -> NDArray[np.int64]:
    rows = []
    for number, fields in _lines(path, num_fields):
        values = fields[:num_fields]
        if not all(value.isascii() and value.isdigit() and len(value) < 19 for value in values):
            raise AusrecError(f"{path}:{number}: {' '.join(values)!r}; expected integers")
        rows.append([int(value) for value in values])
    if not rows:
        raise AusrecError(f"{path}: empty; expected lines of {num_fields} integers")
    return np.array(rows, dtype=np.int64).T
