import threading
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.lab import TaskLab
from ausrec.training import TrainConfig
from ausrec.training.recipe import Recipe, run


def test_clicking_trains_what_the_controls_say(club: HeteroData, short: Recipe) -> None:
    lab = TaskLab(club, recipe=short)
    _ = lab.view
    assert "No run yet" in lab.results.value
    lab.settings.weighting.value = "manual"
    lab.settings.tasks.ticks["two_hop"].value = False
    lab.settings.tasks.sliders["three_hop"].value = 0.1
    lab.bar.button.click()
    assert lab.bar.background.wait(60.0)
    (trained,) = lab.trained.values()
    assert trained.prepared.recipe == lab.recipe
    assert trained.history.final_weights["three_hop"] == pytest.approx(0.1)
    assert len(trained.prepared.tasks) == 6
    assert "Run 1 manual: epoch" in lab.bar.message.value
    assert lab.results.value.count("<img") == 1 and "1 manual" in lab.results.value


def test_training_by_code_gives_what_click_and_command_give(
    club: HeteroData, short: Recipe
) -> None:
    by_code, by_click = TaskLab(club, recipe=short), TaskLab(club, recipe=short)
    trained = by_code.train()
    by_click.bar.start()
    assert by_click.bar.background.wait(60.0)
    pd.testing.assert_frame_equal(by_code.runs, by_click.runs)
    command = run(by_code.recipe, show_progress=False)
    assert command.test.metrics == trained.test.metrics
    assert by_code.results_html() == by_click.results_html()


def test_runs_are_kept_side_by_side(club: HeteroData, short: Recipe, tmp_path: Path) -> None:
    lab = TaskLab(club, recipe=short)
    for weighting in ("automatic", "equal", "none"):
        lab.set(weighting=weighting, epochs=1, seed=5).train()
    assert list(lab.trained) == ["1 automatic", "2 equal", "3 none"]
    assert list(lab.runs["tasks"]) == [7, 7, 0]
    assert set(lab.runs["seed"]) == {5}
    assert len(pd.read_csv(lab.to_csv(tmp_path / "runs.csv"))) == 3
    assert "3 none" in lab.to_latex()
    assert len(lab.figure().axes) == 2
    assert lab.text().endswith("runs: 1 automatic, 2 equal, 3 none")
    assert "By NDCG@10, " in lab.results_html()


def test_the_command_follows_the_controls(short: Recipe) -> None:
    lab = TaskLab(recipe=short)
    assert "--weighting" not in lab.command()
    lab.set(weighting="equal", tasks=["social_link"], epochs=4)
    assert "--tasks social_link --weighting equal" in lab.command()
    assert "--epochs 4" in lab.command()
    assert lab.command() in lab.html()
    assert "--weighting equal" in lab.controls[-1].value


def test_a_run_in_the_way_is_told_and_stop_keeps_what_there_is(
    club: HeteroData, short: Recipe
) -> None:
    long = replace(short, train=replace(short.train, epochs=100, patience=0))
    lab, other = TaskLab(club, recipe=long), TaskLab(club, recipe=short)
    begun = threading.Event()
    lab.bar.bar.observe(lambda _: begun.set(), "value")
    lab.bar.button.click()
    try:
        assert begun.wait(60)
        other.bar.button.click()
        assert "Not started: a run is going" in other.bar.message.value
        with pytest.raises(AusrecError, match="a run is going"):
            lab.train()
    finally:
        lab.bar.stop_button.click()
        assert lab.bar.background.wait(60.0)
    assert "you stopped it" in lab.bar.message.value
    assert 1 <= int(lab.runs["epochs"].iloc[0]) < 100
    assert other.trained == {}


def test_bad_settings_are_said_in_the_panel(club: HeteroData) -> None:
    own = HeteroData({**club.to_dict(), ("user", "trusts", "user"): {}})
    del own["user", "trusts", "user"]
    lab = TaskLab(own, recipe=Recipe(train=TrainConfig(epochs=1)))
    lab.set(weighting="manual")
    lab.bar.start()
    assert lab.bar.background.wait(60.0)
    assert "Not trained: a weight is given for" in lab.bar.message.value
    assert lab.trained == {}
