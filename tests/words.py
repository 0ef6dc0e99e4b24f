"""Words of a command line, some of them changed."""

from collections.abc import Sequence


def instead(words: Sequence[str], *flags: str) -> list[str]:
    """Return words with other flags, which take the place of those that are there already."""
    rest, kept = list(words), list[str]()
    while rest:
        word = rest.pop(0)
        if word.startswith("--") and word in flags:
            rest.pop(0)
        else:
            kept.append(word)
    return [*kept, *flags]
