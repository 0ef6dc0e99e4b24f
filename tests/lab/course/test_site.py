import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from ausrec.errors import AusrecError
from ausrec.lab.course.editions import Chapter, read_chapter
from ausrec.lab.course.site import index_page, page
from tests.lab.course.chapters import chapter


@pytest.fixture(scope="module")
def chapters() -> list[Chapter]:
    titles = ["Quick start", "Graphs <&>", "Tasks"]
    return [
        read_chapter(Path(f"{place:02}_x.ipynb"), chapter(place, title))
        for place, title in enumerate(titles)
    ]


@pytest.fixture(scope="module")
def middle(chapters: list[Chapter]) -> BeautifulSoup:
    return BeautifulSoup(page(chapters, 1), "html.parser")


def test_needs_no_script_and_nothing_from_elsewhere(chapters: list[Chapter]) -> None:
    for html in (index_page(chapters), *(page(chapters, place) for place in range(3))):
        assert "<script" not in html and " on" + "click" not in html
        soup = BeautifulSoup(html, "html.parser")
        assert [link["href"] for link in soup.select("link")] == []
        for image in soup.select("img"):
            assert str(image["src"]).startswith("data:image/png;base64,")
        assert not re.search(r"url\(|@import", html)


def test_chapters_lead_to_one_another(chapters: list[Chapter], middle: BeautifulSoup) -> None:
    for nav in middle.select("nav"):
        ways = [(a["href"], a.get_text()) for a in nav.select("a")]
        assert ways[0] == ("00_x.html", "← 00 · Quick start")
        assert ways[1] == ("index.html", "All chapters")
        assert ways[2][0] == "02_x.html"
    first = BeautifulSoup(page(chapters, 0), "html.parser")
    assert first.select("[rel=prev]") == [] and len(first.select("[rel=next]")) == 2
    last = BeautifulSoup(page(chapters, 2), "html.parser")
    assert last.select("[rel=next]") == []


def test_figures_have_words_and_formulas_are_mathml(middle: BeautifulSoup) -> None:
    assert middle.select_one("title").text == "01 · Graphs <&>"
    assert [image["alt"] for image in middle.select("img")] == ["Figure of the section “Degrees”"]
    assert len(middle.select('math[display="block"]')) == 1
    text = middle.select_one("main").get_text()
    assert "$$" not in text and "\\" not in text
    # A formula in the words of a panel, and dollars that are none.
    assert middle.select_one(".ausrec-panel math") is not None
    assert "$HOME" in middle.select_one(".ausrec-panel code").get_text()
    assert middle.select_one("td").get_text() == "$5"
    assert "$ ausrec train --out $HOME" in text


def test_panels_show_their_twins(middle: BeautifulSoup) -> None:
    assert middle.select_one(".ausrec-panel details summary").get_text() == "Answer"
    shown = middle.select_one("main").get_text()
    assert "Quick check" not in shown  # the text form stays away
    assert "secret" not in shown  # so does the code that tells the answer


def test_solutions_are_left_out_or_folded(chapters: list[Chapter], middle: BeautifulSoup) -> None:
    assert "answer = 2" not in middle.get_text()
    assert "starter's output" not in middle.get_text()
    assert "Ten minutes" not in middle.get_text()
    folded = BeautifulSoup(page(chapters, 1, solutions=True), "html.parser")
    (details,) = (each for each in folded.select("details") if "Solution" in each.summary.text)
    assert "answer = 2" in details.get_text()
    assert not details.has_attr("open")
    assert "Ten minutes" not in folded.get_text()


def test_index_lists_chapters_aims_and_run_times(chapters: list[Chapter]) -> None:
    soup = BeautifulSoup(index_page(chapters), "html.parser")
    listed = soup.select(".chapters > li")
    assert [each.h2.a["href"] for each in listed] == ["00_x.html", "01_x.html", "02_x.html"]
    assert listed[1].h2.get_text() == "01 · Graphs <&>"
    aims = listed[0].select("ul > li")
    assert len(aims) == 2 and aims[0].math is not None and aims[1].em.get_text() == "more"
    hint = listed[0].select_one(".hint").get_text()
    assert hint == "Run time: about 3 s on two cores. 1 exercise."


def test_dark_and_printed_pages_have_their_styles(chapters: list[Chapter]) -> None:
    html = page(chapters, 0)
    assert "prefers-color-scheme: dark" in html and "@media print" in html
    assert html.count(".ausrec { color: red; }") == 1


def test_a_formula_that_cannot_be_set_names_its_chapter() -> None:
    notebook = chapter()
    notebook.cells[1].source = r"$\nonsense$"
    made = read_chapter(Path("00_x.ipynb"), notebook)
    with pytest.raises(AusrecError, match=r"00_x: the formula .* has \\nonsense"):
        page([made], 0)
