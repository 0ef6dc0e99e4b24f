"""The microscope panel: its three forms, its sliders, and the change that it reports."""

import pytest

from ausrec.errors import AusrecError
from ausrec.lab.panels.microscope import Microscope
from tests.weighting.problem import NAMES, make_step

WEIGHTS = dict(zip(NAMES, (0.2, 0.55, 0.9), strict=True))


@pytest.fixture
def panel() -> Microscope:
    return Microscope(make_step()).set(rate=2.0)


def test_a_move_follows_the_prediction_the_better_the_smaller_the_rate(panel: Microscope) -> None:
    assert panel.change == (0, 0)
    panel.set(weights=WEIGHTS)
    errors = []
    for rate in (0.3, 3.0, 30.0):
        predicted, actual = panel.set(rate=rate).change
        assert predicted * actual > 0
        errors.append(abs(actual / predicted - 1))
    assert errors[0] < 0.1 * errors[1] * 2 < 0.1 * errors[2] * 4
    assert errors[0] < 1e-2


def test_table_ties_slope_to_alignment(panel: Microscope) -> None:
    table = panel.table
    assert list(table["task"]) == ["Social link", "Two hops", "Meta-path U-I-U"]
    expected = -2.0 / 3 * table["alignment ⟨g, v⟩"]
    assert list(table["slope of the meta loss"]) == pytest.approx(list(expected))


def test_a_move_in_the_browser_is_known_to_python(panel: Microscope) -> None:
    text, twin = panel.text(), panel.html()
    assert panel.view is panel.view
    panel.view.state = panel.state | {"social_link": 0.0}
    assert panel.weights["social_link"] == 0
    assert panel.text() != text
    assert panel.html() != twin
    assert "social_link 0.00" in panel.text()


def test_three_forms_say_the_same(panel: Microscope) -> None:
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert bundle["text/plain"] == repr(panel) == Microscope(make_step()).set(rate=2.0).text()
    assert 'alt="What more weight does to the meta loss. Social link.' in bundle["text/html"]


def test_other_losses_are_refused() -> None:
    with pytest.raises(AusrecError, match="computes BPR over a linear encoder"):
        Microscope(make_step(objectives=["sgl"]))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"weights": {"two_hops": 0.5}}, "did you mean 'two_hop'"),
        ({"weights": {"two_hop": 1.5}}, "must be from 0 to 1"),
        ({"rate": 1000.0}, "must be from 0.01 to 300"),
    ],
)
def test_impossible_settings_are_refused_whole(
    panel: Microscope, settings: dict[str, object], words: str
) -> None:
    before = panel.text()
    with pytest.raises(AusrecError, match=words):
        panel.set(**settings)
    assert panel.text() == before
