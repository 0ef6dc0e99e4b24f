"""What helps to read and to teach: the glossary, the picture of the method, and slides."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.quiet import SCREENS, quiet_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Turn all slides over, and return those whose contents are cut off.
TURN_SLIDES = """() => {
  const bad = [];
  for (let number = 0; number < Reveal.getTotalSlides(); number += 1) {
    const content = Reveal.getCurrentSlide().querySelector(".content");
    const down = content.scrollHeight - content.clientHeight;
    const right = content.scrollWidth - content.clientWidth;
    if (Math.max(down, right) > 1) bad.push(Reveal.getCurrentSlide().innerText.slice(0, 40));
    while (Reveal.availableFragments().next) Reveal.nextFragment();
    Reveal.next();
  }
  return { bad, last: Reveal.isLastSlide() };
}"""


@pytest.fixture(params=SCREENS)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    with quiet_page(browser, *request.param) as page:
        yield page


def test_every_slide_can_be_read(browser: Browser, repository: Path, site: Path) -> None:
    with quiet_page(browser, 1280, "dark") as page:
        for path in sorted((repository / "notebooks").glob("*.ipynb")):
            page.goto((site / "slides" / f"{path.stem}.html").as_uri())
            page.wait_for_function("window.MathJax?.startup?.promise && Reveal.isReady()")
            page.evaluate("MathJax.startup.promise")
            assert page.evaluate(TURN_SLIDES) == {"bad": [], "last": True}, path.stem
            expect(page.locator("a.chapter")).to_have_attribute(
                "href", f"../notebooks/{path.stem}.html"
            )


def test_a_word_shows_its_meaning_by_keyboard_pointer_and_finger(page: Page, site: Path) -> None:
    page.goto((site / "notebooks" / "04_meta_weighting_step.html").as_uri())
    here = page.url
    word, meaning = (
        page.locator("a.glossary-word", has_text="virtual step"),
        page.get_by_role("tooltip"),
    )
    assert page.locator("a.glossary-word", has_text="meta loss").count() == 1
    word.focus()
    expect(meaning).to_contain_text("It is never kept.")
    assert word.get_attribute("aria-describedby") == meaning.get_attribute("id")
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    page.locator("a.glossary-word", has_text="bi-level").hover()
    expect(meaning).to_contain_text("Two problems")
    meaning.hover()
    expect(meaning).to_be_visible()
    box, size = meaning.bounding_box(), page.viewport_size
    assert box and size and box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    page.keyboard.press("Escape")
    if size["width"] == 390:
        word.tap()
        expect(meaning).to_contain_text("It is never kept.")
        assert page.url == here
        word.tap()
    else:
        word.click()
    expect(page).to_have_url(re.compile("docs/glossary.html#term-virtual-step$"))


def test_a_narrow_screen_shows_the_lit_part_of_the_method(page: Page, site: Path) -> None:
    page.goto((site / "notebooks" / "04_meta_weighting_step.html").as_uri())
    picture = page.locator(".ausrec-method")
    picture.scroll_into_view_if_needed()
    around = picture.locator("xpath=..").bounding_box()
    for box in [each.bounding_box() for each in picture.locator(".lit rect").all()]:
        assert box and around and box["x"] >= around["x"] - 1
        assert box["x"] + box["width"] <= around["x"] + around["width"] + 1
