"""What holds for every panel."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from xml.etree import ElementTree

import pandas as pd
import pytest
from matplotlib.figure import Figure
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.lab import GraphExplorer, PredictThenReveal, QuickCheck, TaskLab, WeightPlayer
from ausrec.lab.panels.base.live_panel import (
    VIEW,
    LivePanel,
    enliven,
    inline,
    module_text,
    note,
    picture,
)
from ausrec.lab.panels.base.panel_controls import Number, Select, Slider

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
) -> LivePanel:
    makers: dict[str, Callable[[], LivePanel]] = {
        "TaskLab": TaskLab,
        "PredictThenReveal": PredictThenReveal,
        "WeightPlayer": lambda: WeightPlayer(make_history()),
        "GraphExplorer": lambda: GraphExplorer(club),
        "choice": lambda: QuickCheck("Which?", ["a < b", "b"], "b", "Because `b`."),
        "number": lambda: QuickCheck("How many?", answer=2),
    }
    return makers[request.param]()


def test_a_panel_is_text_twin_and_widgets(panel: LivePanel) -> None:
    bundle = panel._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/plain", "text/html", VIEW}
    assert bundle[VIEW]["model_id"] == panel.view.model_id
    assert bundle["text/plain"] == repr(panel) == panel.text()
    assert " at 0x" not in bundle["text/plain"]


def test_the_twin_stands_alone_and_has_words_for_every_picture(panel: LivePanel) -> None:
    html = panel.html()
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    tags = [tag for tag, _ in reader.found]
    assert "script" not in tags and "http://" not in html.replace("http://www.w3.org", "")
    assert panel.title in html
    for tag, attributes in reader.found:
        if tag == "img":
            assert str(attributes["src"]).startswith("data:image/png;base64,")
            assert len(str(attributes["alt"])) > 20
    if isinstance(panel, WeightPlayer | GraphExplorer):
        assert "img" in tags
    if isinstance(panel, QuickCheck):
        assert "details" in tags


def test_every_control_has_a_label_and_the_browser_has_its_value(panel: LivePanel) -> None:
    shared = panel.shared()
    for spec in shared["data"]["controls"]:
        assert spec["label"] and spec["name"] in shared["state"]
    widget = panel.view
    assert json.loads(json.dumps({"data": widget.data, "state": widget.state})) == json.loads(
        json.dumps(shared)
    )


def test_a_figure_is_one_module(panel: LivePanel) -> None:
    text = panel.view._esm
    assert text == module_text(panel.module)
    assert text.count("export default live(") == 1
    assert "import " not in text and "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_a_page_is_enlivened_by_one_script() -> None:
    check, number = QuickCheck("Which?", ["a", "b"], "b"), QuickCheck("How many?", answer=2)
    page = f"<html><body>{check.html()}{number.html()}</body></html>"
    alive = enliven(page)
    assert alive.startswith(page.removesuffix("</body></html>"))
    assert alive.endswith("</body></html>")
    assert alive.count("<script") == 1 and alive.count("FIGURES.quick_check = live(") == 1
    assert enliven("<p>nothing alive</p>") == "<p>nothing alive</p>"


def test_showing_a_panel_twice_gives_the_same(panel: LivePanel) -> None:
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


def test_text_is_escaped_and_code_set() -> None:
    assert inline("a < b & `c<d>` $x_1$") == "a &lt; b &amp; <code>c&lt;d&gt;</code> $x_1$"


def test_a_note_is_a_status() -> None:
    tree = ElementTree.fromstring(note("Wrong `x`", "bad"))
    (paragraph,) = tree
    assert paragraph.get("role") == "status"
    assert "ausrec-bad" in str(paragraph.get("class"))


def test_a_picture_carries_itself_and_its_words() -> None:
    figure = Figure(figsize=(1, 1))
    figure.suptitle('a "quoted" <word>')
    html = picture(figure)
    assert html.count('src="data:image/png;base64,') == 1
    assert 'alt="a &quot;quoted&quot; &lt;word&gt;."' in html


class Knobs(LivePanel):
    """A panel of three controls."""

    title, instruction = "Title", "Do `this`."

    def __init__(self) -> None:
        super().__init__()
        self.offer(
            rate=Slider("Rate α", 1.0, 0.01, 300.0, log=True),
            count=Number("Count", 3, 0, 12),
            kind=Select("Kind", "two_hop", {"two_hop": "Two hops", "noise": "Noise"}),
        )

    def text(self) -> str:
        return "Knobs"

    def results_html(self) -> str:
        return f"<p>{self.state['count']}</p>"


def test_what_is_given_is_set_and_shown() -> None:
    panel = Knobs()
    assert panel.set(rate=250.0, kind="noise", count=None) is panel
    assert dict(panel.rows()) == {"Rate α": "250.00", "Count": "3", "Kind": "Noise"}
    assert panel.view.results == "<p>3</p>"
    panel.set(count=4)
    assert panel.view.results == "<p>4</p>" and panel.view.state["count"] == 4
    assert "Title" in panel.html() and "Do <code>this</code>." in panel.html()


def test_what_the_browser_moves_is_followed() -> None:
    panel = Knobs()
    panel.view.state = panel.state | {"count": 7}
    assert panel.state["count"] == 7 and panel.view.results == "<p>7</p>"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rate": 301.0}, "rate is 301.0, but must be from 0.01 to 300"),
        ({"count": 13}, "count is 13, but must be from 0 to 12"),
        ({"kind": "two_hops"}, "unknown kind 'two_hops'; did you mean 'two_hop'"),
        ({"counts": 1}, "unknown control 'counts'; did you mean 'count'"),
    ],
)
def test_all_or_nothing_is_set(values: dict, message: str) -> None:
    panel = Knobs()
    with pytest.raises(AusrecError, match=message):
        panel.set(**{"kind": "noise", **values})
    assert panel.state["kind"] == "two_hop"
