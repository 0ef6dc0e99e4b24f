import base64
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from ausrec.errors import AusrecError
from ausrec.lab.figure import ShownFigure, describe_figure, save_figure, words_of
from ausrec.lab.plots import plot_weights
from ausrec.lab.plots.rank_diagram import plot_ranks
from tests.lab.plots.test_grids import RANKING


def drawn(kind=ShownFigure):
    figure = kind(figsize=(3, 2))
    ax = figure.subplots()
    ax.plot([1, 2], label="one")
    ax.set_title("Rises", loc="left")
    ax.set(xlabel="Epoch", ylabel="Weight")
    return figure


def test_shows_itself_with_its_words():
    data, metadata = drawn()._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == "<ShownFigure size 300x200 with 1 Axes>"
    assert metadata["image/png"]["alt"] == "Rises. Weight against Epoch. one: 1 at 0 to 2 at 1."


def test_same_figure_same_bytes():
    assert drawn()._repr_mimebundle_() == drawn()._repr_mimebundle_()


def test_own_words_come_first():
    figure = drawn()
    figure.alt = "A line that rises."
    assert words_of(figure) == "A line that rises."


@pytest.mark.parametrize("kind", [Figure, ShownFigure])
def test_describes_any_figure(kind):
    assert describe_figure(drawn(kind)) == "Rises. Weight against Epoch. one: 1 at 0 to 2 at 1."
    assert describe_figure(kind()) == "Figure"


def test_figures_of_runs_show_themselves(history):
    _, metadata = plot_weights(history)._repr_mimebundle_()
    assert "Weight against Epoch" in metadata["image/png"]["alt"]


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
    assert "The critical difference is 1.10." in svg
    for name in ("ranks.pdf", "ranks.png"):
        content = (tmp_path / name).read_bytes().lower()
        assert b"creationdate" not in content
        assert b"matplotlib" not in content


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AusrecError, match=r"cannot write figures into .*file"):
        save_figure(plot_ranks(RANKING), tmp_path / "file", "ranks")
