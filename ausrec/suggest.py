"""Help with misspelt names."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of an error message: the nearest known name, else all of them."""
    names = list(known)
    close = get_close_matches(name, names, n=1)
    return f"; did you mean '{close[0]}'?" if close else f"; known are {', '.join(sorted(names))}"
