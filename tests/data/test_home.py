from pathlib import Path

import pooch
import pytest

from ausrec.data.home import data_homes, download_home
from ausrec.errors import AusrecError


def test_order_of_places(tmp_path, monkeypatch):
    monkeypatch.setenv("AUSREC_DATA_HOME", str(tmp_path / "named"))
    cache = Path(pooch.os_cache("ausrec"))
    assert data_homes(tmp_path / "given") == [tmp_path / "given", tmp_path / "named", cache]
    assert data_homes() == [tmp_path / "named", cache]
    assert download_home() == tmp_path / "named"


@pytest.mark.parametrize("value", ["", None])
def test_without_any_name_the_cache_is_used(monkeypatch, value):
    monkeypatch.delenv("AUSREC_DATA_HOME", raising=False)
    if value is not None:
        monkeypatch.setenv("AUSREC_DATA_HOME", value)
    assert data_homes() == [Path(pooch.os_cache("ausrec"))]


def test_a_file_is_no_data_folder(tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(AusrecError, match=r"file: the data root must be a folder"):
        data_homes(file)


def test_home_folder_sign_is_expanded():
    assert data_homes("~/somewhere")[0] == Path.home() / "somewhere"
