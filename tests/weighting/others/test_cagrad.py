"""CAGrad: closed forms for gradients at right angles, and its two limits."""

import math

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.weighting import CAGrad
from tests.weighting.toy import direction, started, toy_step, weights_of


def test_gradients_of_one_length_at_right_angles_count_alike() -> None:
    step = toy_step({"main": [1.0, 0, 0], "a": [0, 1.0, 0], "b": [0, 0, 1.0]})
    found = weights_of(started(CAGrad(0.5), step), step)
    assert found == {name: pytest.approx(2.0, rel=1e-3) for name in "ab"}


def test_the_mean_gradient_is_the_limit_of_no_radius() -> None:
    step = toy_step({"main": [1.0, 0.0], "a": [-0.9, 3.0]})
    assert weights_of(started(CAGrad(0.0), step), step) == {"a": pytest.approx(1.0)}


def test_it_turns_to_the_task_that_the_mean_helps_least() -> None:
    """g_main = (1, 0), g_a = (0, 4), c = 1/2, in the plane.

    The mean is (1/2, 2), ‖g‖ = √17/2. Whoever improves the least is the main task wherever
    d_1 < 4 d_2, as everywhere in the ball of radius √17/4 about the mean; so d goes from the
    mean straight along g_main: d = (1/2 + √17/4, 2), and w = (1/2 + √17/4, 1/2).
    """
    step = toy_step({"main": [1.0, 0.0], "a": [0.0, 4.0]})
    wanted = 0.5 / (0.5 + math.sqrt(17) / 4)
    cagrad = started(CAGrad(0.5), step)
    assert weights_of(cagrad, step) == {"a": pytest.approx(wanted, rel=1e-3)}
    found = direction(cagrad, step)
    assert float(found[1] / found[0]) == pytest.approx(4 * wanted, rel=1e-3)


def test_no_direction_in_the_ball_helps_the_worst_task_more() -> None:
    gradients = torch.tensor([[1.0, 0.2], [-0.6, 1.0], [0.1, 2.0]], dtype=torch.float64)
    step = toy_step(dict(zip(("main", "a", "b"), gradients.tolist(), strict=True)))
    mean, c = gradients.mean(0), 0.4
    found = direction(started(CAGrad(c), step), step)
    # The length that was left out: the direction lies on the ball's surface.
    lengths = torch.linspace(0.1, 3, 3000, dtype=torch.float64)[:, None] * found
    on_surface = ((lengths - mean).norm(dim=1) - c * mean.norm()).abs().argmin()
    worst = (gradients @ lengths[on_surface]).min()
    angles = torch.linspace(0, 2 * math.pi, 2000, dtype=torch.float64)
    circle = mean + c * mean.norm() * torch.stack([angles.cos(), angles.sin()], dim=1)
    best = (circle @ gradients.T).min(dim=1).values.max()
    assert float(worst) == pytest.approx(float(best), rel=1e-2)


def test_where_nothing_helps_every_task_it_goes_along_the_mean() -> None:
    step = toy_step({"main": [1.0, 0.0], "a": [-1.0, 0.0]})
    assert weights_of(started(CAGrad(0.5), step), step) == {"a": 1.0}


@pytest.mark.parametrize("radius", [-0.1, 1.0])
def test_a_radius_for_which_nothing_is_proven_is_refused(radius: float) -> None:
    with pytest.raises(AusrecError, match="radius is"):
        CAGrad(radius)
