"""A page on which nothing may complain."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Page

SCREENS = [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]


@contextmanager
def quiet_page(browser: Browser, width: int, scheme: Literal["light", "dark"]) -> Iterator[Page]:
    """Open a page without network, on which nothing may complain."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        offline=True,
        has_touch=width == 390,
    )
    page, complaints, asked = context.new_page(), list[str](), list[str]()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert complaints == []
    assert [url for url in asked if url.startswith("http")] == []
