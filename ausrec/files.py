"""Files that appear under their names only when they are complete, and what they are known by."""

import contextlib
import hashlib
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from ausrec.errors import complaint

OURS = ".ausrec-"
"""The names of locks and of files that are being written begin like this; they may be removed."""


def write_whole(path: Path, content: bytes | Callable[[BinaryIO], object]) -> None:
    """Write a file so that a kill at any moment leaves the old one or the new one.

    Args:
        path: the file; its folder is made where it is missing.
        content: what goes into it, or a function that writes it into an open file.

    Raises:
        AusrecError: when it cannot be written (a full disk, no permission).
    """
    # One name for all tries, so that what a kill leaves behind is used up by the next.
    part = path.with_name(f"{OURS}part-{path.name}")
    remedy = "choose a folder that you may write, on a disk with space"
    try:
        # torch.save tells a full disk by a RuntimeError.
        with complaint(f"{path}: cannot be written", remedy, OSError, RuntimeError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                if callable(content):
                    content(file)
                else:
                    file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
    finally:
        # Where the folder cannot be entered there is nothing to remove either.
        with contextlib.suppress(OSError):
            part.unlink()


def checksum(path: str | Path) -> str:
    """Return the SHA-256 of a file; "" where there is none that can be read, or it is a pipe."""
    try:
        status = os.stat(path)
        # What is no plain file may be read only once, or for ever.
        if os.path.isfile(path):
            return _checksum(os.fspath(path), status.st_size, status.st_mtime_ns, status.st_ino)
    except (OSError, ValueError):
        pass
    return ""


@lru_cache(maxsize=64)
def _checksum(path: str, *changes: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
