"""The task mixer: the recording, and what a kernel adds."""

import json

import pytest

from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.lab import TaskMixer
from ausrec.lab.panels.task_mixer import RECORDING, TRAIN, WEIGHTS, curve, mixed
from ausrec.runs.trained import run


def test_every_set_of_tasks_is_recorded_at_every_weight() -> None:
    recording = json.loads(RECORDING.read_text())
    assert recording["tasks"] == list(STRUCTURAL_TASKS)
    assert recording["weights"] == list(WEIGHTS)
    assert len(recording["runs"]) == 2 ** len(STRUCTURAL_TASKS)
    assert {len(curves) for key, curves in recording["runs"].items() if "1" in key} == {3}
    lengths = {len(points) for curves in recording["runs"].values() for points in curves}
    assert lengths == {TRAIN.epochs}
    assert RECORDING.stat().st_size < 150_000


@pytest.mark.slow
def test_the_recording_is_what_training_gives() -> None:
    panel = TaskMixer(("social_triangle", "two_hop")).set(weight=3.0)
    trained = run(mixed(panel.tasks, 3.0), show_progress=False)
    recorded = panel.curves()["this mixture"] * 1e4
    # Another processor may round otherwise.
    assert list(recorded) == pytest.approx(curve(trained), abs=25)


def test_what_is_trained_is_drawn_next_to_the_recording() -> None:
    panel = TaskMixer()
    panel.view.state = panel.state | {"weight": 2.0}
    panel.do()
    (line,) = panel.view.data["trained"]
    assert line["name"] == "run 1 (×2)" and len(line["curve"]) == TRAIN.epochs
    assert "Run 1: NDCG@10 (validation)" in panel.job["said"]


def test_text_and_curves_follow_the_ticks() -> None:
    panel = TaskMixer()
    assert panel.text().startswith("TaskMixer: social triangle, weight 1.00; NDCG@10")
    panel.set(social_triangle=False)
    assert list(panel.curves()) == ["no tasks"] and "no tasks" in panel.text()
    with pytest.raises(AusrecError, match="weight is 9, but must be from"):
        panel.set(weight=9)
