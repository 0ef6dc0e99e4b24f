"""`ausrec data`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ausrec.cli import main
from ausrec.cli.data_command import data
from ausrec.data import DATASETS

Complaint = Callable[[list[str]], str]


def test_help_names_all_four(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data"]) == 2
    text = capsys.readouterr().out
    assert all(f"  {name} " in text for name in data.commands)
    for name in data.commands:
        assert main(["data", name, "--help"]) == 0
        assert f"usage: ausrec data {name}" in capsys.readouterr().out


def test_list_shows_every_data_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUSREC_DATA_HOME", str(tmp_path))
    assert main(["data", "list"]) == 0
    rows = {line.split()[0]: line.split()[-1] for line in capsys.readouterr().out.splitlines()[1:]}
    assert set(rows) == set(DATASETS)
    assert rows["club"] == "yes"


def test_describe_counts_tables_and_data_sets(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "describe", "--interactions", "plays.csv"]) == 0
    assert ["user", "nodes", "30"] in [x.split() for x in capsys.readouterr().out.splitlines()]
    assert main(["data", "describe", "club"]) == 0
    assert ["genre", "nodes", "10"] in [x.split() for x in capsys.readouterr().out.splitlines()]


def test_make_writes_the_club_and_never_over_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], complaint: Complaint
) -> None:
    folder = tmp_path / "club"
    assert main(["data", "make", "--folder", str(folder)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(list(folder.glob("*.csv"))) == 5
    before = (folder / "plays.csv").read_bytes()
    assert "differs" in complaint(["data", "make", "--folder", str(folder), "--seed", "1"])
    assert (folder / "plays.csv").read_bytes() == before
    words = ["data", "make", "--folder", str(folder), "--seed", "1", "--overwrite"]
    assert main(words) == 0
    assert (folder / "plays.csv").read_bytes() != before


def test_fetch_needs_no_network_for_what_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "fetch", "club"]) == 0
    assert "needs no files" in capsys.readouterr().out


def test_a_truncated_download_is_refused_and_left_alone(
    tmp_path: Path, complaint: Complaint
) -> None:
    for name in ("train", "test", "social"):
        file = tmp_path / "ausrec" / "lastfm" / f"{name}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("0 1 2\n")
    for words in (
        ["data", "fetch", "lastfm", "--data-root", str(tmp_path)],
        [
            "train",
            "--dataset",
            "lastfm",
            "--data-root",
            str(tmp_path),
            "--out",
            str(tmp_path / "r"),
        ],
    ):
        said = complaint(words)
        assert "train.txt: not the published file" in said and "move it away" in said
    assert file.read_text() == "0 1 2\n"
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lst"], "unknown command 'data lst'; did you mean 'list'?"),
        (["fetch"], "NAMES is missing"),
        (["fetch", "clubb"], "'clubb' is unknown; did you mean 'club'?"),
        (["describe", "clubb"], "'clubb' is unknown; did you mean 'club'?"),
        (["describe"], "no data is named"),
        (["describe", "club", "--dim", "3"], "--model.dim says nothing about data: leave it out"),
        (["make"], "--folder is missing: add --folder DIR"),
        (["make", "--folder", "x", "--seed", "y"], "seed is 'y', but must be a whole number"),
        (["make", "--folder", "x", "--seed", "-1"], "seed is -1, but must be 0 or more"),
    ],
)
def test_wrong_words_are_told(words: list[str], said: str, complaint: Complaint) -> None:
    assert said in complaint(["data", *words])
