"""A folder that a command fills: its manifest tells whose it is, and what belongs together.

Every command writes through an `OutputFolder`. What the manifest does not list is not ours, and is
neither replaced nor removed.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

from ausrec.errors import AusrecError
from ausrec.files import OURS, checksum, write_whole

MANIFEST = "manifest.json"
_MARK = "written by ausrec"


class OutputFolder:
    """A folder of ours, or one that may become ours.

    Attributes:
        path: the folder.
        kind: the command that fills it; "" where it is not ours yet.
        is_complete: False while the run that fills it goes on.
        files: the names of our files in it, with their SHA-256 ("" for one that changes).
        inputs: the SHA-256 of what they were made from, by the setting that names it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Read the manifest, where there is one.

        Raises:
            AusrecError: when the manifest is not ours, or damaged.
        """
        self.path = Path(path).expanduser()
        self.kind, self.is_complete = "", True
        self.files: dict[str, str] = {}
        self.inputs: dict[str, str] = {}
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            self._read((self.path / MANIFEST).read_bytes())

    def _read(self, text: bytes) -> None:
        try:
            held = json.loads(text)
            self.kind, self.is_complete = str(held[_MARK]), bool(held["complete"])
            self.files, self.inputs = dict(held["files"]), dict(held["inputs"])
            for name in self.files:
                self._place(name)
        except (ValueError, KeyError, TypeError) as error:
            raise AusrecError(
                f"{self.path / MANIFEST}: damaged, or not written by ausrec, so nothing in this "
                "folder is touched; choose another folder"
            ) from error

    @property
    def held(self) -> set[str]:
        """The names of what is in it, but for locks and what a killed command left half-written."""
        names = os.listdir(self.path) if self.path.exists() else ()
        return {name for name in names if not name.startswith(OURS)}

    def claim(
        self,
        kind: str,
        *,
        inputs: Mapping[str, str | Path] | None = None,
        files: Iterable[str] = (),
        is_complete: bool = True,
    ) -> None:
        """Make the folder ours, before anything is written into it.

        Args:
            kind: the command that fills it.
            inputs: what the command reads, by the option that names it.
            files: names of files that the command writes by other means than `write`.
            is_complete: False where a run is going on in it.

        Raises:
            AusrecError: when it holds something and is not ours, or an input lies in it.
        """
        check_apart(self.path, inputs or {})
        if not self.kind and self.held:
            raise AusrecError(
                f"{self.path}: is not empty, and ausrec has not written what is in it; choose "
                "another folder"
            )
        if self.kind not in ("", kind):
            raise AusrecError(
                f"{self.path}: holds what another command has written, `ausrec {self.kind}`; "
                "choose another folder"
            )
        new = {name: "" for name in files if name not in self.files}
        self.refuse_strangers(new)
        if new or self.kind != kind:
            self.kind, self.is_complete, self.files = kind, is_complete, self.files | new
            self.save()

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files, each in one go, after the manifest lists them.

        Raises:
            AusrecError: when a file of that name is there and not ours, or one cannot be written.
        """
        self.refuse_strangers(files)
        self.files |= {name: hashlib.sha256(each).hexdigest() for name, each in files.items()}
        self.save()
        for name, content in files.items():
            write_whole(self._place(name), content)

    def save(self) -> None:
        """Write the manifest."""
        held = {
            _MARK: self.kind,
            "complete": self.is_complete,
            "files": self.files,
            "inputs": self.inputs,
        }
        write_whole(self.path / MANIFEST, (json.dumps(held, indent=1) + "\n").encode())

    def is_whole(self, names: Iterable[str] | None = None) -> bool:
        """Tell whether our files, or some of them, are as they were written."""
        return all(
            self.files.get(name, "") == checksum(self.path / name) != ""
            for name in (self.files if names is None else names)
        )

    def check(self, names: Iterable[str]) -> None:
        """Raise `AusrecError` on the first of our files that is not as it was written."""
        for name in names:
            if not self.is_whole([name]):
                raise AusrecError(
                    f"{self.path / name}: missing, damaged, or changed since it was written; "
                    f"restore it, or repeat the command that wrote it"
                )

    def check_inputs(self, inputs: Mapping[str, str]) -> None:
        """Raise `AusrecError` on the first input that is not what the files were made from."""
        for setting, place in inputs.items():
            if checksum(place) != self.inputs.get(setting):
                raise AusrecError(
                    f"{place}: missing, or other data than {self.path} was made from ({setting}); "
                    "restore it, or run again into another folder"
                )

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """Keep other commands from writing here; ends with the process at the latest.

        Raises:
            AusrecError: when another command writes here.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / f"{OURS}lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise AusrecError(
                f"{self.path}: another command writes here; wait for its end, or choose another "
                "folder"
            ) from error
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.unlink(lock.lock_file)
            lock.release()

    def remove(self) -> None:
        """Remove what the manifest lists, then the manifest, and the folder if that was all."""
        for name in self.files:
            self._place(name).unlink(missing_ok=True)
        (self.path / MANIFEST).unlink(missing_ok=True)
        self.leave()

    def leave(self) -> None:
        """Remove what a killed command left half-written, and the folder if it is empty."""
        with contextlib.suppress(OSError):
            for part in self.path.glob(f"{OURS}part-*"):
                part.unlink()
            self.path.rmdir()

    def refuse_strangers(self, names: Iterable[str]) -> None:
        """Raise `AusrecError` on the first of the names that is there and not a file of ours."""
        for name in names:
            place = self._place(name)
            is_ours = name in self.files and not place.is_dir()
            if os.path.lexists(place) and not is_ours:
                raise AusrecError(
                    f"{self.path / name}: is there, and ausrec has not written it; choose another "
                    "folder"
                )

    def _place(self, name: str) -> Path:
        """Return where a file lies; a name, or a link, that leads out of the folder is no name."""
        place = self.path / PurePosixPath(name)
        parent = Path(os.path.realpath(place.parent))
        if not parent.is_relative_to(os.path.realpath(self.path)):
            raise AusrecError(f"{place}: leads out of {self.path}; choose another folder")
        return place


def check_apart(path: Path, inputs: Mapping[str, str | Path]) -> None:
    """Raise `AusrecError` when an input lies in the folder that a command writes into."""
    for option, given in inputs.items():
        # Unlike Path.resolve, this does not mind a link to itself.
        real = Path(os.path.realpath(os.path.expanduser(given)))
        if real.is_relative_to(os.path.realpath(path)):
            raise AusrecError(
                f"{path}: {option} {given} lies in it, and could be replaced; choose another "
                "folder for the output"
            )


def write_new(path: Path, content: bytes) -> None:
    """Write one file that is not there yet, in one go.

    Raises:
        AusrecError: when something is there already, or it cannot be written.
    """
    if os.path.lexists(path):
        raise AusrecError(f"{path}: is there already; choose another name")
    write_whole(path, content)
