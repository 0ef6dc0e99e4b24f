"""A panel as a web application."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import CELLS, SLOW, Server

pytestmark = pytest.mark.browser


def test_task_lab_trains_under_voila(
    start_server: Callable[..., Server], browser: Browser, artefacts: Path
) -> None:
    options = ["--Voila.ip=127.0.0.1", "--token={token}", "--Voila.root_dir={folder}"]
    server = start_server("voila", ["panels.ipynb", *options], [CELLS["task_lab"]])
    page = browser.new_page(viewport={"width": 1366, "height": 1000})
    try:
        page.goto(f"{server.url}/?token={server.token}", timeout=SLOW)
        lab = page.locator(".ausrec-live")
        expect(lab).to_be_visible(timeout=SLOW)
        lab.get_by_role("button", name="Train").click()
        expect(lab.get_by_text("Run 1 automatic: epoch")).to_be_visible(timeout=SLOW)
        image = lab.locator(".ausrec-card img")
        assert image.evaluate("image => image.naturalWidth") > 500
    finally:
        page.screenshot(path=artefacts / "voila.png", full_page=True)
        page.close()
