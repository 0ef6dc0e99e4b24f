"""A process that dies just before a given one of its file operations, as by a power cut."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink")
KILLED = 9


def watch(folder: Path, act: Callable[[str], None]) -> None:
    """Call `act` just before this process changes something below a folder, from now on.

    Args:
        folder: resolved.
        act: is given the operation, as "os.rename new.txt".
    """
    busy = list[str]()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if busy or not (event in CHANGES or (event == "open" and _writes(arguments))):
            return
        busy.append(event)  # what `act` opens itself does not count
        try:
            for given in arguments[:2]:
                if isinstance(given, str | bytes | os.PathLike):
                    path = Path(os.fsdecode(given)).absolute()
                    if path.is_relative_to(folder):
                        act(f"{event} {path.relative_to(folder)}")
                        break
        finally:
            busy.clear()

    sys.addaudithook(hook)


def _writes(arguments: tuple[Any, ...]) -> bool:
    flags = arguments[2] if isinstance(arguments[2], int) else 0
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def die_before(number: int | None, folder: Path, notes: Path | None = None) -> None:
    """End this process just before its file operation of that number below a folder.

    Args:
        number: from 0; None for never.
        folder: resolved.
        notes: a file outside the folder, to which a line is added for every operation.
    """
    done = [0]

    def count(operation: str) -> None:
        if notes is not None:
            with notes.open("a") as file:
                file.write(f"{operation}\n")
        if done[0] == number:
            os._exit(KILLED)
        done[0] += 1

    watch(folder, count)
