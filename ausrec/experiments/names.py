"""The names and seeds of a grid, as they are written."""

from collections.abc import Sequence

from ausrec.errors import AusrecError, check_not_negative
from ausrec.experiments.strategies import split_outside

Names = str | Sequence[str]
# A longer count is a seed that was meant as one of a list.
MOST_SEEDS = 1000


def read_names(names: Names) -> tuple[str, ...]:
    """Read a list of names, or one text with commas; each name once."""
    parts = split_outside(names) if isinstance(names, str) else [name.strip() for name in names]
    return tuple(dict.fromkeys(part for part in parts if part))


def read_seeds(seeds: int | str | Sequence[int]) -> tuple[int, ...]:
    """Read `3` as 0, 1, 2, and `"3,5,8"` as these.

    Raises:
        AusrecError: when there is none, one is below 0 or beyond 64 bits, or a count
            is above 1,000.
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
    if isinstance(given, int) and given > MOST_SEEDS:
        raise AusrecError(
            f"seeds '{given}' are the seeds from 0 to {given - 1}, more than {MOST_SEEDS}: write "
            f"'{given},' for this seed alone"
        )
    listed = list(range(given)) if isinstance(given, int) else given
    if not listed:
        raise AusrecError("no seeds: give a number above 0, or which, as 3,5,8")
    for seed in listed:
        check_not_negative(**{"a seed": seed})
    return tuple(dict.fromkeys(listed))
