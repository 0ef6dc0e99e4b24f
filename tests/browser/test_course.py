"""The static site of the real notebooks in a browser without JavaScript."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ausrec.lab.course.build import Course, build_course

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def course(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    return build_course(tmp_path_factory.mktemp("built") / "course", repository / "notebooks")


@pytest.fixture
def still_page(browser: Browser) -> Iterator[Page]:
    """A page of a browser whose JavaScript is off, and which asks nobody else for anything."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1000, "height": 900}
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def open_page(page: Page, course: Course, name: str) -> None:
    page.goto((course.out / "site" / f"{name}.html").as_uri())


def test_a_reader_finds_the_way_through_all_chapters(course: Course, still_page: Page) -> None:
    open_page(still_page, course, "index")
    links = still_page.locator(".chapters h2 a")
    expect(links).to_have_count(len(course.chapters))
    links.first.click()
    for chapter in course.chapters:
        expect(still_page.locator("h1").first).to_have_text(chapter.title)
        following = still_page.locator("nav [rel=next]")
        if following.count():
            following.last.click()
    still_page.get_by_role("link", name="All chapters").first.click()
    expect(still_page.get_by_text("Run time:").first).to_be_visible()


def test_every_chapter_shows_figures_tables_checks_and_panels(
    course: Course, still_page: Page, artefacts: Path
) -> None:
    for chapter in course.chapters:
        open_page(still_page, course, chapter.name)
        figures = still_page.locator(".output_png img")
        assert figures.count(), chapter.name
        for image in still_page.locator("img").all():
            assert image.get_attribute("alt")
            box = image.bounding_box()
            # A picture that did not load has no size of its own.
            assert box is None or (box["width"] > 100 and box["height"] > 40), chapter.name
        assert still_page.locator("main table").count(), chapter.name
        panels = still_page.locator(".ausrec-panel")
        assert panels.count() >= 2, chapter.name
        expect(panels.first).to_be_visible()
        for source in chapter.notebook.cells:
            if "solution" in source.metadata.get("tags", []):
                assert source.source not in still_page.content()
        still_page.screenshot(path=artefacts / f"site-{chapter.name}.png", full_page=True)


def test_quick_checks_open_by_keyboard(course: Course, still_page: Page) -> None:
    for chapter in course.chapters:
        open_page(still_page, course, chapter.name)
        checks = still_page.locator(".ausrec-panel", has_text="Quick check")
        assert checks.count(), chapter.name
        answer = checks.first.locator("details p").first
        expect(answer).to_be_hidden()
        checks.first.locator("summary").press("Enter")
        expect(answer).to_be_visible()


def test_formulas_are_set(course: Course, still_page: Page) -> None:
    for chapter in course.chapters:
        open_page(still_page, course, chapter.name)
        for text in still_page.locator(".text_cell_render").all_inner_texts():
            assert "\\frac" not in text and "$$" not in text, chapter.name
    formulas = still_page.locator("math").all()
    assert all((formula.bounding_box() or {"width": 0})["width"] > 0 for formula in formulas)


def test_dark_and_narrow_pages_can_be_read(course: Course, browser: Browser) -> None:
    context = browser.new_context(
        java_script_enabled=False, color_scheme="dark", viewport={"width": 400, "height": 800}
    )
    page = context.new_page()
    for chapter in course.chapters:
        open_page(page, course, chapter.name)
        main = page.locator("main").bounding_box()
        assert main is not None and main["x"] + main["width"] <= 400
    picture = page.screenshot()
    context.close()
    assert picture[:4] == b"\x89PNG"
