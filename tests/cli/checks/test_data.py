"""The data folder, and which data sets are in it."""

import os
from pathlib import Path

import pytest

from ausrec.cli.checks import data
from ausrec.data.catalog import DATASETS


def test_a_folder_that_can_be_written_is_fine(tmp_path: Path) -> None:
    assert data.check_data_folder(tmp_path) == data.Check("data folder", True, str(tmp_path))


def test_a_folder_that_can_be_made_is_fine_and_is_not_made(tmp_path: Path) -> None:
    check = data.check_data_folder(tmp_path / "new" / "deep")
    assert check.ok and "first download" in check.detail
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    check = data.check_data_folder(tmp_path)
    assert not check.ok and "AUSREC_DATA_HOME" in check.remedy


def test_a_file_in_place_of_the_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "file"
    place.touch()
    monkeypatch.setenv("AUSREC_DATA_HOME", str(place))
    check = data.check_data_folder()
    assert not check.ok and not check.optional and str(place) in check.detail
    assert data.check_data_sets() == []


def test_data_sets_are_there_in_part_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUSREC_DATA_HOME", str(tmp_path / "empty"))
    for name in (*DATASETS["lastfm"].files, DATASETS["epinions"].files[0]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    checks = {check.name: check for check in data.check_data_sets(tmp_path)}
    assert checks["data: lastfm"].ok
    assert checks["data: lastfm"].detail == str(tmp_path / "ausrec" / "lastfm")
    assert checks["data: epinions"].detail == "1 of 3 files here"
    assert checks["data: club"].ok
    assert checks["data: dbook"].detail == "not here"
    assert all(check.optional for check in checks.values() if not check.ok)
    assert all("ausrec data fetch" in check.remedy for check in checks.values() if not check.ok)


def test_the_real_data_sets_are_recognised(real_data: Path) -> None:
    assert all(check.ok for check in data.check_data_sets(real_data))
