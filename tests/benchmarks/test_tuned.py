"""What was found when models were tuned can be read again, or says what is wrong."""

import re
from pathlib import Path

import pytest

from ausrec.errors import AusrecError
from benchmarks.tuned import Space, Tuned, read_tuned, write_tuned

SPACES: dict[str, Space] = {
    "small": {"model.keep_edges": (0.8, 1.0)},
    "large": {"weighting.fixed": ({"sgl": 0.1}, {"sgl": 0.03}), "model.social": (True, False)},
}


def test_it_reads_what_it_wrote(tmp_path: Path) -> None:
    tuned = {
        "large": Tuned({"weighting.fixed": {"sgl": 0.03}, "model.social": False}, 0.123456789),
        "small": Tuned({"model.keep_edges": 0.8}, 0.5),
    }
    write_tuned(tmp_path / "tuned.yaml", tuned)
    assert read_tuned(tmp_path / "tuned.yaml", SPACES) == tuned


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "write a model a line"),
        ("other: {settings: {}, value: 0.1}", "no model 'other'; there are small, large"),
        ("small: 0.1", "small: write its settings and its value"),
        ("small: {settings: {}, value: 0.1}", "small: its settings are model.keep_edges"),
        (
            "small: {settings: {model.keep_edges: 0.7}, value: 0.1}",
            "small: model.keep_edges cannot be 0.7",
        ),
        (
            "small: {settings: {model.keep_edges: 0.8}, value: high}",
            "small: its value must be a number",
        ),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "tuned.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AusrecError, match=f"{file}: {re.escape(says)}"):
        read_tuned(file, SPACES)
