from collections.abc import Callable
from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.figure import Figure

from ausrec.lab.figure import words_of
from ausrec.lab.plots.player import draw_player


def marked(figure: Figure) -> list[list[float]]:
    """Where the marked epoch stands in each of the axes."""
    lines = [[line for line in ax.lines if line.get_gid() == "epoch"] for ax in figure.axes]
    return [[float(line.get_xdata()[0]) for line in each] for each in lines]  # type: ignore[index]


def test_the_epoch_is_marked_through_all_axes(history: pd.DataFrame) -> None:
    figure = draw_player(history, 4, "val/ndcg@10", None, "")
    assert marked(figure) == [[4.0]] * 3
    for what in ("Task weights. Weight.", "Cosine of", "NDCG@10"):
        assert what in words_of(figure)


def test_what_was_not_recorded_is_left_out(history: pd.DataFrame) -> None:
    weights = history[history["quantity"] == "weight"]
    figure = draw_player(weights, 1, "val/ndcg@10", None, "")
    assert marked(figure) == [[1.0]]


def test_a_repetition_is_drawn_over_the_run(
    history: pd.DataFrame, make_history: Callable[..., pd.DataFrame]
) -> None:
    figure = draw_player(history, 2, "val/ndcg@10", make_history(lift=1.2), "Changed")
    behind = [line for line in figure.axes[0].lines if line.get_label() == "_was"]
    assert len(behind) == 7
    first = history[(history["quantity"] == "weight") & (history["task"] == "social_triangle")]
    assert list(behind[0].get_ydata()) == pytest.approx(list(first["value"]))  # type: ignore[arg-type]
    assert "Task weights: Changed." in words_of(figure)
    assert "rerun: 0.132 at 1 to 0.192 at 6, at most 0.24 at 4" in words_of(figure)


def test_the_names_of_many_tasks_have_room(many_history: Callable[[int], pd.DataFrame]) -> None:
    figure = draw_player(many_history(24), 2, "val/ndcg@10", None, "")
    for ax in figure.axes[:2]:
        boxes = sorted((name.get_window_extent() for name in ax.texts), key=lambda box: box.y0)
        assert len(boxes) == 24
        assert all(above.y0 >= below.y1 - 1 for below, above in pairwise(boxes))
        top = ax.get_window_extent()
        assert top.y0 - 20 <= boxes[0].y0 and boxes[-1].y1 <= top.y1 + 20
