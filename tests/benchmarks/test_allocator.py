"""Both sides take their steps, each in a process of its own."""

import json
import platform
from pathlib import Path

import pytest

from benchmarks.allocator import main


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not glibc")
def test_a_table_of_both_sides(tmp_path: Path) -> None:
    out = tmp_path / "table.json"
    main(["--tasks", "none", "social_link", "--steps", "1", "--rounds", "1", "--out", str(out)])
    rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert [row["tasks"] for row in rows] == ["none", "social_link"]
    for row in rows:
        assert row["faster"] == pytest.approx(row["ms a step, plain"] / row["ms a step, kept"])
        assert min(row["peak MiB, plain"], row["peak MiB, kept"]) > 50
