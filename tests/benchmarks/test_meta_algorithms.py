"""A tiny comparison of initialisations from the command line."""

import json
from pathlib import Path

import pytest

from benchmarks.meta_algorithms import ALL, main


@pytest.mark.slow
def test_every_start_is_compared(tmp_path: Path) -> None:
    out, log = tmp_path / "tables.json", tmp_path / "log.jsonl"
    words = ["--dataset", "club", "--seeds", "1", "--meta-epochs", "1", "--epochs", "2"]
    main([*words, "--dim", "8", "--log", str(log), "--out", str(out)])
    (rows,) = json.loads(out.read_text()).values()
    assert [row["start"] for row in rows] == list(ALL)
    gains = {row["start"]: row["adaptation lowers the loss by, %"] for row in rows}
    assert gains["random start"] == gains["AusRec"] == "–"
    assert float(gains["no adaptation"]) == 0 < float(gains["MAML"])
    assert len(log.read_text().splitlines()) == len(ALL)
