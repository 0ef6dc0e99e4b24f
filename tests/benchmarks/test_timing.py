"""Alternation, medians, tables."""

import json
from pathlib import Path

import pytest

from benchmarks import timing
from benchmarks.timing import (
    alternate,
    markdown,
    mean_and_spread,
    peak_memory,
    print_tables,
    report,
)


def test_sides_take_turns_and_warm_ups_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, calls = [0.0], []
    costs = {"A": iter([100.0, 1.0, 5.0, 3.0]), "B": iter([100.0, 2.0, 2.0, 8.0])}

    def side(name: str) -> None:
        calls.append(name)
        clock[0] += next(costs[name])

    monkeypatch.setattr(timing.time, "perf_counter", lambda: clock[0])
    found = alternate({"A": lambda: side("A"), "B": lambda: side("B")}, repeats=3)
    assert calls == list("ABABABAB")
    assert found == {"A": 3.0, "B": 2.0}


def test_markdown_shows_three_digits() -> None:
    rows = [{"name": "x", "n": 12345, "value": 1234.56}, {"name": "y", "n": 2, "value": 0.01234}]
    assert markdown(rows).splitlines() == [
        "| name | n | value |",
        "| --- | --- | --- |",
        "| x | 12,345 | 1,235 |",
        "| y | 2 | 0.0123 |",
    ]


def test_report_prints_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "rows.json"
    report("Title", [{"a": 1.5}], out)
    assert "### Title" in capsys.readouterr().out
    assert json.loads(out.read_text()) == {"title": "Title", "rows": [{"a": 1.5}]}


def test_peak_memory_is_in_bytes() -> None:
    # A Python with PyTorch loaded takes more than 100 MiB and less than 100 GiB.
    assert 100 * 2**20 < peak_memory() < 100 * 2**30


def test_mean_and_spread() -> None:
    assert mean_and_spread([0.1, 0.2, 0.3]) == "0.2000 ± 0.1000"
    assert mean_and_spread([0.25], 2) == "0.25"


def test_tables_are_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = {"One": [{"a": "x ± y"}], "None": []}
    print_tables(tables, tmp_path / "new" / "tables.json")
    printed = capsys.readouterr().out
    assert "### One\n\n| a |" in printed
    assert "### None" not in printed
    assert json.loads((tmp_path / "new" / "tables.json").read_text()) == tables
