import base64

import pytest
from matplotlib.figure import Figure

from ausrec.lab.figure import ShownFigure, describe_figure
from ausrec.lab.plots import plot_weights


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
    assert metadata["image/png"]["alt"] == "Rises; Weight against Epoch; shown: one"


def test_same_figure_same_bytes():
    assert drawn()._repr_mimebundle_() == drawn()._repr_mimebundle_()


def test_own_words_come_first():
    figure = drawn()
    figure.alt = "A line that rises."
    assert figure.words() == "A line that rises."


@pytest.mark.parametrize("kind", [Figure, ShownFigure])
def test_describes_any_figure(kind):
    assert describe_figure(drawn(kind)) == "Rises; Weight against Epoch; shown: one"
    assert describe_figure(kind()) == "Figure"


def test_figures_of_runs_show_themselves(history):
    assert "Weight" in plot_weights(history)._repr_mimebundle_()[1]["image/png"]["alt"]
