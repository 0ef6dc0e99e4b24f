"""`ausrec demo`, shortened: what it prints, leaves and refuses."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ausrec.cli import main
from ausrec.data import ListeningClub
from ausrec.evaluation import rank_correlation
from ausrec.folder import MANIFEST
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.runs.run_folder import RUN_FILES


@pytest.mark.usefixtures("no_report")
def test_it_tells_what_it_found_and_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--epochs", "2"]) == 0
    text = capsys.readouterr().out
    out = Path("runs/demo")
    assert {file.name for file in out.iterdir()} == {*RUN_FILES, MANIFEST}
    metrics = json.loads((out / "metrics.json").read_text())

    rows = {row["model"]: row for row in metrics["comparison"]}
    assert list(rows) == ["LightGCN", "AusRec", "Popularity"]
    assert rows["AusRec"]["ndcg@10"] == metrics["test"]["ndcg@10"]
    for name, row in rows.items():
        assert re.search(rf"{name} +{row['recall@10']:.4f} +{row['ndcg@10']:.4f}", text)

    weights = metrics["weights"]
    assert set(weights) == set(STRUCTURAL_TASKS)
    true = {}
    for name, weight in weights.items():
        found = re.search(rf"{name} +{weight:.4f} +([\d.]+)", text)
        assert found is not None
        true[name] = float(found[1])
    assert f"{rank_correlation(weights, true):.2f}" in text

    ten = text.partition("Ten artists")[2]
    named = [name for name in ListeningClub()[0]["item"].name if name in ten]
    assert len(named) >= 10
    assert "make lab" in text

    (out / "notes.txt").write_text("mine")
    assert main(["demo", "--epochs", "1"]) == 0
    assert json.loads((out / "metrics.json").read_text())["epochs"] == 1
    assert (out / "notes.txt").read_text() == "mine"
    # It is a run as any other.
    capsys.readouterr()
    assert main(["recommend", "--run", "runs/demo", "--user", "u001", "-k", "3"]) == 0
    assert "(u001)" in capsys.readouterr().out


def test_it_never_replaces_another_run(
    with_run: Path, complaint: Callable[[list[str]], str]
) -> None:
    before = Path("run/model.safetensors").read_bytes()
    assert "holds what another command has written, `ausrec train`" in complaint(
        ["demo", "--out", "run"]
    )
    assert Path("run/model.safetensors").read_bytes() == before
    assert "ausrec has not written what is in it" in complaint_on_files(complaint)


def complaint_on_files(complaint: Callable[[list[str]], str]) -> str:
    Path("mine").mkdir()
    Path("mine/config.yaml").write_text("mine")
    return complaint(["demo", "--out", "mine"])
