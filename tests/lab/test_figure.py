import base64

import pytest
from matplotlib.figure import Figure

from ausrec.lab.figure import ShownFigure, describe_figure, figure_files, words_of
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


def test_the_same_figure_gives_the_same_files_in_three_formats() -> None:
    files = figure_files(plot_ranks(RANKING), "ranks")
    assert list(files) == ["ranks.png", "ranks.svg", "ranks.pdf"]
    assert figure_files(plot_ranks(RANKING), "ranks") == files


def test_no_file_tells_when_or_with_what_it_was_made() -> None:
    files = figure_files(plot_ranks(RANKING), "ranks")
    svg = files["ranks.svg"].decode()
    assert "<dc:date>" not in svg
    assert "The critical difference is 1.10." in svg
    for name in ("ranks.pdf", "ranks.png"):
        content = files[name].lower()
        assert b"creationdate" not in content
        assert b"matplotlib" not in content
