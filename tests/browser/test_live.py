"""The live figures in a browser without a kernel: their numbers, their keys and their sizes."""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from ausrec.data import a_dozen_users
from ausrec.lab.panels.attention import Attention
from ausrec.lab.panels.base.live_panel import LivePanel
from ausrec.lab.panels.graph_explorer import GraphExplorer
from ausrec.lab.panels.hypergradient_scope import HypergradientScope
from ausrec.lab.panels.microscope import Microscope
from ausrec.lab.panels.propagation import Propagation
from ausrec.lab.panels.quick_check import QuickCheck
from ausrec.lab.panels.task_mixer import TaskMixer
from ausrec.lab.panels.view_lab import VIEWS, ViewLab
from ausrec.lab.panels.weight_player import WeightPlayer
from ausrec.models import LightGCN
from ausrec.weighting.estimators import Quadratic
from tests.lab.conftest import draw_history
from tests.sequences import encoder_of, parts
from tests.weighting.problem import make_step

pytestmark = pytest.mark.browser
CLOSE = {"rtol": 1e-9, "atol": 1e-9}

FIGURES: dict[str, Callable[[], LivePanel]] = {
    "microscope": lambda: Microscope(make_step()),
    "hypergradient_scope": lambda: HypergradientScope(
        Quadratic.random(2, 2, condition=5.0, seed=3)
    ),
    "graph_explorer": lambda: GraphExplorer(a_dozen_users(), user=6),
    "view_lab": lambda: ViewLab(
        LightGCN(a_dozen_users(), dim=8, seed=0), list(a_dozen_users()["user"].name)
    ),
    "propagation": lambda: Propagation(a_dozen_users(), user=3),
    "weight_player": lambda: WeightPlayer(
        draw_history(), branches={"Two hops silenced": draw_history(lift=1.2)}
    ),
    "task_mixer": TaskMixer,
    "attention": lambda: Attention(
        {name: encoder_of(parts().train, name, longest=7) for name in ("sasrec", "bert4rec")},
        parts().test,
        range(3),
    ),
}

CHECKS: dict[str, Callable[[], LivePanel]] = {
    "one": lambda: QuickCheck(
        "Which?", ["one", "two", "three"], "two", "Because `2`.", hints=["Too few.", "", "Many."]
    ),
    "some": lambda: QuickCheck(
        "Which?", ["one", "two", "three"], ["one", "three"], "Odd.", hints=["", "Even.", ""]
    ),
    "number": lambda: QuickCheck(
        "What is $2^{-2}$?", answer=0.25, tolerance=0.0101, why="A quarter.", hints=["Hm."]
    ),
}


class Shown:
    """A figure on a page of its own."""

    def __init__(self, page: Page, folder: Path, name: str) -> None:
        self.page, self.panel = page, {**FIGURES, **CHECKS}[name]()
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.goto(self.panel.save(folder / f"{name}.html").as_uri())
        self.root = page.locator(".ausrec-live")
        expect(self.root).to_have_count(1)

    def compute(self, **state: Any) -> Any:
        """Ask the browser for the numbers of a state."""
        return self.root.evaluate("(root, state) => root.figure.compute(state)", state)

    @property
    def state(self) -> Any:
        return self.root.evaluate("root => ({ ...root.figure.state })")


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Shown]]:
    contexts = []

    def open_figure(name: str, **settings: Any) -> Shown:
        contexts.append(browser.new_context(**settings))
        return Shown(contexts[-1].new_page(), tmp_path, name)

    yield open_figure
    for context in contexts:
        context.close()


def test_microscope_computes_what_python_does(show: Callable[..., Shown]) -> None:
    shown = show("microscope")
    panel = shown.panel
    assert isinstance(panel, Microscope)
    names = list(panel.weights)
    for first, second, rate in product((0.0, 0.35, 1.0), (0.1, 0.8), (0.01, 1.0, 40.0, 300.0)):
        state = {names[0]: first, names[1]: second, "rate": rate}
        panel.set(**state)
        found, table = shown.compute(**state), panel.table
        np.testing.assert_allclose(found["losses"], table["mean loss"], **CLOSE)
        np.testing.assert_allclose(found["alignments"], table["alignment ⟨g, v⟩"], **CLOSE)
        np.testing.assert_allclose(found["slopes"], table["slope of the meta loss"], **CLOSE)
        np.testing.assert_allclose([found["predicted"], found["actual"]], panel.change, **CLOSE)
        expected = panel.virtual.meta_loss(panel.weights, rate)
        np.testing.assert_allclose(found["meta"], expected, **CLOSE)


def test_scope_computes_what_python_does(show: Callable[..., Shown]) -> None:
    shown = show("hypergradient_scope")
    panel = shown.panel
    assert isinstance(panel, HypergradientScope)
    for products, rate, damping in product((0, 1, 2, 7, 12), (0.3, 1.0, 2.4), (0.0, 0.35, 1.0)):
        state = {"products": products, "rate": rate, "damping": damping}
        panel.set(**state)
        found = shown.compute(**state)
        for name, path in panel.paths.items():
            np.testing.assert_allclose(found["paths"][name][: len(path)], path, **CLOSE)
            np.testing.assert_allclose(found["errors"][name], panel.errors[name], **CLOSE)
            np.testing.assert_allclose(found["derivatives"][name], panel.derivatives[name], **CLOSE)
        np.testing.assert_allclose(found["exact"], panel.derivatives["true"], **CLOSE)


def test_propagation_computes_what_python_does(show: Callable[..., Shown]) -> None:
    shown = show("propagation")
    panel = shown.panel
    assert isinstance(panel, Propagation)
    for user, graph, reading in product((0, 3, 11), ("joint", "plays"), ("mean", "last")):
        state = {"user": user, "graph": graph, "reading": reading}
        expected = panel.set(**state).resemblance().T
        np.testing.assert_allclose(shown.compute(**state), expected, **CLOSE)


def test_attention_computes_what_python_does(show: Callable[..., Shown]) -> None:
    shown = show("attention")
    panel = shown.panel
    assert isinstance(panel, Attention)
    cases = product(panel.encoders, range(3), (0, 2, 5), (0, 3), (1, 4, 6))
    for encoder, history, hidden, head, position in cases:
        state = {"encoder": encoder, "history": history, "hidden": hidden, "head": head}
        panel.set(**state, position=position)
        found, table = shown.compute(**state, position=position), panel.predictions
        np.testing.assert_allclose(found["attention"], panel.attention, **CLOSE)
        np.testing.assert_allclose(found["now"], table["now"], **CLOSE)
        np.testing.assert_allclose(found["before"], table["nothing hidden"], **CLOSE)


def test_view_lab_computes_what_python_does(show: Callable[..., Shown]) -> None:
    shown = show("view_lab")
    panel = shown.panel
    assert isinstance(panel, ViewLab)
    for views, strength, temperature in product(VIEWS, (0.05, 0.4, 0.9), (0.05, 0.2, 1.0)):
        state = {"views": views, "strength": strength, "temperature": temperature}
        panel.set(**state, objective="InfoNCE")
        found = shown.compute(**state)
        # Recorded in millionths.
        cosines = torch.tensor(found["cosines"], dtype=torch.float64)
        np.testing.assert_allclose(cosines, panel.cosines, rtol=0, atol=2e-6)
        expected = -(cosines / temperature).log_softmax(dim=1).diagonal()
        np.testing.assert_allclose(found["losses"], expected, **CLOSE)
        np.testing.assert_allclose(found["losses"], panel.losses, rtol=1e-3, atol=1e-4)
        alone = shown.compute(**state, objective="alignment")["losses"]
        np.testing.assert_allclose(alone, 2 - 2 * cosines.diagonal(), **CLOSE)


def test_player_plays_courses(show: Callable[..., Shown]) -> None:
    shown = show("weight_player")
    panel = shown.panel
    assert isinstance(panel, WeightPlayer)
    table = panel.table
    for epoch in (1, 3, 6):
        found = shown.compute(epoch=epoch)
        rows = table[(table["epoch"] == epoch) & (table["quantity"] == "weight")]
        np.testing.assert_allclose(
            found["weights"], rows.set_index("task")["value"][list(panel.names)], rtol=1e-4
        )
    shown.root.get_by_label("Course").select_option("Two hops silenced")
    expect(shown.root.get_by_text("Weight, changed")).to_be_visible()
    shown.root.get_by_role("button", name="Play").click()
    expect(shown.root.get_by_text("Epoch 2:", exact=False).first).to_be_visible()
    # No kernel, so nothing that needs one.
    expect(shown.root.get_by_role("button", name="Rerun")).to_have_count(0)


def test_mixer_answers_without_a_kernel(show: Callable[..., Shown]) -> None:
    shown = show("task_mixer")
    panel = shown.panel
    assert isinstance(panel, TaskMixer)
    for tasks, weight in product((("two_hop",), panel.names), (0.3, 0.9, 2.8)):
        state = {name: name in tasks for name in panel.names} | {"weight": weight}
        found, lines = shown.compute(**state), panel.set(**state).curves()
        np.testing.assert_allclose(found["curve"], lines["this mixture"], **CLOSE)
        np.testing.assert_allclose(found["without"], lines["no tasks"], **CLOSE)
    before = shown.root.inner_text()
    shown.root.get_by_label("Three hops").check()
    expect(shown.root).not_to_have_text(before)


def test_one_choice_is_judged_by_keyboard(show: Callable[..., Shown]) -> None:
    shown = show("one")
    status, keyboard = shown.root.get_by_role("status").last, shown.page.keyboard
    button = shown.root.get_by_role("button", name="Check")
    button.click()
    expect(shown.root.get_by_text("Choose first.")).to_be_visible()
    shown.root.get_by_label("three").focus()
    for key in ("Space", "Enter"):
        keyboard.press(key)
    expect(shown.root.get_by_text("Not yet. Many.")).to_be_visible()
    shown.root.get_by_label("two").check()
    button.click()
    expect(shown.root.get_by_text("Right. Because 2.")).to_be_visible()
    assert status.count() and shown.complaints == []


def test_all_that_apply(show: Callable[..., Shown]) -> None:
    shown = show("some")
    for label, said in (("one", "not all that apply"), ("two", "Even."), ("three", "Even.")):
        shown.root.get_by_label(label).check()
        shown.root.get_by_role("button", name="Check").click()
        expect(shown.root.get_by_text(said)).to_be_visible()
    shown.root.get_by_label("two").uncheck()
    shown.root.get_by_role("button", name="Check").click()
    expect(shown.root.get_by_text("Right. Odd.")).to_be_visible()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("0.25", "Right. A quarter."),
        ("0,26", "Right. A quarter."),
        (" .24 ", "Right. A quarter."),
        ("0.2611", "Not yet. Hm."),
        ("a lot", "is no number"),
        ("Infinity", "is no number"),
        ("", "Write a number."),
    ],
)
def test_a_number_within_its_tolerance(show: Callable[..., Shown], given: str, said: str) -> None:
    shown = show("number")
    expect(shown.root.locator("math")).to_be_visible()
    shown.root.get_by_label("Number").fill(given)
    shown.root.get_by_label("Number").press("Enter")
    expect(shown.root.get_by_text(said)).to_be_visible()


def test_a_click_on_a_person_shows_their_side(show: Callable[..., Shown]) -> None:
    shown = show("graph_explorer")
    expect(shown.root.get_by_text("Gus and Eva are linked").first).to_be_visible()
    shown.root.locator("svg text", has_text="Finn").click()
    expect(shown.root.get_by_text("Gus and Finn are linked").first).to_be_visible()
    shown.root.locator("svg text", has_text="Ada").click()
    expect(shown.root.get_by_text("Ada and Ben are linked").first).to_be_visible()
    network = shown.root.locator("svg[role=slider]")
    network.press("ArrowRight")
    network.press("Enter")
    assert shown.state["user"] == 2
    shown.root.get_by_label("Relation").select_option("Three hops")
    expect(shown.root.get_by_text("are three links apart").first).to_be_visible()


@pytest.mark.parametrize("name", FIGURES)
def test_every_control_has_a_name_and_answers_the_keyboard(
    show: Callable[..., Shown], name: str
) -> None:
    shown = show(name)
    for element in shown.root.locator("input, select, button, [role=slider], [role=img]").all():
        assert element.evaluate("e => e.ariaLabel || e.labels?.[0]?.innerText || e.innerText")
    for handle in shown.root.locator("[role=slider], input[type=range]").all():
        before = shown.state
        handle.focus()
        expect(handle).to_be_focused()
        handle.press("ArrowLeft")
        if shown.state == before:
            handle.press("ArrowRight")
        assert shown.state != before
    assert shown.complaints == []


@pytest.mark.parametrize("name", FIGURES)
def test_keys_do_not_leave_the_figure(show: Callable[..., Shown], name: str) -> None:
    shown = show(name)
    shown.page.evaluate("window.keys = []; addEventListener('keydown', e => keys.push(e.key))")
    shown.root.locator("input, select, [role=slider]").first.focus()
    shown.page.keyboard.press("d")
    shown.page.keyboard.press("ArrowDown")
    assert shown.page.evaluate("keys") == []


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("width", [390, 600, 1000])
def test_nothing_is_wider_than_the_page(show: Callable[..., Shown], name: str, width: int) -> None:
    shown = show(name, viewport={"width": width, "height": 800}, color_scheme="dark")
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
    for box in (svg.bounding_box() for svg in shown.root.locator("svg").all()):
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_follows_the_pointer_during_the_drag(
    show: Callable[..., Shown], name: str
) -> None:
    shown = show(name)
    target = shown.root.locator("svg[role=slider]").first
    target.scroll_into_view_if_needed()
    box, mouse = target.bounding_box(), shown.page.mouse
    assert box is not None
    places = [
        (box["x"] + across * box["width"], box["y"] + down * box["height"])
        for across, down in ((0.3, 0.3), (0.6, 0.9), (0.85, 0.5))
    ]
    mouse.move(*places[0])
    mouse.down()
    seen = set()
    for place in places:
        mouse.move(*place)
        shown.page.evaluate("() => new Promise(done => requestAnimationFrame(() => done()))")
        seen.add(target.inner_html())
    # The button is still pressed.
    assert len(seen) > 1
    mouse.up()
    assert shown.complaints == []
