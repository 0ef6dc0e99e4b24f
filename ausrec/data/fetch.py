"""Published files: found on this machine, or downloaded and checked."""

import hashlib
import io
import os
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import pooch
import requests

from ausrec.errors import AusrecError
from ausrec.files import write_whole
from ausrec.progress import is_quiet

DATA_HOME_VARIABLE, MIRROR_VARIABLE = "AUSREC_DATA_HOME", "AUSREC_DATA_MIRROR"
TIMEOUT_SECONDS = 20.0
Root: TypeAlias = str | os.PathLike[str] | None


def sha256(content: bytes) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class RemoteFile:
    """A published file: where it lies below a data folder, its checksum and its sources."""

    path: str
    """The place below a data folder, as `ausrec/lastfm/train.txt`."""

    checksum: str
    """What `digest` says of the published file."""

    urls: tuple[str, ...]
    """The addresses to try, in this order."""

    archive: str = ""
    """The name of the ZIP archive that these serve, in which the file lies; empty for the file."""

    digest: Callable[[bytes], str] = sha256
    """Makes the checksum of a content."""

    def extract(self, served: bytes) -> bytes:
        """Return the file from what an address serves.

        Raises:
            ValueError: when this is not the published file, or not an archive that holds it.
        """
        content = served
        if self.archive:
            try:
                with zipfile.ZipFile(io.BytesIO(served)) as archive:
                    inside = {Path(name).name: name for name in archive.namelist()}
                    content = archive.read(inside[Path(self.path).name])
            except (zipfile.BadZipFile, KeyError) as error:
                raise ValueError(f"not the expected archive ({error})") from error
        found = self.digest(content)
        if found != self.checksum:
            raise ValueError(f"not the published file, its SHA-256 is {found[:12]}...")
        return content


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
        try:
            if place is not None and file.digest(place.read_bytes()) != file.checksum:
                raise AusrecError(
                    f"{place}: not the published file; move it away and it is downloaded again"
                )
        except OSError as error:
            raise AusrecError(f"{place}: cannot be read ({error.strerror})") from error
    missing = [file for file, place in found.items() if place is None]
    if missing:
        with TemporaryDirectory() as scratch:
            contents = {file: _download(file, missing, data_root, scratch) for file in missing}
        for file, content in contents.items():
            write_whole(data_homes(data_root)[0] / file.path, content)
    return [place or data_homes(data_root)[0] / file.path for file, place in found.items()]


def _download(
    file: RemoteFile, missing: Sequence[RemoteFile], data_root: Root, scratch: str
) -> bytes:
    """Download a file from the first address that serves it; what has come is kept in `scratch`."""
    mirror = os.environ.get(MIRROR_VARIABLE)
    mirrored = [f"{mirror.rstrip('/')}/{file.archive or file.path}"] if mirror else []
    fetch = pooch.HTTPDownloader(progressbar=not is_quiet(), timeout=TIMEOUT_SECONDS)
    pooch.get_logger().setLevel("ERROR")
    failures = []
    for url in (*mirrored, *file.urls):
        try:
            served = pooch.retrieve(url, known_hash=None, path=scratch, downloader=fetch)
            return file.extract(Path(served).read_bytes())
        except requests.RequestException as error:
            failures.append(f"{url}: {_reason(error)}")
        except (OSError, ValueError) as error:
            failures.append(f"{url}: {getattr(error, 'strerror', None) or error}")
    homes = data_homes(data_root)
    raise AusrecError(
        f"{', '.join(each.path for each in missing)}: not in {', '.join(map(str, homes))}, and the "
        f"download failed ({'; '.join(failures)}); get them by hand, as from {file.urls[0]}, and "
        f"place them as {homes[0] / file.path}, or name the folder that holds {file.path} by "
        f"--data-root or {DATA_HOME_VARIABLE}"
    )


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"the server answers {error.response.status_code}"
    kinds: dict[type[Exception], str] = {
        requests.Timeout: "no answer in time",
        requests.exceptions.ChunkedEncodingError: "the download broke off",
        requests.ConnectionError: "no connection",
    }
    return next((words for kind, words in kinds.items() if isinstance(error, kind)), repr(error))
