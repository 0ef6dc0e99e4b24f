"""What holds for every panel."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser

import pandas as pd
import pytest
from torch_geometric.data import HeteroData

from ausrec.lab import GraphExplorer, PredictThenReveal, QuickCheck, TaskLab, WeightPlayer
from ausrec.lab.panels.panel import VIEW, Panel

VOID = {"img", "br", "hr"}
PANELS = ["TaskLab", "PredictThenReveal", "WeightPlayer", "GraphExplorer", "choice", "number"]


class Reader(HTMLParser):
    """Reads HTML, and fails where an element is closed that is not the open one."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(params=PANELS)
def panel(
    request: pytest.FixtureRequest, club: HeteroData, make_history: Callable[..., pd.DataFrame]
) -> Panel:
    makers: dict[str, Callable[[], Panel]] = {
        "TaskLab": TaskLab,
        "PredictThenReveal": PredictThenReveal,
        "WeightPlayer": lambda: WeightPlayer(make_history()),
        "GraphExplorer": lambda: GraphExplorer(club),
        "choice": lambda: QuickCheck("Which?", ["a < b", "b"], "b", "Because `b`."),
        "number": lambda: QuickCheck("How many?", answer=2),
    }
    return makers[request.param]()


def test_a_panel_is_text_twin_and_widgets(panel: Panel) -> None:
    bundle = panel._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/plain", "text/html", VIEW}
    assert bundle[VIEW]["model_id"] == panel.view.model_id
    assert bundle["text/plain"] == repr(panel) == panel.text()
    assert " at 0x" not in bundle["text/plain"]


def test_the_twin_stands_alone_and_has_words_for_every_picture(panel: Panel) -> None:
    html = panel.html()
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    tags = [tag for tag, _ in reader.found]
    assert "script" not in tags and "http" not in html
    assert panel.title in html
    for tag, attributes in reader.found:
        if tag == "img":
            assert str(attributes["src"]).startswith("data:image/png;base64,")
            assert len(str(attributes["alt"])) > 20
    if isinstance(panel, WeightPlayer | GraphExplorer):
        assert "img" in tags
    if isinstance(panel, QuickCheck):
        assert "details" in tags


def test_every_control_has_a_label_and_sliders_act_on_release(panel: Panel) -> None:
    def walk(widget: object) -> list[object]:
        return [widget, *(x for child in getattr(widget, "children", ()) for x in walk(child))]

    for widget in walk(panel.view):
        name = type(widget).__name__
        if "Slider" in name:
            assert widget.continuous_update is False  # type: ignore[attr-defined]
            assert widget.description or widget.tooltip  # type: ignore[attr-defined]
        elif name in ("Checkbox", "Dropdown", "Text", "BoundedIntText", "Button", "IntProgress"):
            assert widget.description  # type: ignore[attr-defined]


def test_showing_a_panel_twice_gives_the_same(panel: Panel) -> None:
    assert panel._repr_mimebundle_() == panel._repr_mimebundle_()


def test_text_and_twin_are_the_same_in_another_process() -> None:
    code = (
        "import hashlib\n"
        "from ausrec.lab import *\n"
        "from ausrec.data import load_dataset\n"
        "for panel in (TaskLab(), PredictThenReveal(), QuickCheck('Q', ['a', 'b'], 'a'),\n"
        "              GraphExplorer(load_dataset('club'), relation='metapath_uuiu')):\n"
        "    bundle = panel._repr_mimebundle_()\n"
        "    print(bundle['text/plain'])\n"
        "    print(hashlib.sha256(bundle['text/html'].encode()).hexdigest())\n"
    )
    here = io.StringIO()
    with contextlib.redirect_stdout(here):
        exec(code, {})
    # Another seed puts sets of strings into another order.
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    there = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert there.stdout == here.getvalue()
    assert "TaskLab: automatic weighting of 7 tasks, 20 epochs, seed 0; runs" in there.stdout
