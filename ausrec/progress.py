"""Progress bars that fall silent where nobody watches, and notes on what is going on."""

import os
import sys
from collections.abc import Iterable
from typing import TypeVar

from tqdm.auto import tqdm

T = TypeVar("T")


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
