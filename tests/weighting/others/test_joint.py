"""From the weights of all tasks to weights beside the main task."""

import pytest
import torch
from torch import Tensor

from ausrec.weighting import Step, TaskMean
from ausrec.weighting.others.joint import JointWeighting
from tests.weighting.problem import make_step
from tests.weighting.toy import direction, started, toy_step, weights_of

STEP = toy_step({"main": [1.0, 0.0], "a": [0.0, 1.0], "b": [3.0, 2.0]})


class Given(JointWeighting):
    def joint(self, step: Step) -> Tensor:
        return torch.tensor([0.5, 2.0, 0.25])


class Scaled(Given):
    reduction = TaskMean(4.0)


@pytest.mark.parametrize("weighting", [Given(), Scaled()], ids=["scale 1", "scale 4"])
def test_the_step_goes_where_the_method_goes(weighting: JointWeighting) -> None:
    """0.5 (1, 0) + 2 (0, 1) + 0.25 (3, 2) = (1.25, 2.5)."""
    found = direction(started(weighting, STEP), STEP)
    torch.testing.assert_close(found / found[0], torch.tensor([1.0, 2.0], dtype=torch.float64))


def test_a_weight_like_the_main_tasks_is_the_number_of_tasks() -> None:
    """By hand: T/s · w_t/w_0 = 2 · 2/0.5 and 2 · 0.25/0.5."""
    assert weights_of(started(Given(), STEP), STEP) == {"a": 8.0, "b": 1.0}
    assert weights_of(started(Scaled(), STEP), STEP) == {"a": 2.0, "b": 0.25}


def test_costs_are_means_with_the_penalty() -> None:
    step = make_step()
    costs = started(Given(), step).mean_costs(step)
    for place, name in enumerate(step.tasks):
        wanted = (step.losses[name] + step.l2 * step.penalties[name]).detach().mean()
        assert float(costs[place]) == pytest.approx(float(wanted))
