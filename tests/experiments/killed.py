"""`ausrec` in a process that kills itself as it comes to a given step of writing its files."""

import os
import signal
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

from ausrec.cli import main
from ausrec.experiments import Result, Run, SerialEngine, Store, compare
from ausrec.files import OURS
from ausrec.lab.reports import compare_and_report


def run(words: list[str], folder: Path, notes: Path, kill_at: str | None) -> None:
    """Do `ausrec WORDS` in a folder, in this process, which then ends.

    A step is a file of the folder that is opened for writing, or put into its place: `open NAME`,
    `rename NAME`. What differs from run to run, times and memory, is kept as 1, so that all files
    can be compared by their bytes.

    Args:
        words: the command line.
        folder: the current one.
        notes: a file outside the folder, to which all steps are added.
        kill_at: the step at which the process kills itself; None for none.
    """
    os.chdir(folder)
    save, dying = Store.save, list[str]()

    def save_timeless(store: Store, done: Run, result: Result) -> None:
        is_time = result.history["quantity"] == "seconds"
        history = result.history.assign(value=result.history["value"].mask(is_time, 1.0))
        one = dict.fromkeys(("seconds", "cpu_seconds", "seconds_per_epoch", "peak_mib"), 1.0)
        save(store, done, replace(result, history=history, **one))

    def compare_here(*given: Any, **more: Any) -> Any:
        return compare(*given, **more | {"engine": SerialEngine()})

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        path = None if dying else written(event, arguments)
        if path is None or not path.is_relative_to(folder) or path.name == f"{OURS}lock":
            return
        step = f"{event.removeprefix('os.')} {path.relative_to(folder)}"
        with os.fdopen(os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT), "w") as file:
            file.write(f"{step}\n")
        if step == kill_at:
            if event == "open":
                dying.append(step)  # this, too, is a file that is opened
                # What a write leaves that is cut off.
                path.write_text("half a fi")
            os.kill(os.getpid(), signal.SIGKILL)

    Store.save = save_timeless  # type: ignore[method-assign]
    compare_and_report.compare = compare_here  # type: ignore[assignment]
    sys.addaudithook(watch)
    with redirect_stdout(StringIO()):
        status = main(words)
    sys.exit(status)


def written(event: str, arguments: tuple[Any, ...]) -> Path | None:
    """Return the file that is opened for writing, or moved into its place, in an audited event."""
    if event == "os.rename":
        return Path(os.fsdecode(arguments[1])).absolute()
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        is_write = (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR)
        return Path(os.fsdecode(arguments[0])).absolute() if is_write else None
    return None
