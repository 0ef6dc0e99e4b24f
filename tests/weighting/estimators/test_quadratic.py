"""The quadratic problem: its optimum and its closed form, by hand and by brute force."""

import pytest
import torch

from ausrec.weighting.estimators import Quadratic


def one(value: float) -> torch.Tensor:
    return torch.tensor([[value]], dtype=torch.float64)


def test_one_dimension_by_hand() -> None:
    # L = ½·2W² − 3W + 0.5·(½·4W² − 1W), so H = 4, W* = 3.5/4; L_meta = ½·6 (W − 1)².
    problem = Quadratic(
        [one(2.0), one(4.0)], [one(3.0)[0], one(1.0)[0]], [0.5], one(1.0)[0], one(6.0)
    )
    assert problem.optimum.item() == pytest.approx(0.875)
    assert problem.gradient()["W"].item() == pytest.approx(0.0)
    assert problem.meta_loss(problem.parameters).item() == pytest.approx(3 * 0.125**2)
    # dW*/dw = −(4·0.875 − 1)/4 = −0.625, dL_meta/dW = 6·(−0.125).
    assert problem.hypergradient()["task 1"].item() == pytest.approx(0.625 * 0.75)


def test_the_closed_form_is_the_slope_of_the_retrained_problem() -> None:
    problem = Quadratic.random(8, 3)
    for number, name in enumerate(problem.names[1:]):
        losses = []
        for move in (1e-5, -1e-5):
            weights = [0.5] * 3
            weights[number] += move
            other = Quadratic(
                problem.curvatures, problem.slopes, weights, problem.target, problem.metric
            )
            losses.append(float(other.meta_loss(other.parameters)))
        slope = (losses[0] - losses[1]) / 2e-5
        assert problem.hypergradient()[name].item() == pytest.approx(slope, rel=1e-6)


def test_the_spectrum_is_as_asked_for() -> None:
    problem = Quadratic.random(12, 2, condition=50.0)
    values = torch.linalg.eigvalsh(problem.hessian_matrix)
    assert values[0].item() == pytest.approx(1 / 50)
    assert values[-1].item() == pytest.approx(1.0)
    assert float(torch.linalg.eigvalsh(problem.curvatures[1])[0]) > -1e-12


def test_inner_steps_lead_to_the_optimum_and_keep_the_closed_form() -> None:
    problem = Quadratic.random(6, 2, condition=5.0)
    away = [float((problem.after(k, 1.0).parameters["W"] - problem.optimum).norm()) for k in (0, 9)]
    assert away[1] < 0.8**9 * away[0]
    moved = problem.after(3, 1.0)
    assert not torch.equal(moved.parameters["W"], problem.parameters["W"])
    for name, value in problem.hypergradient().items():
        assert torch.equal(moved.hypergradient()[name], value)
