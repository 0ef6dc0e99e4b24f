"""The default derivatives of a problem against its matrices."""

import torch

from ausrec.weighting.estimators import BilevelProblem, Quadratic
from ausrec.weighting.hypergradient import gradient_of, leaves_of, plus, product

PROBLEM = Quadratic.random(7, 2).at(torch.linspace(-1, 2, 7, dtype=torch.float64))
ALONG = {"W": torch.arange(7.0, dtype=torch.float64).cos()}


def test_gradient_and_hessian_are_those_of_the_matrices() -> None:
    w, h = PROBLEM.parameters["W"], PROBLEM.hessian_matrix
    torch.testing.assert_close(PROBLEM.gradient()["W"], h @ (w - PROBLEM.optimum))
    times = PROBLEM.hessian()
    torch.testing.assert_close(times(ALONG)["W"], h @ ALONG["W"])
    # A second product from the same graph.
    torch.testing.assert_close(times(times(ALONG))["W"], h @ h @ ALONG["W"])


def test_meta_gradient_here_and_elsewhere() -> None:
    for parameters in (None, {"W": torch.ones(7, dtype=torch.float64)}):
        w = (parameters or PROBLEM.parameters)["W"]
        loss, gradient = PROBLEM.meta_gradient(parameters)
        torch.testing.assert_close(gradient["W"], PROBLEM.metric @ (w - PROBLEM.target))
        assert not loss.requires_grad


def test_derivatives_along_a_direction() -> None:
    w = PROBLEM.parameters["W"]
    parts = zip(PROBLEM.names, PROBLEM.curvatures, PROBLEM.slopes, strict=True)
    found = PROBLEM.derivatives(ALONG)
    for name, a, b in parts:
        torch.testing.assert_close(found[name], ((a @ w - b) @ ALONG["W"]).reshape(1))


class Straight(BilevelProblem):
    """A loss without curvature, and a parameter that it does not read."""

    def __init__(self) -> None:
        self.parameters = {"a": torch.ones(2), "unread": torch.ones(3)}
        self.coefficients = {"main": torch.ones(2)}

    def costs(self, parameters):
        return {"main": 3 * parameters["a"]}

    def meta_loss(self, parameters):
        return parameters["unread"].sum()


def test_without_curvature_products_are_zero() -> None:
    problem = Straight()
    assert problem.gradient()["a"].tolist() == [3, 3]
    assert problem.gradient()["unread"].tolist() == [0, 0, 0]
    products = problem.hessian()(problem.parameters)
    assert products["a"].tolist() == [0, 0] and products["unread"].tolist() == [0, 0, 0]


def test_helpers() -> None:
    leaves = leaves_of({"a": torch.tensor([2.0])})
    gradient = gradient_of(leaves["a"].pow(3).sum(), leaves, create_graph=True)
    assert gradient["a"].item() == 12
    assert product(gradient, leaves, {"a": torch.tensor([0.5])})["a"].item() == 6
    assert plus({"a": torch.tensor(1.0)}, {"a": torch.tensor(4.0)}, -0.5)["a"].item() == -1
