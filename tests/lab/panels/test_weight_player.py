from collections.abc import Callable
from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.figure import Figure

from ausrec.errors import AusrecError
from ausrec.lab import WeightPlayer
from ausrec.lab.figure import words_of
from ausrec.lab.panels.weight_player import draw_player
from ausrec.training.trained import Trained


def test_scrubbing_links_figure_and_numbers(history: pd.DataFrame) -> None:
    player = WeightPlayer(history)
    _ = player.view
    last = player.results.value
    assert "Epoch 6: NDCG@10 0.1600" in player.numbers.value
    assert "<td>0.840</td>" in player.numbers.value  # joint_triangle ends there
    player.epoch.value = 3
    assert "Epoch 3: NDCG@10 0.1900" in player.numbers.value
    assert "<td>0.670</td>" in player.numbers.value  # half way from 0.5
    player.epoch.value = 6
    assert player.results.value == last


def test_a_bare_history_can_be_seen_but_not_repeated(history: pd.DataFrame) -> None:
    player = WeightPlayer(history)
    assert player.training not in player.controls
    with pytest.raises(AusrecError, match="give the whole run"):
        player.rerun(2, "two_hop", "freeze")


def test_a_history_without_weights_is_refused(make_history: Callable[..., pd.DataFrame]) -> None:
    with pytest.raises(AusrecError, match="has no 'weight'"):
        WeightPlayer(make_history(tasks=False))


@pytest.mark.parametrize("action", ["freeze", "silence"])
def test_a_rerun_is_the_same_up_to_the_epoch_and_changed_after(
    trained: Trained, action: str
) -> None:
    player = WeightPlayer(trained)
    changed = player.rerun(1, "two_hop", action).history  # type: ignore[arg-type]
    before, after = trained.history.of("weight"), changed.of("weight")
    pd.testing.assert_frame_equal(before.loc[:1], after.loc[:1])
    for metric in ("val/ndcg@10", "loss"):
        pd.testing.assert_frame_equal(
            trained.history.of(metric).loc[:1], changed.of(metric).loc[:1]
        )
    assert not before.loc[2:].equals(after.loc[2:])
    if action == "silence":
        assert list(after["two_hop"].loc[2:]) == [0, 0]
    else:
        assert after["two_hop"].loc[2] == after["two_hop"].loc[3] > 0
    assert "Weight, rerun" in player.numbers.value
    verb = "frozen" if action == "freeze" else "silenced"
    assert f"Two hops {verb} after epoch 1: best NDCG@10" in player.message.value
    assert player.text() == (
        f"WeightPlayer: epoch 1 of 3, 7 tasks; rerun with Two hops {verb} after epoch 1"
    )


def test_the_button_does_what_the_method_does(trained: Trained) -> None:
    by_click, by_code = WeightPlayer(trained), WeightPlayer(trained)
    by_click.epoch.value, by_click.task.value, by_click.action.value = 2, "social_link", "silence"
    by_click.button.click()
    assert by_click.wait(60.0)
    by_code.rerun(2, "social_link", "silence")
    assert by_click.results.value == by_code.results.value
    assert by_click.html() == by_code.html()


def test_what_is_not_in_the_run_is_told(trained: Trained) -> None:
    player = WeightPlayer(trained)
    with pytest.raises(AusrecError, match="unknown task 'hop'"):
        player.rerun(1, "hop", "freeze")
    with pytest.raises(AusrecError, match="epoch is 9, but must be from 1 to 3"):
        player.rerun(9, "two_hop", "freeze")


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
