"""Published files: taken from this machine, or downloaded and checked."""

import hashlib
import io
import os
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pooch
import requests

from ausrec.errors import AusrecError, complaint
from ausrec.files import write_whole
from ausrec.progress import progress, within

DATA_HOME_VARIABLE, MIRROR_VARIABLE = "AUSREC_DATA_HOME", "AUSREC_DATA_MIRROR"
# Without any answer, and for a whole file.
TIMEOUT_SECONDS, GIVE_UP_SECONDS = 20.0, 600.0
# The largest published file has 20 MiB.
MOST_BYTES = 2**28
GITHUB = re.compile(r"https://raw\.githubusercontent\.com/([^/]+/[^/]+)/([^/]+)")
Root: TypeAlias = str | os.PathLike[str] | None


@dataclass(frozen=True)
class RemoteFile:
    """A published file: where it lies below a data folder, its checksum and its source."""

    path: str
    """The place below a data folder, as `ausrec/lastfm/train.txt`."""

    sha256: str
    """The checksum of the file, or of its lines alone where copies differ in what is around; `-`
    where the publisher gives none, so that the reader alone judges the file."""

    url: str
    """The address of the file, or of a ZIP archive that holds it under its own name."""

    @property
    def urls(self) -> list[str]:
        """The addresses to try: the mirror that is named, the file's own, a mirror of GitHub."""
        mirror, name = os.environ.get(MIRROR_VARIABLE), self.path
        if self.url.endswith(".zip"):
            name = self.url.rpartition("/")[2]
        copy = GITHUB.sub(r"https://cdn.jsdelivr.net/gh/\1@\2", self.url)
        named = [f"{mirror.rstrip('/')}/{name}"] if mirror else []
        return [*named, self.url, *([copy] if copy != self.url else [])]

    def extract(self, served: bytes) -> bytes:
        """Return the file from what an address serves.

        Raises:
            ValueError: when this is not the published file, or not an archive that holds it.
        """
        content = served
        if self.url.endswith(".zip"):
            with (
                complaint("not the expected archive", "another mirror may have it"),
                zipfile.ZipFile(io.BytesIO(served)) as archive,
            ):
                inside = {Path(name).name: name for name in archive.namelist()}
                with archive.open(inside[Path(self.path).name]) as file:
                    content = file.read(MOST_BYTES + 1)
        if not self.is_published(content):
            raise ValueError("not the published file, its SHA-256 is another")
        return content

    def is_published(self, content: bytes) -> bool:
        """Tell whether this is the content, or differs in header, mark and line ends alone."""
        if self.sha256 == "-":
            return True
        lines = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"").strip(b"\n").split(b"\n")
        alone = b"\n".join(lines if lines[0][:1].isdigit() else lines[1:])
        return self.sha256 in (hashlib.sha256(each).hexdigest() for each in (content, alone))


def published(folder: str) -> tuple[RemoteFile, ...]:
    """Return the published files below a folder, in the order of the registry."""
    registry = pooch.create(path="", base_url="")
    registry.load_registry(Path(__file__).with_name("checksums.txt"))
    return tuple(
        RemoteFile(path, checksum, registry.urls[path])
        for path, checksum in registry.registry.items()
        if path.startswith(f"{folder}/")
    )


def data_homes(data_root: Root = None) -> list[Path]:
    """List the folders in which data is looked for, the most wanted first.

    These are `data_root` where given, then the folder that the environment variable
    `AUSREC_DATA_HOME` names, then the user's cache folder. Downloads go to the first of them. Every
    published file is checked, so it does not matter for the result in which of them it lies.

    Args:
        data_root: a folder that goes first.

    Raises:
        AusrecError: when `data_root` or `AUSREC_DATA_HOME` names something that is not a folder.
    """
    named = {"the data root": data_root, DATA_HOME_VARIABLE: os.environ.get(DATA_HOME_VARIABLE)}
    homes = []
    for what, place in named.items():
        if place:
            homes.append(Path(place).expanduser())
            if homes[-1].is_file():
                raise AusrecError(f"{homes[-1]}: {what} must be a folder, and this is a file")
    return [*homes, Path(pooch.os_cache("ausrec"))]


def find_file(path: str, data_root: Root = None) -> Path | None:
    """Return where a file lies below the first data folder that holds it, or None."""
    # Unlike Path.is_file, this says no where a folder may not be entered.
    places = (home / path for home in data_homes(data_root))
    return next((place for place in places if os.path.isfile(place)), None)


def fetch_files(files: Sequence[RemoteFile], data_root: Root = None) -> list[Path]:
    """Return the paths of published files, downloading those that no data folder holds.

    Args:
        files: what is needed.
        data_root: the folder to look in first, and to download into; see `data_homes`.

    Raises:
        AusrecError: when a file that is there is not the published one, or a missing file cannot
            be downloaded.
    """
    found = {file: find_file(file.path, data_root) for file in files}
    for file, place in found.items():
        if place is not None and not file.is_published(place.read_bytes()):
            raise AusrecError(
                f"{place}: not the published file; move it away and it is downloaded again"
            )
    missing = [file for file, place in found.items() if place is None]
    served: dict[str, bytes] = {}
    contents = {file: _download(file, missing, data_root, served) for file in missing}
    for file, content in contents.items():
        write_whole(data_homes(data_root)[0] / file.path, content)
    return [place or data_homes(data_root)[0] / file.path for file, place in found.items()]


def _download(
    file: RemoteFile, missing: Sequence[RemoteFile], data_root: Root, served: dict[str, bytes]
) -> bytes:
    """Download a file from the first address that serves it; what has come is kept in `served`."""
    failures = []
    for url in file.urls:
        try:
            if url not in served:
                served[url] = within(GIVE_UP_SECONDS, url, partial(_get, url))
            return file.extract(served[url])
        except (OSError, ValueError) as error:
            failures.append(f"{url}: {_reason(error)}")
    homes = data_homes(data_root)
    raise AusrecError(
        f"{', '.join(each.path for each in missing)}: not in {', '.join(map(str, homes))}, and the "
        f"download failed ({'; '.join(failures)}); get them by hand, as from {file.url}, and "
        f"place them as {homes[0] / file.path}, or name the folder that holds {file.path} by "
        f"--data-root or {DATA_HOME_VARIABLE}"
    )


def _get(url: str) -> bytes:
    """Return what an address serves, which is no more than any published file."""
    with requests.get(url, stream=True, timeout=TIMEOUT_SECONDS) as answer:
        answer.raise_for_status()
        whole, size = bytearray(), int(answer.headers.get("content-length", 0)) or None
        parts = answer.iter_content(2**16)
        with progress(parts, url.rpartition("/")[2], total=size and -(-size // 2**16)) as bar:
            for part in bar:
                whole += part
                if len(whole) > MOST_BYTES:
                    raise ValueError(f"more than {MOST_BYTES // 2**20} MiB, too much for this file")
    return bytes(whole)


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"the server answers {error.response.status_code}"
    kinds: dict[type[Exception], str] = {
        requests.Timeout: "no answer in time",
        requests.exceptions.ChunkedEncodingError: "the download broke off",
        requests.ConnectionError: "no connection",
    }
    plain = getattr(error, "strerror", None) or str(error)
    return next((words for kind, words in kinds.items() if isinstance(error, kind)), plain)
