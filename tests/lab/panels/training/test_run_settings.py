from dataclasses import replace

import pytest
from ausrec.training.settings import TasksConfig
from ausrec.training.weighting_config import WeightingConfig

from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.lab.panels.training.bench import Bench
from ausrec.lab.panels.training.run_settings import RunSettings, TaskControls
from ausrec.training.recipe import Recipe


def test_controls_begin_with_the_recipe(short: Recipe) -> None:
    manual = WeightingConfig("manual", weights={"two_hop": 0.2})
    recipe = replace(short, weighting=manual, tasks=TasksConfig("two_hop, social_link"))
    settings = RunSettings(Bench(None, recipe))
    assert settings.weighting.value == "manual"
    assert settings.tasks.weights == {"social_link": 0.5, "two_hop": 0.2}
    assert (settings.epochs.value, settings.seed.value) == (2, 0)
    assert RunSettings(Bench(None, replace(short, weighting=WeightingConfig("published")))).recipe


def test_sliders_move_for_manual_weighting_only(short: Recipe) -> None:
    settings = RunSettings(Bench(None, short))
    slider = settings.tasks.sliders["two_hop"]
    assert slider.disabled
    settings.weighting.value = "manual"
    assert not slider.disabled
    settings.weighting.value = "equal"
    assert slider.disabled


def test_every_control_reaches_the_recipe_and_the_observer(short: Recipe) -> None:
    settings = RunSettings(Bench(None, short))
    seen: list[Recipe] = []
    settings.observe(lambda _: seen.append(settings.recipe))
    settings.weighting.value = "manual"
    settings.tasks.ticks["two_hop"].value = False
    settings.tasks.sliders["social_link"].value = 0.8
    settings.epochs.value = 5
    settings.seed.value = 4
    assert len(seen) == 5
    last = seen[-1]
    assert last.weighting.weights["social_link"] == 0.8
    assert "two_hop" not in last.weighting.weights and "two_hop" not in last.tasks.names
    assert (last.train.epochs, last.train.seed) == (5, 4)
    assert dict(settings.rows())["Epochs"] == "5"
    assert "Social link 0.80" in dict(settings.rows())["Tasks"]
    assert settings.text() == "manual weighting of 6 tasks, 5 epochs, seed 4"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"weighting": "best"}, "known are automatic, equal, manual, none"),
        ({"tasks": ["hop"]}, "unknown task 'hop'"),
        ({"epochs": 0}, "epochs is 0, but must be from 1 to 100"),
        ({"seed": -1}, "seed is -1, but must be from 0"),
    ],
)
def test_values_that_no_control_takes_are_told(
    short: Recipe, setting: dict[str, object], message: str
) -> None:
    with pytest.raises(AusrecError, match=message):
        RunSettings(Bench(None, short)).set(**setting)  # type: ignore[arg-type]


def test_ticked_tasks_are_chosen_with_their_weights() -> None:
    controls = TaskControls(STRUCTURAL_TASKS, ["social_link", "two_hop"])
    assert controls.weights == {"social_link": 0.5, "two_hop": 0.5}
    controls.ticks["three_hop"].value = True
    controls.ticks["two_hop"].value = False
    controls.sliders["three_hop"].value = 0.15
    assert controls.weights == {"social_link": 0.5, "three_hop": 0.15}
    controls.choose(["metapath_uiu"])
    assert controls.chosen == ("metapath_uiu",)


def test_without_check_boxes_all_are_chosen_and_sliders_bear_the_names() -> None:
    controls = TaskControls(["two_hop", "my_path"])
    assert controls.chosen == ("two_hop", "my_path")
    labels = [slider.description for slider in controls.sliders.values()]
    assert labels == ["Two hops", "My path"]


def test_all_or_nothing_is_set() -> None:
    controls = TaskControls(["two_hop", "social_link"])
    with pytest.raises(AusrecError, match="weight of 'social_link' is"):
        controls.set_weights({"two_hop": 0.9, "social_link": 1.5})
    with pytest.raises(AusrecError, match="did you mean 'two_hop'"):
        controls.set_weights({"twohop": 0.9})
    assert controls.weights == {"two_hop": 0.5, "social_link": 0.5}


def test_sliders_can_be_locked() -> None:
    controls = TaskControls(["two_hop"])
    controls.enable(False)
    assert controls.sliders["two_hop"].disabled
    controls.enable(True)
    assert not controls.sliders["two_hop"].disabled
