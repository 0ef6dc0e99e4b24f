"""The ten recipes of the page on data run on the lines that they show."""

import gzip
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from ausrec.cli import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data.md"
SECTIONS = re.findall(
    r"^### (\d+)\. .*?\n(.*?)(?=^##)", PAGE.read_text(encoding="utf-8"), flags=re.M | re.S
)
FAST = [
    *("--dim", "4", "--epochs", "2", "--threads", "1", "--tasks", "none", "--weighting", "none"),
    "--train.batch_size=8",
]
RATINGS = [[u, i, 1 + i % 2, 5 - (u == i), 4, 10 * u + i] for u in range(1, 4) for i in range(1, 4)]


def test_there_are_ten() -> None:
    assert [number for number, _ in SECTIONS] == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize(
    "text", [text for number, text in SECTIONS if number != "8"], ids=lambda text: text[:20]
)
def test_recipe(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    savemat("rating_with_timestamp.mat", {"rating": np.array(RATINGS)})
    savemat("trustnetwork.mat", {"trust": np.array([[1, 2], [2, 3]])})
    for name, lines in re.findall(r"^```text (\S+)\n(.*?)^```$", text, flags=re.M | re.S):
        Path(name).write_text(lines, encoding="utf-8")
        Path(f"{name}.gz").write_bytes(gzip.compress(lines.encode()))
    commands = re.findall(r"^    (ausrec .*)$", text.replace("\\\n", " "), flags=re.M)
    assert commands
    for command in commands:
        words = shlex.split(command)[1:]
        status = main([*words, *(FAST if words[0] == "train" else [])])
        assert status == 0, capsys.readouterr().err
    shown = capsys.readouterr()
    for lines in re.findall(r"^```text\n(.*?)^```$", text, flags=re.M | re.S):
        for line in lines.splitlines():
            assert line in shown.out + shown.err
