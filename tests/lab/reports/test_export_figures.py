from pathlib import Path

import pytest

from ausrec.errors import AusrecError
from ausrec.lab.plots.rank_diagram import plot_ranks
from ausrec.lab.reports.export_figures import save_figure
from tests.lab.plots.test_grids import RANKING


def test_the_same_figure_gives_the_same_files_in_three_formats(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        assert save_figure(plot_ranks(RANKING), tmp_path / folder, "ranks") == [
            "ranks.png",
            "ranks.svg",
            "ranks.pdf",
        ]
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_no_file_tells_when_or_with_what_it_was_made(tmp_path: Path) -> None:
    save_figure(plot_ranks(RANKING), tmp_path, "ranks")
    svg = (tmp_path / "ranks.svg").read_text(encoding="utf-8")
    assert "<dc:date>" not in svg
    assert "Without a significant difference: a, b; b, c." in svg
    for name in ("ranks.pdf", "ranks.png"):
        content = (tmp_path / name).read_bytes().lower()
        assert b"creationdate" not in content
        assert b"matplotlib" not in content


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AusrecError, match=r"cannot write figures into .*file"):
        save_figure(plot_ranks(RANKING), tmp_path / "file", "ranks")
