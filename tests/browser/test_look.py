"""The panels can be read in light and in dark themes."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import CELLS, SLOW, Panels

pytestmark = pytest.mark.browser

# The colour of an element's text, and of the first opaque background behind it.
COLORS = """element => {
  let behind = element, found = 'rgba(0, 0, 0, 0)';
  while (behind && / 0\\)$/.test(found)) {
    found = getComputedStyle(behind).backgroundColor;
    behind = behind.parentElement;
  }
  return [getComputedStyle(element).color, found];
}"""


def luminance(color: str) -> float:
    """Relative luminance, as the Web Content Accessibility Guidelines define it."""
    channels = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(element: Locator) -> float:
    text, behind = (luminance(color) for color in element.evaluate(COLORS))
    return (max(text, behind) + 0.05) / (min(text, behind) + 0.05)


def test_contrast_is_known() -> None:
    assert luminance("rgb(255, 255, 255)") == pytest.approx(1)
    assert luminance("rgb(0, 0, 0)") == 0


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_text_stands_out(panels: Panels, theme: str) -> None:
    panels.page.evaluate(
        f"() => {{ jupyterapp.commands.execute('apputils:change-theme', {{theme: '{theme}'}}); }}"
    )
    light = str(theme.endswith("Light")).lower()
    body = panels.page.locator(f"body[data-jp-theme-light={light}]")
    expect(body).to_have_count(1, timeout=SLOW)
    for name in CELLS:
        for what in (".ausrec-title", "label"):
            for element in panels[name].locator(what).all():
                if element.is_visible() and element.inner_text().strip():
                    assert contrast(element) > 4.5, (name, what, element.inner_text())
        panels.keep(name, "_light" if light == "true" else "_dark")
