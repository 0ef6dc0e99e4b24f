"""The panels' twins in an exported page, in a browser without JavaScript."""

from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, expect

from ausrec.lab import GraphExplorer, PredictThenReveal, QuickCheck, TaskLab, WeightPlayer
from ausrec.lab.panels.base.live_panel import LivePanel
from ausrec.runs.recipe import Recipe
from ausrec.training import TrainConfig

pytestmark = pytest.mark.browser


def export(panels: list[LivePanel]) -> str:
    """Convert a notebook that shows the panels, without the state of widgets."""
    cells = []
    for panel in panels:
        cell = nbformat.v4.new_code_cell("panel", execution_count=1)
        output = nbformat.v4.new_output("execute_result", panel._repr_mimebundle_())
        output["execution_count"] = 1
        cells.append({**cell, "outputs": [output]})
    notebook = nbformat.from_dict({**nbformat.v4.new_notebook(), "cells": cells})
    page: str = HTMLExporter().from_notebook_node(notebook)[0]
    return page


def test_twins_need_no_script(browser: Browser, tmp_path: Path, artefacts: Path) -> None:
    recipe = Recipe(train=TrainConfig(epochs=2, batch_size=2048))
    lab = TaskLab(recipe=recipe)
    trained = lab.train()
    predict = PredictThenReveal(recipe=recipe, regret=False)
    predict.commit({"three_hop": 0.2})
    check = QuickCheck("Which?", ["this", "that"], "that", "Because.")
    explorer = GraphExplorer(trained.prepared.splits.train)
    (tmp_path / "page.html").write_text(
        export([lab, predict, WeightPlayer(trained), explorer, check]), encoding="utf-8"
    )
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    try:
        page.goto((tmp_path / "page.html").as_uri())
        assert page.locator("section.ausrec-panel").count() == 5
        images = page.locator("section.ausrec-panel img")
        assert images.count() == 4
        for image in images.all():
            expect(image).to_be_visible()
            assert image.get_attribute("alt")
            box = image.bounding_box()
            assert box is not None and box["width"] > 300 and box["height"] > 100
        assert page.locator("section.ausrec-panel table").count() >= 8
        answer = page.get_by_text("Because.")
        expect(answer).to_be_hidden()
        page.get_by_text("Answer", exact=True).click()
        expect(answer).to_be_visible()
    finally:
        page.screenshot(path=artefacts / "export.png", full_page=True)
        context.close()
