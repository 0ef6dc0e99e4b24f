"""The site builds without a warning, holds every page, and can be read offline."""

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

import ausrec
from tests.browser.quiet import SCREENS, quiet_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PANELS_TOO_WIDE = (
    "[...document.querySelectorAll('.ausrec-live')]"
    ".filter(panel => panel.scrollWidth > panel.clientWidth + 1).length"
)
OPENED = ("docs/index", "docs/glossary", "notebooks/01_graph_construction", "docs/api/weighting")
# A reader moves every control of a page once.
MOVE_FIGURES = """() => {
  const controls = [...document.querySelectorAll(".ausrec-live :is(input[type=range], select)")];
  for (const control of controls) {
    if (control.tagName === "SELECT") control.selectedIndex = control.options.length - 1;
    else control.value = control.max;
    for (const kind of ["input", "change"]) {
      control.dispatchEvent(new Event(kind, { bubbles: true }));
    }
  }
  return controls.length;
}"""


@pytest.fixture(scope="module")
def texts(site: Path) -> dict[Path, str]:
    """Every page but those of source code, by its place."""
    pages = (page for page in site.rglob("*.html") if "_static" not in page.parts)
    return {page: page.read_text(encoding="utf-8") for page in pages}


def test_every_notebook_and_page_is_in_it(repository: Path, site: Path) -> None:
    sources = [
        *repository.glob("*.md"),
        *(repository / "docs").rglob("*.md"),
        *(repository / "notebooks").rglob("*.ipynb"),
        *(repository / "notebooks").rglob("*.md"),
        *(repository / folder / "README.md" for folder in ("data", "benchmarks")),
    ]
    made = [site / path.relative_to(repository).with_suffix(".html") for path in sources]
    assert len(made) > 60
    assert [page for page in made if not page.is_file()] == []


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    reference = "".join(page.read_text() for page in (site / "docs" / "api").glob("*.html"))
    described = set(re.findall(r'id="ausrec\.[\w.]*?(\w+)"', reference))
    floors = [importlib.import_module(f"ausrec.{floor}") for floor in ausrec._FLOORS]
    names = {name for floor in floors for name in floor.__all__}
    values = {name: getattr(ausrec, name) for name in names}
    defined = {n for n, each in values.items() if inspect.isclass(each) or inspect.isfunction(each)}
    assert len(defined) > 150
    assert defined - described == set()


def test_no_link_is_broken_and_nothing_is_loaded_from_elsewhere(texts: dict[Path, str]) -> None:
    anchors = {page: set(re.findall(r'\bid="([^"]+)"', text)) for page, text in texts.items()}
    broken = []
    for page, text in texts.items():
        assert re.findall(r'<(?:script|img|iframe)[^>]* src="(?:https?:)?//', text) == []
        assert re.findall(r'<link[^>]* rel="stylesheet"[^>]* href="(?:https?:)?//', text) == []
        for link in set(re.findall(r'\b(?:href|src)="([^"]*)"', text)):
            if re.match(r"[a-z]+:|#?$", link):
                continue
            name, _, anchor = unquote(link).partition("#")
            target = (page.parent / name.partition("?")[0]).resolve() if name else page
            if not target.exists() or (target in anchors and anchor not in anchors[target] | {""}):
                broken.append((page.name, link))
    assert broken == []


def test_a_chapter_opens_in_colab_and_binder(site: Path) -> None:
    text = (site / "notebooks" / "00_quickstart.html").read_text()
    place = "notebooks/00_quickstart.ipynb"
    assert f"https://colab.research.google.com/github/owner/ausrec/blob/main/{place}" in text
    assert "https://mybinder.org/v2/gh/owner/ausrec/main?urlpath=" in text


def test_a_chapter_and_its_card_lead_to_its_slides(repository: Path, site: Path) -> None:
    gallery = (site / "docs" / "index.html").read_text()
    for path in (repository / "notebooks").glob("*.ipynb"):
        link = f'href="../slides/{path.stem}.html"'
        assert link in gallery and link in (site / "notebooks" / f"{path.stem}.html").read_text()


def test_the_gallery_has_a_picture_for_each_chapter(repository: Path, site: Path) -> None:
    text = (site / "docs" / "index.html").read_text()
    for path in (repository / "notebooks").glob("*.ipynb"):
        assert f'href="../notebooks/{path.stem}.html"' in text
        assert re.search(rf'<img alt="[^"]+" [^>]*src="../_images/{path.stem}\w*\.png"', text)


@pytest.fixture(params=SCREENS)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    with quiet_page(browser, *request.param) as page:
        yield page


def test_every_page_fits_two_screens_and_its_figures_move(
    browser: Browser, site: Path, texts: dict[Path, str]
) -> None:
    wide, moved = list[str](), 0
    with quiet_page(browser, 1280, "light") as page:
        for path in texts:
            if "slides" in path.parts or "_modules" in path.parts or path.parent == site:
                continue
            page.set_viewport_size({"width": 1280, "height": 900})
            page.emulate_media(color_scheme="light")
            page.goto(path.as_uri())
            for width, scheme in ((1280, "light"), (390, "dark")):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                moved += page.evaluate(MOVE_FIGURES)
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    wide.append(f"{path.name} at {width}")
    assert wide == [] and moved > 50


def test_pages_fit_on_every_screen(page: Page, site: Path, artefacts: Path) -> None:
    size = page.viewport_size
    assert size is not None
    theme = (
        "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    )
    for name in OPENED:
        page.goto((site / f"{name}.html").as_uri())
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        if name.startswith("notebooks"):
            expect(page.locator("mjx-container svg").first).to_be_visible()
            expect(page.locator(".ausrec-panel, .ausrec-live").first).to_be_visible()
            assert page.evaluate(PANELS_TOO_WIDE) == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name
        page.screenshot(path=artefacts / f"site-{Path(name).name}-{size['width']}-{theme}.png")


def test_a_reader_goes_on_opens_an_answer_and_searches(page: Page, site: Path) -> None:
    page.goto((site / "index.html").as_uri())
    page.wait_for_url("**/docs/index.html")
    page.goto((site / "notebooks" / "00_quickstart.html").as_uri())
    check = page.locator(".ausrec-live", has_text="Quick check").first
    verdict = check.get_by_text(re.compile(r"^(Not yet|Right)\."))
    expect(verdict).to_have_count(0)
    check.get_by_role("radio").first.press("Space")
    check.get_by_role("button", name="Check").press("Enter")
    expect(verdict).to_be_visible()
    page.locator("a.right-next").click()
    expect(page.locator("h1").first).to_contain_text("01 · Graph construction")
    page.goto((site / "search.html").as_uri() + "?q=hypergradient")
    expect(page.locator("#search-results li a").first).to_be_visible()
    page.goto((site / "notebooks" / "solutions" / "00_quickstart.html").as_uri())
    folded = page.locator("details.hide").first
    expect(folded.locator("code, pre").first).to_be_hidden()
    folded.locator("summary").click()
    expect(folded.locator("pre").first).to_be_visible()


def test_a_page_is_printed_on_light_ground(page: Page, site: Path) -> None:
    page.goto((site / "notebooks" / "01_graph_construction.html").as_uri())
    html = page.locator("html")
    before = html.get_attribute("data-theme")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(html).to_have_attribute("data-theme", "light")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(html).to_have_attribute("data-theme", str(before))
