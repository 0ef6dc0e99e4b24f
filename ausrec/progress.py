"""Progress bars that fall silent where nobody watches, and notes on what is going on."""

import os
import sys
import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

from tqdm.auto import tqdm

T = TypeVar("T")
NOTE_SECONDS = 5.0
"""After this long, what waits says so."""


def is_quiet() -> bool:
    """Tell whether `AUSREC_QUIET` asks for no progress bars (notebooks under validation do)."""
    return os.environ.get("AUSREC_QUIET", "0") not in ("", "0")


def progress(
    items: Iterable[T], description: str, *, total: int | None = None, show: bool = True
) -> "tqdm[T]":
    """Wrap an iterable in a progress bar on standard error.

    Args:
        items: what to iterate over.
        description: the words before the bar.
        total: the number of items where `items` has no length.
        show: False switches the bar off for this call; `AUSREC_QUIET=1` for all calls.
    """
    return tqdm(
        items,
        desc=description,
        total=total,
        disable=not show or is_quiet(),
        file=sys.stderr,
        leave=False,
        dynamic_ncols=True,
    )


def note(line: str) -> None:
    """Say on standard error what is going on; results alone go to standard output."""
    print(line, file=sys.stderr, flush=True)


def within(seconds: float, what: str, work: Callable[[], T]) -> T:
    """Return what `work` returns, or give it up after a time; say so while it waits.

    Args:
        seconds: after which it is given up.
        what: is waited for.
        work: is done in a thread, which ends with the process at the latest.

    Raises:
        TimeoutError: when it takes longer.
    """
    outcomes: list[T | BaseException] = []

    def do() -> None:
        try:
            outcomes.append(work())
        except BaseException as error:  # raised again where it is waited for
            outcomes.append(error)

    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    first = min(NOTE_SECONDS, seconds)
    thread.join(first)
    if thread.is_alive():
        note(f"Waiting for {what}, which is given up after {seconds:g} s.")
        thread.join(seconds - first)
    if not outcomes:
        raise TimeoutError(f"no answer within {seconds:g} s")
    if isinstance(outcomes[0], BaseException):
        raise outcomes[0]
    return outcomes[0]
