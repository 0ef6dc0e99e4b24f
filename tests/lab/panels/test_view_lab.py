"""The view lab: its numbers by hand, its controls, and its three forms."""

import math

import numpy as np
import pytest
import torch

from ausrec.data import a_dozen_users
from ausrec.errors import AusrecError
from ausrec.lab import ViewLab
from ausrec.models import LightGCN

GRAPH = a_dozen_users()
NAMES = list(GRAPH["user"].name)


def make() -> ViewLab:
    return ViewLab(LightGCN(GRAPH, dim=8, init_std=1.0, seed=0), NAMES)


@pytest.fixture
def panel() -> ViewLab:
    return make()


def test_losses_follow_from_the_cosines(panel: ViewLab) -> None:
    panel.set(temperature=0.5, strength=0.4)
    cosines = panel.cosines.to_numpy().astype(float)
    for row, name in enumerate(NAMES):
        total = sum(math.exp(cosine / 0.5) for cosine in cosines[row])
        expected = math.log(total) - cosines[row, row] / 0.5
        assert panel.losses[name] == pytest.approx(expected, abs=1e-5)
    panel.set(objective="alignment")
    assert panel.losses.to_numpy() == pytest.approx(2 - 2 * np.diag(cosines), abs=1e-5)


def test_only_info_nce_has_a_temperature(panel: ViewLab) -> None:
    before = panel.losses
    panel.set(temperature=0.9)
    assert not before.equals(panel.losses)
    panel.set(objective="alignment")
    without = panel.losses
    panel.set(temperature=0.1)
    assert without.equals(panel.losses) and "temperature" not in panel.text()


@pytest.mark.parametrize("views", ["edge dropout", "noise", "noisy layers"])
def test_stronger_views_are_less_alike(panel: ViewLab, views: str) -> None:
    def own(strength: float) -> float:
        panel.set(views=views, strength=strength)
        return float(np.diag(panel.cosines).mean())

    assert own(0.05) > own(0.9)


def test_controls_change_what_is_shown(panel: ViewLab) -> None:
    text, twin = panel.text(), panel.html()
    panel.view.state = panel.state | {"strength": 0.6}
    assert panel.text() != text
    assert panel.html() != twin


def test_three_forms_say_the_same(panel: ViewLab) -> None:
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert bundle["text/plain"] == repr(panel) == make().text()
    assert 'alt="first view against second view. InfoNCE loss. Lou 0.' in bundle["text/html"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"views": "noises"}, "did you mean 'noise'"),
        ({"objective": "alignement"}, "did you mean 'alignment'"),
        ({"temperature": 0.0}, "temperature is 0.0, but must be from 0.05 to 1"),
        ({"strength": 2.0, "views": "noise"}, "strength is 2.0"),
    ],
)
def test_impossible_settings_are_refused_whole(
    panel: ViewLab, settings: dict[str, object], words: str
) -> None:
    before = panel.text()
    with pytest.raises(AusrecError, match=words):
        panel.set(**settings)
    assert panel.text() == before


@pytest.mark.parametrize("names", [[], [*NAMES, "Mia"]])
def test_names_are_of_users(names: list[str]) -> None:
    encoder = LightGCN(GRAPH, dim=4, seed=0)
    with pytest.raises(AusrecError, match="names for 12 users"):
        ViewLab(encoder, names)


def test_looking_leaves_the_encoder_alone(panel: ViewLab) -> None:
    before = [parameter.clone() for parameter in panel.encoder.parameters()]
    panel.html()
    assert all(torch.equal(a, b) for a, b in zip(before, panel.encoder.parameters(), strict=True))
