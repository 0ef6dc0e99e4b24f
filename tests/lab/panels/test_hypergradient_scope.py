"""The hypergradient scope: its three forms, its sliders, and paths that end where algebra says."""

import numpy as np
import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.lab.panels.hypergradient_scope import HypergradientScope
from ausrec.weighting.estimators import Quadratic


def made() -> HypergradientScope:
    return HypergradientScope(Quadratic.random(2, 2, condition=5.0, seed=3))


@pytest.fixture
def panel() -> HypergradientScope:
    return made()


def test_paths_are_those_of_the_algebra(panel: HypergradientScope) -> None:
    panel.set(products=4, rate=0.7, damping=0.3)
    problem = panel.problem
    hessian = problem.hessian_matrix.numpy()
    gradient = (problem.metric @ (problem.optimum - problem.target)).numpy()
    # k + 1 steps of gradient descent on ½ v'Hv − g'v from zero.
    v, descent = np.zeros(2), [np.zeros(2)]
    for _ in range(5):
        v = v - 0.7 * (hessian @ v - gradient)
        descent.append(v)
    np.testing.assert_allclose(panel.paths["Neumann"], descent, rtol=1e-10)
    # Conjugate gradient needs two steps of two, and then stands at the damped answer.
    damped = np.linalg.solve(hessian + 0.3 * np.eye(2), gradient)
    for point in panel.paths["conjugate gradient"][2:]:
        np.testing.assert_allclose(point, damped, rtol=1e-6)


def test_two_products_are_exact_for_conjugate_gradient_alone(panel: HypergradientScope) -> None:
    errors = panel.set(products=2).errors
    assert errors["conjugate gradient"] < 1e-6 < 0.01 < errors["Neumann"]
    truth = panel.problem.hypergradient()
    for name, found in panel.derivatives.iterrows():
        assert found["true"] == pytest.approx(float(truth[name]))
        assert found["conjugate gradient"] == pytest.approx(found["true"], rel=1e-4)
        assert found["Neumann"] != pytest.approx(found["true"], rel=1e-3)


def test_too_large_a_rate_leads_away(panel: HypergradientScope) -> None:
    # The largest eigenvalue is 1, so the series diverges for α > 2.
    few, many = (panel.set(products=k, rate=2.4).errors["Neumann"] for k in (2, 12))
    assert many > 3 * few


def test_a_move_in_the_browser_is_known_to_python(panel: HypergradientScope) -> None:
    text, twin = panel.text(), panel.html()
    panel.view.state = panel.state | {"products": 0}
    assert panel.html() != twin
    assert panel.text() != text
    assert "0 Hessian products" in panel.text()
    assert "conjugate gradient 1.00" in panel.text()


def test_three_forms_say_the_same(panel: HypergradientScope) -> None:
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert bundle["text/plain"] == repr(panel) == made().text()
    assert 'alt="On the way to v' in bundle["text/html"]
    wrong = (panel.derivatives.mul(panel.derivatives["true"], axis=0) <= 0).to_numpy().any()
    assert ("Wrong sign" in bundle["text/html"]) is bool(wrong)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"products": 13}, "products is 13, but must be from 0 to 12"),
        ({"products": 1, "rate": 3.0}, "must be from 0.1 to 2.5"),
        ({"damping": -0.1}, "must be from 0 to 1"),
    ],
)
def test_impossible_settings_are_refused_whole(
    panel: HypergradientScope, settings: dict[str, float], words: str
) -> None:
    before = panel.text()
    with pytest.raises(AusrecError, match=words):
        panel.set(**settings)
    assert panel.text() == before


def test_only_two_parameters_can_be_drawn() -> None:
    with pytest.raises(AusrecError, match="has 3 parameters"):
        HypergradientScope(Quadratic.random(3, 1))


def test_drawing_a_problem_moves_nothing(panel: HypergradientScope) -> None:
    before = panel.problem.optimum.clone()
    panel.html()
    assert torch.equal(panel.problem.parameters["W"], before)
