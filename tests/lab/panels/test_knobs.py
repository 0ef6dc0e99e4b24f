import ipywidgets as widgets
import numpy as np
import pytest

from ausrec.errors import AusrecError
from ausrec.lab.panels.knobs import read_out, set_controls, slider


@pytest.fixture
def controls() -> dict[str, object]:
    return {
        "rate": slider("Rate α", 1.0, -2, np.log10(300), kind=widgets.FloatLogSlider),
        "count": slider("Count", 3, 0, 12, step=1, kind=widgets.IntSlider),
        "kind": widgets.Dropdown(options=[("Two hops", "two_hop"), ("Noise", "noise")]),
    }


def test_what_is_given_is_set(controls: dict) -> None:
    set_controls(controls, {"rate": 250.0, "kind": "noise", "count": None})
    assert controls["rate"].value == pytest.approx(250)
    assert (controls["kind"].value, controls["count"].value) == ("noise", 3)
    assert read_out(controls["kind"])[1] == "Noise"
    assert read_out(controls["count"]) == ("Count", "3")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rate": 301.0}, "rate is 301.0, but must be from 0.01 to 300"),
        ({"count": 13}, "count is 13, but must be from 0 to 12"),
        ({"kind": "two_hops"}, "unknown kind 'two_hops'; did you mean 'two_hop'"),
        ({"counts": 1}, "unknown control 'counts'; did you mean 'count'"),
    ],
)
def test_all_or_nothing_is_set(controls: dict, values: dict, message: str) -> None:
    with pytest.raises(AusrecError, match=message):
        set_controls(controls, {"kind": "noise", **values})
    assert controls["kind"].value == "two_hop"
