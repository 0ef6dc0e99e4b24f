"""Claiming a folder, filling it, and leaving what was there alone."""

import errno
from dataclasses import replace
from pathlib import Path

import pytest
from ausrec.cli.folder import RunFolder, is_finished
from ausrec.cli.run_files import CONFIG, METRICS, MODEL, is_run

from ausrec.cli.flags import to_yaml
from ausrec.errors import AusrecError
from ausrec.training import TrainConfig
from ausrec.training.recipe import Recipe

RECIPE = Recipe(train=TrainConfig(epochs=5))
FILES = {CONFIG: to_yaml(RECIPE, "test").encode(), METRICS: b"{}", MODEL: b"model"}


def claim(path: Path, recipe: Recipe = RECIPE, **flags: bool) -> RunFolder:
    return RunFolder(path, recipe, "test", **flags)


def content(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir() if file.is_file()}


def test_a_run_leaves_exactly_its_files(tmp_path: Path) -> None:
    folder = claim(tmp_path / "a" / "b")
    folder.checkpoint.write_bytes(b"state")
    folder.finish(FILES)
    assert [p.name for p in sorted((tmp_path / "a" / "b").iterdir())] == sorted(FILES)
    assert content(tmp_path / "a" / "b") == FILES
    assert is_run(tmp_path / "a" / "b") and is_finished(tmp_path / "a" / "b", RECIPE)
    assert not is_finished(tmp_path / "a" / "b", Recipe())


def test_an_abandoned_run_leaves_nothing(tmp_path: Path) -> None:
    claim(tmp_path / "a").abandon()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_anything_in_it_is_refused_and_unharmed(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("words")
    (tmp_path / CONFIG).write_text("mine")
    for flags in ({}, {"resume": True}, {"overwrite": True}):
        with pytest.raises(AusrecError, match=r"choose another"):
            claim(tmp_path, **flags)
    assert content(tmp_path) == {"thesis.txt": b"words", CONFIG: b"mine"}


def test_overwrite_replaces_the_files_of_a_run_and_no_others(tmp_path: Path) -> None:
    claim(tmp_path / "r").finish({**FILES, "weights.png": b"old"})
    (tmp_path / "r" / "notes.txt").write_text("mine")
    folder = claim(tmp_path / "r", overwrite=True)
    assert content(tmp_path / "r")[MODEL] == b"model"
    folder.finish({**FILES, MODEL: b"new"})
    assert content(tmp_path / "r") == {**FILES, MODEL: b"new", "notes.txt": b"mine"}


def test_an_unfinished_run_is_continued_only_when_asked_and_only_by_itself(tmp_path: Path) -> None:
    claim(tmp_path / "r").checkpoint.write_bytes(b"state")
    with pytest.raises(AusrecError, match="add --resume"):
        claim(tmp_path / "r")
    other = replace(RECIPE, train=TrainConfig(epochs=5, seed=1))
    with pytest.raises(AusrecError, match="other settings"):
        claim(tmp_path / "r", other, resume=True)
    longer = replace(RECIPE, train=TrainConfig(epochs=9))
    assert claim(tmp_path / "r", longer, resume=True).can_resume
    anew = claim(tmp_path / "r", other, overwrite=True)
    assert not anew.can_resume


def test_a_failed_run_over_another_leaves_the_other(tmp_path: Path) -> None:
    claim(tmp_path / "r").finish(FILES)
    claim(tmp_path / "r", overwrite=True).abandon()
    assert content(tmp_path / "r") == FILES
    assert [p.name for p in sorted((tmp_path / "r").iterdir())] == sorted(FILES)


def test_a_full_disk_harms_nothing_and_keeps_the_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim(tmp_path / "r").finish(FILES)
    folder = claim(tmp_path / "r", overwrite=True)
    folder.checkpoint.write_bytes(b"state")
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name == MODEL:
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(AusrecError, match=r"the disk is full.*--resume continues"):
        folder.finish({**FILES, METRICS: b"new"})
    folder.abandon()
    assert content(tmp_path / "r") == FILES
    assert folder.can_resume
    monkeypatch.undo()
    claim(tmp_path / "r", resume=True).finish({**FILES, METRICS: b"new"})
    assert content(tmp_path / "r") == {**FILES, METRICS: b"new"}


def test_a_disk_that_is_full_from_the_start_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(AusrecError, match="the disk is full"):
        claim(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_places_that_cannot_be_folders_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(AusrecError, match="a file is there already"):
        claim(tmp_path / "file")
    with pytest.raises(AusrecError, match="choose another place"):
        claim(tmp_path / "file" / "below")

    def denied(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(AusrecError, match="choose a folder that you may write"):
        claim(tmp_path / "r")
    assert (tmp_path / "file").read_text() == "mine"
