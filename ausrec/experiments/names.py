"""The names and seeds of a grid, as they are written."""

from collections.abc import Sequence

from ausrec.errors import AusrecError
from ausrec.experiments.strategies import split_outside

Names = str | Sequence[str]


def read_names(names: Names) -> tuple[str, ...]:
    """Read a list of names, or one text with commas; each name once."""
    parts = split_outside(names) if isinstance(names, str) else [name.strip() for name in names]
    return tuple(dict.fromkeys(part for part in parts if part))


def read_seeds(seeds: int | str | Sequence[int]) -> tuple[int, ...]:
    """Read `3` as 0, 1, 2, and `"3,5,8"` as these.

    Raises:
        AusrecError: when there is none, or one is no whole number from 0 up.
    """
    if isinstance(seeds, str):
        words = [word.strip() for word in seeds.split(",") if word.strip()]
        if not all(word.isascii() and word.isdigit() for word in words):
            raise AusrecError(f"seeds '{seeds}': write how many, or which with commas, as 3,5,8")
        numbers = [int(word) for word in words]
        # "3," is seed 3 alone.
        given: int | list[int] = numbers[0] if len(words) == 1 and "," not in seeds else numbers
    else:
        given = seeds if isinstance(seeds, int) else list(seeds)
    listed = list(range(given)) if isinstance(given, int) else given
    if not listed:
        raise AusrecError("no seeds: give a number above 0, or which, as 3,5,8")
    if min(listed) < 0:
        raise AusrecError(f"seeds {listed}: a seed is a whole number from 0 up")
    return tuple(dict.fromkeys(listed))
