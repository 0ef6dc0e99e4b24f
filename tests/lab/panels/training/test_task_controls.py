import pytest

from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.lab.panels.training.task_controls import TaskControls


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
