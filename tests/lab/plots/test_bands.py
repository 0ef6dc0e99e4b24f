"""Bands of conditions, and where embeddings go."""

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from ausrec.errors import AusrecError
from ausrec.lab.plots.bands import plot_bands, plot_geometry


@pytest.mark.parametrize("name", ["a", "equal(weight=0.001) · sgl_node_dropout"])
def test_numbers_are_ticks_and_names_stand_within_the_figure(name: str) -> None:
    table = pd.DataFrame({"mean": [0.1, 0.2], "low": 0.0, "high": 0.3}, index=[0.2, 0.5])
    figure = plot_bands({name: table}, title="T", x_label="share", y_label="NDCG@10")
    (ax,) = figure.axes
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0.2", "0.5"]
    FigureCanvasAgg(figure).draw()
    (label,) = (text for text in ax.texts if " ".join(text.get_text().split()) == name)
    assert label.get_window_extent().x1 <= figure.bbox.x1


def test_nothing_to_draw_is_told() -> None:
    nothing = pd.DataFrame({"mean": [None], "low": [None], "high": [None]}, dtype=float)
    with pytest.raises(AusrecError, match="no lines to draw"):
        plot_bands({"a": nothing}, title="", x_label="", y_label="")


def watched(*, tasks: bool = True) -> pd.DataFrame:
    """Histories of two variants and two seeds; the second seed stops after epoch 4."""
    rows = []
    for variant in ("LightGCN", "sgl"):
        for seed, epochs in ((0, 7), (1, 4)):
            for epoch in range(1, epochs + 1):
                place = ("club", variant, seed, epoch)
                rows.append((*place, "val/ndcg@10", "", 0.1 + 0.01 * epoch))
                rows.append((*place, "loss", "main", 0.7 / epoch))
                if tasks and variant == "sgl":
                    rows += [(*place, "loss", task, 2.0 + seed) for task in ("a", "b")]
                if epoch % 3 == 1:
                    rows.append((*place, "embedding_alignment", "", 0.5))
                    rows += [
                        (*place, "embedding_uniformity", side, -epoch - seed)
                        for side in ("user", "item")
                    ]
    columns = ["dataset", "variant", "seed", "epoch", "quantity", "task", "value"]
    return pd.DataFrame(rows, columns=columns)


def test_a_panel_without_a_value_is_left_out() -> None:
    shown = [ax for ax in plot_geometry(watched(tasks=False)).axes if ax.get_visible()]
    assert len(shown) == 5


@pytest.mark.parametrize("width", [5, 30, 45, 60])
def test_the_legend_of_the_geometry_stays_within_the_figure(width: int) -> None:
    table = watched()
    long = {name: name.ljust(width, "x") for name in table["variant"].unique()}
    both = pd.concat([table.assign(variant=table["variant"].map(long)), table])
    figure = plot_geometry(both)
    FigureCanvasAgg(figure).draw()
    (legend,) = figure.legends
    box = legend.get_window_extent()
    assert box.x0 >= 0 and box.x1 <= figure.bbox.x1
    assert all(box.y0 >= ax.get_window_extent().y1 for ax in figure.axes)
