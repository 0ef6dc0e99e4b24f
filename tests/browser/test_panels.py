"""Every panel in JupyterLab, used as a learner uses it."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import SLOW, Panels

pytestmark = pytest.mark.browser


def press_on_slider(slider: Locator, key: str, times: int) -> None:
    """Move a slider by the keyboard."""
    for _ in range(times):
        before = slider.input_value()
        slider.press(key)
        expect(slider).not_to_have_value(before, timeout=SLOW)


def source(panel: Locator) -> str:
    """The address of the panel's figure, which holds the figure itself."""
    found = panel.locator(".ausrec-card img").get_attribute("src")
    assert found is not None
    return found


def wait_for_another_figure(panel: Locator, before: str) -> str:
    image = panel.locator(".ausrec-card img")
    expect(image).not_to_have_attribute("src", before, timeout=SLOW)
    return source(panel)


def test_task_lab_trains_stops_and_exports(panels: Panels) -> None:
    lab = panels["task_lab"]
    lab.get_by_label("Use Two hops").uncheck()
    lab.get_by_role("combobox", name="Weighting").select_option("manual")
    press_on_slider(lab.get_by_role("slider", name="Social link"), "ArrowRight", 4)
    command = lab.locator("code")
    expect(command).to_contain_text("social_link: 0.7")
    expect(command).not_to_contain_text("two_hop")

    lab.get_by_role("button", name="Train").click()
    name = "1 manual: social link ×0.7, others ×0.5, without two hops"
    expect(lab.get_by_text(f"Run {name}: epoch")).to_be_visible(timeout=SLOW)
    first = source(lab)
    alt = lab.locator(".ausrec-card img").get_attribute("alt")
    assert alt is not None and alt.startswith("NDCG@10 (validation) of every run")
    expect(lab.get_by_role("row", name=re.compile(name))).to_be_visible()
    assert lab.locator(".ausrec-card img").evaluate("image => image.naturalWidth") > 500

    # A long run: it grows, refuses a second one, and stops.
    lab.get_by_role("combobox", name="Weighting").select_option("automatic")
    press_on_slider(lab.get_by_role("slider", name="Epochs"), "End", 1)
    lab.get_by_role("button", name="Train").click()
    growing = wait_for_another_figure(lab, first)
    wait_for_another_figure(lab, growing)
    lab.get_by_role("button", name="Train").click()
    expect(lab.get_by_text("Not started: a run is going")).to_be_visible(timeout=SLOW)
    lab.get_by_role("button", name="Stop").click()
    expect(lab.get_by_text("Run 2 automatic: without two hops: epoch")).to_be_visible(timeout=SLOW)
    expect(lab.get_by_text("you stopped it")).to_be_visible()
    expect(lab.get_by_role("row", name=re.compile("2 automatic: without"))).to_be_visible()
    panels.keep("task_lab")

    lab.get_by_role("button", name="Export runs").click()
    expect(lab.get_by_text("Written to")).to_be_visible(timeout=SLOW)
    written = {path.name for path in (panels.folder / "runs" / "lab").iterdir()}
    assert written == {"runs.csv", "history.csv", "runs.tex", "runs.png"}


def test_predict_then_reveal_compares(panels: Panels) -> None:
    predict = panels["predict"]
    expect(predict.get_by_text("stay hidden until you commit")).to_be_visible()
    press_on_slider(predict.get_by_role("slider", name="Three hops"), "ArrowLeft", 6)
    predict.get_by_role("button", name="Commit and reveal").click()
    expect(predict.get_by_text("Revealed:")).to_be_visible(timeout=SLOW)
    row = predict.get_by_role("row", name=re.compile("Three hops"))
    expect(row).to_contain_text("0.20")
    expect(predict.get_by_role("row", name=re.compile("Learned weights"))).to_be_visible()
    expect(predict.get_by_role("columnheader", name="Regret")).to_be_visible()
    panels.keep("predict")
    predict.get_by_role("button", name="Try again").click()
    expect(predict.get_by_text("stay hidden until you commit")).to_be_visible(timeout=SLOW)


def test_weight_player_scrubs_and_reruns(panels: Panels) -> None:
    player = panels["player"]
    expect(player.locator("caption")).to_contain_text("Epoch 6")
    press_on_slider(player.locator("input[type=range]"), "ArrowLeft", 4)
    expect(player.locator("caption")).to_contain_text("Epoch 2")
    player.get_by_role("combobox", name="Action").select_option("silence it (weight 0)")
    player.get_by_role("button", name="Rerun from this epoch").click()
    expect(player.get_by_text("silenced after epoch 2: best")).to_be_visible(timeout=SLOW)
    expect(player.get_by_role("columnheader", name="Weight, changed")).to_be_visible()
    panels.keep("player")


def test_graph_explorer_asks_the_kernel_about_a_large_graph(panels: Panels) -> None:
    explorer = panels["explorer"]
    expect(explorer.get_by_text("are linked and have common friends").first).to_be_visible()
    explorer.get_by_role("combobox", name="Relation").select_option("Meta-path U-U-I-U")
    expect(explorer.get_by_text("meet over what a friend chose").first).to_be_visible(timeout=SLOW)
    before = explorer.locator(".ausrec-note").first.inner_text()
    explorer.get_by_role("slider", name="Related user").press("ArrowRight")
    expect(explorer.locator(".ausrec-note").first).not_to_have_text(before)
    panels.keep("explorer")


def test_keys_in_a_figure_are_no_commands_of_jupyterlab(panels: Panels) -> None:
    cells = panels.page.locator(".jp-Notebook .jp-CodeCell")
    number, explorer = cells.count(), panels["explorer"]
    for control in ("slider", "combobox"):
        target = explorer.get_by_role(control).first  # type: ignore[arg-type]
        target.focus()
        for key in ("d", "d", "ArrowDown", "x", "a"):
            panels.page.keyboard.press(key)
        expect(target).to_be_focused()
    assert cells.count() == number


def test_quick_check_answers_the_keyboard(panels: Panels) -> None:
    choice, keyboard = panels["choice"], panels.page.keyboard
    choice.get_by_label("cross-entropy").focus()
    for key in ("Space", "Enter"):
        keyboard.press(key)
    expect(choice.get_by_text("Not yet. That one looks at single items.")).to_be_visible()
    for key in ("ArrowDown", "Enter"):
        keyboard.press(key)
    expect(choice.get_by_text("Right. It looks at pairs.")).to_be_visible()
    panels.keep("choice")

    number = panels["number"]
    number.get_by_label("Number").fill("0,25")
    number.get_by_label("Number").press("Enter")
    expect(number.get_by_text("Right. A quarter.")).to_be_visible()
    expect(number.locator("math")).to_be_visible()
    panels.keep("number")
