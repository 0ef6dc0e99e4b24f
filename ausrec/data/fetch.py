"""Find published files on this machine, or download and check them."""

import contextlib
import errno
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pooch
import requests

from ausrec.data.home import DATA_HOME_VARIABLE, data_homes, download_home
from ausrec.errors import AusrecError
from ausrec.progress import is_quiet

MIRROR_VARIABLE = "AUSREC_DATA_MIRROR"
_TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True)
class RemoteFile:
    """A published file: where it lies below a data folder, its checksum and its sources.

    Attributes:
        path: the place below a data folder, as `ausrec/lastfm/train.txt`.
        sha256: the checksum, in hexadecimal digits.
        urls: the addresses to try, in this order.
    """

    path: str
    sha256: str
    urls: tuple[str, ...]

    def complaint(self, content: bytes) -> str | None:
        """Say what is wrong with a file's content, or None where it is the published one."""
        found = hashlib.sha256(content).hexdigest()
        return None if found == self.sha256 else f"SHA-256 is {found[:12]}..., not the published"


def fetch_files(
    files: Sequence[RemoteFile], data_root: str | os.PathLike[str] | None = None
) -> list[Path]:
    """Return the paths of published files, downloading those that no data folder holds.

    Args:
        files: what is needed.
        data_root: the folder to look in first, and to download into; see `data_homes`.

    Raises:
        AusrecError: when a file that is there is not the published one, or a missing file cannot
            be downloaded.
    """
    found = {file.path: find_file(file.path, data_root) for file in files}
    missing = [path for path, place in found.items() if place is None]
    paths = []
    for file in files:
        place = found[file.path]
        if place is None:
            target = download_home(data_root) / file.path
            failure = download(mirrored(file.path, file.urls), target, file.complaint)
            if failure is not None:
                raise missing_files(missing, file.urls, failure, data_root)
            place = target
        else:
            check_present(place, file.complaint)
        paths.append(place)
    return paths


def find_file(path: str, data_root: str | os.PathLike[str] | None = None) -> Path | None:
    """Return where a file lies below the first data folder that holds it, or None."""
    for home in data_homes(data_root):
        # Unlike Path.is_file, this says no where a folder may not be entered.
        if os.path.isfile(home / path):
            return home / path
    return None


def check_present(place: Path, complaint: Callable[[bytes], str | None]) -> None:
    """Refuse a file on this machine that is not the published one; it is left as it is."""
    try:
        wrong = complaint(place.read_bytes())
    except OSError as error:
        raise AusrecError(f"{place}: cannot be read ({error.strerror})") from error
    if wrong:
        raise AusrecError(
            f"{place}: not the published file ({wrong}); move it away and it is downloaded anew"
        )


def mirrored(path: str, urls: Sequence[str]) -> list[str]:
    """Put the mirror that `AUSREC_DATA_MIRROR` names, if any, before the other addresses."""
    mirror = os.environ.get(MIRROR_VARIABLE)
    return [f"{mirror.rstrip('/')}/{path}", *urls] if mirror else list(urls)


def download(
    urls: Sequence[str], target: Path, complaint: Callable[[bytes], str | None]
) -> str | None:
    """Download a file from the first address that serves the right content.

    The file appears under its name only when it is complete and checked; anything else that
    came is removed.

    Args:
        urls: the addresses to try, in this order.
        target: where the file goes; its folder is created.
        complaint: says what is wrong with a content, or None.

    Returns:
        None, or in words why there is no file.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    failures = []
    made = [folder for folder in target.parents if not folder.exists()]
    fetch = pooch.HTTPDownloader(progressbar=not is_quiet(), timeout=_TIMEOUT_SECONDS)
    for url in urls:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            fetch(url, str(part), None)
            wrong = complaint(part.read_bytes())
            if wrong is None:
                part.replace(target)
                return None
            failures.append(f"{url}: {wrong}")
        except requests.RequestException as error:
            failures.append(f"{url}: {_reason(error)}")
        except OSError as error:
            return _unwritable(target.parent, error)
        finally:
            _remove(part)
    # Only a file that has come is worth new folders.
    for folder in made:
        with contextlib.suppress(OSError):
            folder.rmdir()
    return "; ".join(failures)


def write_whole(target: Path, content: bytes) -> str | None:
    """Write a file that appears under its name only when it is complete.

    Returns:
        None, or in words why there is no file.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        return _unwritable(target.parent, error)
    finally:
        _remove(part)
    return None


def missing_files(
    paths: Sequence[str],
    urls: Sequence[str],
    failure: str,
    data_root: str | os.PathLike[str] | None = None,
) -> AusrecError:
    """Say which files are missing, where they were looked for, and how to place them by hand."""
    homes = data_homes(data_root)
    return AusrecError(
        f"{', '.join(paths)}: not in {', '.join(str(home) for home in homes)}, and the download "
        f"failed ({failure}); get them by hand, as from {urls[0]}, and place them as "
        f"{homes[0] / paths[0]}, or name the folder that holds {paths[0]} by --data-root or "
        f"{DATA_HOME_VARIABLE}"
    )


def _unwritable(folder: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"the disk that holds {folder} is full"
    return f"{folder} cannot be written: {error.strerror}"


def _remove(part: Path) -> None:
    # Where the folder cannot be entered there is nothing to remove either.
    with contextlib.suppress(OSError):
        part.unlink()


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"the server answers {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the download broke off"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return type(error).__name__
