"""What reaches a terminal is printable, and a complaint is one short line."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ausrec.terminal import LONGEST, Printable, one_line, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢\n\t", "plain é 漢\n\t"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x9b2J\x7f", "\\x9b2J\\x7f"),
        ("a\u202eb", "a\\u202eb"),
        ("\udcff", "\\udcff"),
        ("https://ann:p@ss@host/x and ftp://bob@host", "https://***@host/x and ftp://***@host"),
        ("ann@example.org https://host/@x", "ann@example.org https://host/@x"),
    ],
)
def test_control_characters_and_passwords(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_a_line_is_one_line_and_short(text: str) -> None:
    line = one_line(text)
    assert len(line) <= LONGEST and len(line.splitlines()) <= 1
    assert line.isprintable() or any(not c.isprintable() and ord(c) > 0x9F for c in line)


def test_a_long_line_keeps_both_ends() -> None:
    line = one_line("begin " + "x" * 1000 + " end")
    assert line.startswith("begin ") and line.endswith(" end") and " ... " in line


def test_a_stream_lets_progress_bars_move_and_writes_codes_of_unknown_letters() -> None:
    raw = io.BytesIO()
    stream = Printable(io.TextIOWrapper(raw, "ascii"))
    assert stream.write("\r10 %\x1b[A\x1b[2J – é") == 16
    stream.flush()
    assert raw.getvalue() == b"\r10 %\x1b[A\\x1b[2J \\u2013 \\xe9"
