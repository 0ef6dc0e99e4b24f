"""Plain tables."""

import pandas as pd
import pytest
from ausrec.cli.text import note, text_table


def test_texts_stand_to_the_left_and_numbers_to_the_right() -> None:
    frame = pd.DataFrame({"name": ["a", "long"], "ndcg@10": [0.5, 0.25], "n": [5, 1234]})
    assert text_table(frame).splitlines() == [
        "  name  ndcg@10      n",
        "  a      0.5000      5",
        "  long   0.2500  1,234",
    ]


def test_notes_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    note("reading")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "reading\n")
