import os
from pathlib import Path

import numpy as np
import pytest
import yaml

from ausrec.errors import AusrecError
from ausrec.lab.reports.page import page_template, write_page, yaml_text


def test_a_page_that_cannot_be_written_harms_nothing(tmp_path: Path) -> None:
    with pytest.raises(AusrecError, match=r"cannot write the report .*missing.r\.html: No such"):
        write_page(tmp_path / "missing" / "r.html", "page")
    (tmp_path / "folder").mkdir()
    with pytest.raises(AusrecError, match="cannot write the report"):
        write_page(tmp_path / "folder", "page")
    assert os.listdir(tmp_path) == ["folder"]


def test_what_a_kill_left_behind_is_used_up(tmp_path: Path) -> None:
    (tmp_path / "r.html.part").write_text("half a pa", encoding="utf-8")
    assert write_page(tmp_path / "r.html", "page").read_text("utf-8") == "page"
    assert os.listdir(tmp_path) == ["r.html"]


def test_settings_are_plain_yaml_in_their_order() -> None:
    settings = {"tasks": ("b", "a"), "root": Path("data"), "dim": np.int64(8), "name": "Söhne"}
    text = yaml_text(settings)
    assert yaml.safe_load(text) == {
        "tasks": ["b", "a"],
        "root": "data",
        "dim": "8",
        "name": "Söhne",
    }
    assert [line.partition(":")[0] for line in text.splitlines() if line[0] != "-"] == [*settings]
    assert "Söhne" in text
    assert yaml_text({}) == ""


@pytest.mark.parametrize("name", ["run_report.html.j2", "grid_report.html.j2"])
def test_every_report_has_its_template(name: str) -> None:
    assert page_template(name).name == name
