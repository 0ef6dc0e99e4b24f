from collections.abc import Callable
from itertools import pairwise

import pandas as pd
import pytest

from ausrec.lab.figure import words_of
from ausrec.lab.plots.stacked import draw_runs, finish, stacked_axes


def test_axes_stand_above_one_another_with_their_heights() -> None:
    axes = stacked_axes([2.0, 1.0])
    figure = finish(axes)
    inches = [ax.get_position().height * figure.get_figheight() for ax in axes]
    assert inches == pytest.approx([2.0, 1.0])
    assert axes[0].get_position().y0 > axes[1].get_position().y1
    assert axes[0].get_position().x0 == axes[1].get_position().x0


def test_only_the_lowest_axes_name_the_epochs(history: pd.DataFrame) -> None:
    figure = draw_runs({"1 a": history, "2 b": history}, "val/ndcg@10")
    assert [ax.get_xlabel() for ax in figure.axes] == ["", "Epoch"]
    assert figure.axes[1].get_title(loc="left") == "Task weights in run 2 b"
    assert "of 2 runs" in words_of(figure) and "run 2 b: Line chart of the mean weight" in words_of(
        figure
    )


def test_without_weights_there_is_one_chart(make_history: object) -> None:
    bare = make_history(tasks=False)  # type: ignore[operator]
    figure = draw_runs({"1 none": bare}, "val/ndcg@10")
    assert len(figure.axes) == 1 and "weight" not in words_of(figure)


def test_the_names_of_many_tasks_have_room(many_history: Callable[[int], pd.DataFrame]) -> None:
    figure = draw_runs({"1 a": many_history(24)}, "val/ndcg@10")
    names = figure.axes[1].texts
    assert len(names) == 24
    boxes = sorted((name.get_window_extent() for name in names), key=lambda box: box.y0)
    assert all(above.y0 >= below.y1 - 1 for below, above in pairwise(boxes))
    assert all(figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1 for box in boxes)
