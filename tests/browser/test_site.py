"""The site builds without a warning, holds every page, and can be read offline."""

import importlib
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

import ausrec

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PUBLISHED = "https://github.com/owner/ausrec"
PANELS_TOO_WIDE = (
    "[...document.querySelectorAll('.ausrec-live')]"
    ".filter(panel => panel.scrollWidth > panel.clientWidth + 1).length"
)
OPENED = ("docs/index", "notebooks/01_graph_construction", "docs/api/weighting")


@pytest.fixture(scope="module")
def site(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    words = ["--fail-on-warning", "--keep-going", "--quiet", "-d", str(out / ".doctrees")]
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", *words, "-c", "docs", ".", str(out)],
        cwd=repository,
        env=os.environ | {"SITE_REPOSITORY": PUBLISHED},
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    return out


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


def test_the_gallery_has_a_picture_for_each_chapter(repository: Path, site: Path) -> None:
    text = (site / "docs" / "index.html").read_text()
    for path in (repository / "notebooks").glob("*.ipynb"):
        assert f'href="../notebooks/{path.stem}.html"' in text
        assert re.search(rf'<img alt="[^"]+" [^>]*src="../_images/{path.stem}\w*\.png"', text)


@pytest.fixture(params=[(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page without network, on which nothing may complain."""
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
    )
    page, complaints, asked = context.new_page(), list[str](), list[str]()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert complaints == []
    assert [url for url in asked if url.startswith("http")] == []


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
