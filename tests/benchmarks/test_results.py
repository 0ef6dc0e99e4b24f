"""Tables of studies in the pages of docs/."""

from pathlib import Path

import pytest

from benchmarks.results import BLOCK, DOCS, filled, main, pages

TABLE = "| variant | seeds | ndcg@10 |\n| --- | ---: | ---: |\n| LightGCN | 5 | 0.1603 |\n"
TEXT = "before\n\n<!-- table mine quality{} -->\nold\n<!-- /table -->\n\nafter\n"


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    (tmp_path / "mine" / "tables").mkdir(parents=True)
    (tmp_path / "mine" / "tables" / "quality.md").write_text(TABLE)
    return tmp_path


def test_a_block_is_written_anew_and_nothing_else(studies: Path) -> None:
    text, missing = filled(TEXT.format(""), studies)
    assert text == TEXT.format("").replace("old\n", TABLE)
    assert missing == []
    assert filled(text, studies)[0] == text


def test_columns_are_chosen_in_the_order_of_the_block(studies: Path) -> None:
    text, _ = filled(TEXT.format(": ndcg@10, variant"), studies)
    assert "| ndcg@10 | variant |\n| ---: | --- |\n| 0.1603 | LightGCN |\n<!--" in text


def test_a_study_that_is_not_there_keeps_its_table(tmp_path: Path) -> None:
    assert filled(TEXT.format(""), tmp_path) == (TEXT.format(""), ["mine"])


def test_an_unknown_column_is_named(
    studies: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(TEXT.format(": recall"))
    assert main(["--studies", str(studies), "--page", str(page)]) == 2
    told = capsys.readouterr().err
    assert told == f"error: {page}: no column 'recall'; there are variant, seeds, ndcg@10\n"
    assert page.read_text() == TEXT.format(": recall")


def test_the_pages_of_results_have_blocks() -> None:
    assert {DOCS / "results" / "weighting.md", DOCS / "marec.md"} <= set(pages())


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_block_of_a_page_has_its_table(page: Path) -> None:
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        assert block["old"].startswith("| "), block["study"]
        shown = [cell.strip() for cell in block["old"].splitlines()[0].strip("| ").split(" | ")]
        asked = [name.strip() for name in (block["columns"] or "").split(",") if name.strip()]
        assert not asked or shown == asked


def test_a_row_of_dashes_is_left_out(studies: Path) -> None:
    path = studies / "mine" / "tables" / "quality.md"
    path.write_text(TABLE + "| SGL | – | – |\n")
    assert filled(TEXT.format(""), studies)[0] == TEXT.format("").replace("old\n", TABLE)


def test_all_pages_are_filled_where_none_is_named(
    studies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = tmp_path / "docs"
    (docs / "deeper").mkdir(parents=True)
    (docs / "one.md").write_text(TEXT.format(""))
    (docs / "deeper" / "two.md").write_text(TEXT.format(": ndcg@10"))
    (docs / "none.md").write_text("no block\n")
    monkeypatch.setattr("benchmarks.results.DOCS", docs)
    assert main(["--studies", str(studies)]) == 0
    assert TABLE in (docs / "one.md").read_text()
    assert "| 0.1603 |\n<!--" in (docs / "deeper" / "two.md").read_text()
    assert (docs / "none.md").read_text() == "no block\n"
