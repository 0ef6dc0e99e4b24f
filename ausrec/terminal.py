"""What may reach a terminal: no control characters, no passwords, one line for one complaint."""

import re
from typing import Any

LONGEST = 390
"""Characters of a complaint; what is longer is cut in its middle."""

# Control characters, what turns the direction of a text round, and halves of characters.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_PASSWORD = re.compile(r"(?<=://)[^/\s@]*(?:@[^/\s@]*)*@")
# What progress bars need: to the start of the line, and up a line.
_MOVES = re.compile("\r|\x1b\\[A")


def printable(text: str) -> str:
    """Return a text with its control characters written out, and without passwords in addresses.

    Line ends and tabs stay.
    """
    return _CONTROL.sub(_written, _PASSWORD.sub("***@", text))


def one_line(text: str) -> str:
    """Return a text as one printable line of at most `LONGEST` characters."""
    line = printable(" ".join(text.split()))
    half = (LONGEST - 5) // 2
    return line if len(line) <= LONGEST else f"{line[:half]} ... {line[-half:]}"


def _written(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape", "surrogatepass").decode("ascii")


class Printable:
    """A stream that lets through what is printable, and the moves of progress bars."""

    def __init__(self, stream: Any) -> None:
        """Take the stream that is written to."""
        self._stream = stream

    def write(self, text: str) -> int:
        """Write what is printable of a text."""
        moves = _MOVES.findall(text)
        parts = [printable(part) for part in _MOVES.split(text)]
        whole = parts[0] + "".join(map("".join, zip(moves, parts[1:], strict=True)))
        # A terminal that knows few letters gets the codes of the others.
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(whole.encode(encoding, "backslashreplace").decode(encoding))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        """Do everything else as the stream does."""
        return getattr(self._stream, name)
