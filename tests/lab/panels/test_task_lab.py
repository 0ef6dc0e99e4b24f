import shlex
import threading
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image
from torch_geometric.data import HeteroData

from ausrec.cli.train_command import train
from ausrec.errors import AusrecError
from ausrec.lab import TaskLab
from ausrec.runs.data_config import DataConfig
from ausrec.runs.recipe import Recipe
from ausrec.runs.trained import Trained, run
from ausrec.training import TrainConfig
from ausrec.training.config import SplitConfig


def test_clicking_trains_what_the_controls_say(club: HeteroData, short: Recipe) -> None:
    lab = TaskLab(club, recipe=short)
    assert "No run yet" in lab.view.results
    moved = {"weighting": "manual", "use_two_hop": False, "three_hop": 0.1}
    lab.view.state = lab.state | moved
    lab.received({"do": "Train"})
    assert lab.wait(60.0)
    (trained,) = lab.trained.values()
    assert trained.prepared.recipe == lab.recipe
    assert trained.history.final_weights["three_hop"] == pytest.approx(0.1)
    assert len(trained.prepared.tasks) == 6
    name = "1 manual: three hops ×0.1, others ×0.5, without two hops"
    assert f"Run {name}: epoch" in lab.job["said"]
    assert lab.view.results.count("<img") == 1 and name in lab.view.results


def test_training_by_code_gives_what_click_and_command_give(
    club: HeteroData, short: Recipe
) -> None:
    by_code, by_click = TaskLab(club, recipe=short), TaskLab(club, recipe=short)
    trained = by_code.train()
    by_click.start()
    assert by_click.wait(60.0)
    pd.testing.assert_frame_equal(by_code.runs, by_click.runs)
    command = run(by_code.recipe, show_progress=False)
    assert command.test.metrics == trained.test.metrics
    assert by_code.results_html() == by_click.results_html()


def test_runs_are_kept_side_by_side(club: HeteroData, short: Recipe) -> None:
    lab = TaskLab(club, recipe=short)
    for weighting in ("automatic", "equal", "none"):
        lab.set(weighting=weighting, epochs=1, seed=5).train()
    assert list(lab.trained) == ["1 automatic", "2 equal", "3 none"]
    assert list(lab.runs["tasks"]) == [7, 7, 0]
    assert set(lab.runs["seed"]) == {5}
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
    assert lab.view and "--weighting equal" in lab.view.aside


def test_a_run_in_the_way_is_told_and_stop_keeps_what_there_is(
    club: HeteroData, short: Recipe
) -> None:
    long = replace(short, train=replace(short.train, epochs=100, patience=0))
    lab, other = TaskLab(club, recipe=long), TaskLab(club, recipe=short)
    begun = threading.Event()
    lab.view.observe(lambda change: change["new"]["done"] and begun.set(), "job")
    lab.received({"do": "Train"})
    try:
        assert begun.wait(60)
        other.received({"do": "Train"})
        assert "Not started: a run is going" in other.job["said"]
        with pytest.raises(AusrecError, match="a run is going"):
            lab.train()
    finally:
        lab.received({"do": "Stop"})
        assert lab.wait(60.0)
    assert "you stopped it" in lab.job["said"]
    assert 1 <= int(lab.runs["epochs"].iloc[0]) < 100
    assert other.trained == {}


def test_bad_settings_are_said_in_the_panel(club: HeteroData) -> None:
    own = HeteroData({**club.to_dict(), ("user", "trusts", "user"): {}})
    del own["user", "trusts", "user"]
    lab = TaskLab(own, recipe=Recipe(train=TrainConfig(epochs=1)))
    lab.set(weighting="manual")
    lab.start()
    assert lab.wait(60.0)
    assert "Not trained: a weight is given for" in lab.job["said"]
    assert lab.trained == {}


@pytest.fixture
def book(club: HeteroData, short: Recipe, trained: Trained) -> TaskLab:
    lab = TaskLab(club, recipe=short)
    lab.trained = {"1 automatic": trained, "2 manual": trained}
    return lab


def test_a_run_is_a_row(book: TaskLab, trained: Trained) -> None:
    row, history = book.runs.iloc[0], trained.history
    assert row["ndcg@10"] == history.at(history.best_epoch, "val/ndcg@10")[""]
    assert row["weight/two_hop"] == history.weights["two_hop"]
    assert (row["tasks"], row["epochs"], row["best_epoch"]) == (7, 3, history.best_epoch)


def test_exported_files_can_be_read_back(book: TaskLab, tmp_path: Path) -> None:
    book.set(folder=str(tmp_path / "new" / "folder"))
    book.received({"do": "Export runs"})
    assert "new/folder: runs.csv, history.csv, runs.tex, runs.png." in book.job["said"]
    runs, history, latex, picture = book.export(book.state["folder"])
    pd.testing.assert_frame_equal(pd.read_csv(runs), book.runs)
    assert set(pd.read_csv(history)["run"]) == {"1 automatic", "2 manual"}
    text = latex.read_text(encoding="utf-8")
    body = text[text.index("\\midrule") + 8 : text.index("\\bottomrule")]
    lines = [line for line in body.replace("\\\\", "").strip().splitlines() if line]
    cells = pd.read_csv(StringIO("\n".join(lines)), sep=" *& *", engine="python", header=None)
    assert list(cells[0]) == ["1 automatic", "2 manual"]
    assert "Social triangle" in text and "_" not in text
    with Image.open(picture) as image:
        assert image.width > 1000


def test_what_cannot_be_exported_is_said(book: TaskLab, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AusrecError, match="cannot be written"):
        book.export(tmp_path / "file")
    book.trained.clear()
    for refused in (book.figure, book.to_latex, lambda: book.export(tmp_path / "runs")):
        with pytest.raises(AusrecError, match="no run yet"):
            refused()
    book.received({"do": "Export runs"})
    assert "Not exported: there is no run yet: train first." in book.job["said"]


def test_a_growing_run_is_drawn_beside_the_finished_ones(book: TaskLab, trained: Trained) -> None:
    assert "3 equal: " in book.results_html({"3 equal": trained.history})
    book.trained.clear()
    alone = book.results_html({"1 equal": trained.history})
    assert alone.count("<img") == 1 and "<table" not in alone


def test_controls_begin_with_the_recipe_and_sliders_move_for_manual_weights(short: Recipe) -> None:
    manual = "manual(weights={two_hop: 0.2})"
    lab = TaskLab(recipe=replace(short, weighting=manual, tasks="two_hop+social_link"))
    assert lab.weights == {"social_link": 0.5, "two_hop": 0.2}
    assert lab.text().startswith("TaskLab: manual weighting of 2 tasks, 2 epochs, seed 0")
    assert dict(lab.rows())["Tasks"] == "Social link 0.50, Two hops 0.20"
    assert lab.offered["two_hop"].needs == ("weighting", "manual")


def test_a_run_is_named_by_what_differs(short: Recipe) -> None:
    lab = TaskLab(recipe=short)
    assert lab.course() == "automatic"
    assert lab.set(weighting="none").course() == "none"
    lab.set(weighting="equal", tasks=["social_triangle", "two_hop"])
    assert lab.course() == "equal: social triangle + two hops"
    lab.set(weighting="manual", weights={"two_hop": 1.0})
    assert lab.course() == "manual: social triangle ×0.5, two hops ×1"
    lab.set(tasks=[name for name in lab.names if name != "three_hop"])
    assert lab.course() == "manual: two hops ×1, others ×0.5, without three hops"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"weighting": "best"}, "unknown weighting 'best'"),
        ({"tasks": ["hop"]}, "unknown task 'hop'"),
        ({"epochs": 0}, "epochs is 0, but must be from 1 to 100"),
        ({"seed": -1}, "seed is -1, but must be from 0"),
    ],
)
def test_values_that_no_control_takes_are_refused(
    short: Recipe, setting: dict[str, Any], message: str
) -> None:
    with pytest.raises(AusrecError, match=message):
        TaskLab(recipe=short).set(**setting)


CLUB = Recipe("club")
RECIPES = [
    CLUB,
    CLUB.without_tasks(),
    replace(CLUB, tasks="social_link+two_hop"),
    replace(CLUB, weighting="manual(weights={two_hop: 0.35})", tasks="two_hop"),
    replace(CLUB, tasks="metapath(path=user-item-genre-item-user)+metapath(path=user-user)"),
    replace(CLUB, train=TrainConfig(epochs=7, ks=(5, 10), seed=3, threads=1)),
    replace(CLUB, model="lightgcn(social=false)", split=SplitConfig(test=0.1)),
    Recipe(DataConfig(interactions="my plays.csv", links={"item-has-genre": "g.csv"})),
]


@pytest.mark.parametrize("recipe", RECIPES, ids=range(len(RECIPES)))
def test_the_command_means_the_recipe(recipe: Recipe) -> None:
    words = shlex.split(TaskLab(recipe=recipe).command())
    assert words[:2] == ["ausrec", "train"]
    asked = train.read(words[2:])
    assert asked["flags"].recipe() == recipe
    assert str(asked["out"]) == "runs/lab"


def test_defaults_are_left_out_and_short_flags_used() -> None:
    assert TaskLab(recipe=CLUB).command() == "ausrec train --dataset club --out runs/lab"
    assert "--epochs 7" in TaskLab(recipe=RECIPES[5]).command()


def test_a_graph_without_a_name_leaves_a_gap_to_fill(club: HeteroData) -> None:
    assert "--interactions YOUR_TABLE.csv" in TaskLab(club).command()
