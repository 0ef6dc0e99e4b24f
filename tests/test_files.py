"""A file is there whole, or as it was."""

import errno
import os
from pathlib import Path

import pytest

from ausrec.errors import AusrecError
from ausrec.files import write_whole


def test_a_file_and_its_folder_are_written(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b", b"one")
    write_whole(tmp_path / "a" / "c", lambda file: file.write(b"two"))
    found = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert found == {"b": b"one", "c": b"two"}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
            r"file: cannot be written \(No space .* disk with space",
        ),
        (OSError(errno.EACCES, os.strerror(errno.EACCES)), r"Permission denied\); choose a folder"),
        (RuntimeError("write failed"), r"write failed\); choose a folder"),
        (KeyboardInterrupt("stop"), "stop"),
    ],
)
def test_the_old_file_stays_when_it_fails(tmp_path: Path, error: BaseException, words: str) -> None:
    def fail(file: object) -> None:
        raise error

    target = tmp_path / "file"
    target.write_bytes(b"old")
    with pytest.raises((AusrecError, KeyboardInterrupt), match=words):
        write_whole(target, fail)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert target.read_bytes() == b"old"
