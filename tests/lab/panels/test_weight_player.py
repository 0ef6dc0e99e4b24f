from collections.abc import Callable

import pandas as pd
import pytest

from ausrec.errors import AusrecError
from ausrec.lab import WeightPlayer
from ausrec.runs.trained import Trained


def test_scrubbing_links_figure_and_numbers(history: pd.DataFrame) -> None:
    player = WeightPlayer(history)
    last = player.html()
    assert "Epoch 6: NDCG@10 0.1600" in last
    assert ">0.840</td>" in last  # joint_triangle ends there
    player.view.state = player.state | {"epoch": 3}
    assert "Epoch 3: NDCG@10 0.1900" in player.html()
    assert ">0.670</td>" in player.html()  # half way from 0.5
    player.set(epoch=6)
    assert player.html() == last


def test_recorded_branches_are_played(
    history: pd.DataFrame, make_history: Callable[..., pd.DataFrame]
) -> None:
    player = WeightPlayer(history, branches={"Two hops silenced": make_history(lift=1.2)})
    was, branch = player.data()["runs"]
    assert (was["label"], branch["label"]) == ("as it was", "Two hops silenced")
    assert branch["metric"][""] != was["metric"][""]
    player.view.state = player.state | {"branch": "Two hops silenced"}
    assert player.text().endswith("rerun with Two hops silenced")


def test_a_bare_history_can_be_seen_but_not_repeated(history: pd.DataFrame) -> None:
    player = WeightPlayer(history)
    assert player.deeds == {} and list(player.offered) == ["epoch"]
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
    assert "Weight, rerun" in player.html()
    verb = "frozen" if action == "freeze" else "silenced"
    assert f"Two hops {verb} after epoch 1: best NDCG@10" in player.job["said"]
    assert player.text() == (
        f"WeightPlayer: epoch 1 of 3, 7 tasks; rerun with Two hops {verb} after epoch 1"
    )


@pytest.mark.parametrize("kernel", ["idle", "busy"])
def test_the_button_does_what_the_method_does(trained: Trained, kernel: str) -> None:
    by_click, by_code = WeightPlayer(trained), WeightPlayer(trained)
    state = by_click.state | {"epoch": 2, "task": "social_link", "action": "silence"}
    if kernel == "idle":
        by_click.view.state = state
    # A busy one hears of the moves after the button, which therefore tells them.
    by_click.received({"do": "Rerun from this epoch", "state": state})
    assert by_click.wait(60.0)
    by_code.rerun(2, "social_link", "silence")
    assert by_click.html() == by_code.html()
    assert by_click.view.data == by_click.shared()["data"]


def test_what_is_not_in_the_run_is_told(trained: Trained) -> None:
    player = WeightPlayer(trained)
    with pytest.raises(AusrecError, match="unknown task 'hop'"):
        player.rerun(1, "hop", "freeze")
    with pytest.raises(AusrecError, match="epoch is 9, but must be from 1 to 3"):
        player.rerun(9, "two_hop", "freeze")
