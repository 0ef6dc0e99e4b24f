"""`ausrec doctor`."""

from pathlib import Path

import pytest

from ausrec.cli import main
from ausrec.cli.checks import Check


def test_its_status_tells_whether_all_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = []

    def look(data_root: str | None) -> list[Check]:
        seen.append(data_root)
        return [Check("torch", len(seen) == 1, "found", "install it")]

    monkeypatch.setattr("ausrec.cli.doctor_command.doctor", look)
    assert main(["doctor", "--data-root", str(tmp_path)]) == 0
    assert main(["doctor"]) == 2
    assert seen == [str(tmp_path), None]
    assert "To be mended: torch" in capsys.readouterr().out
