from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ausrec.experiments.results import GridResults
from ausrec.lab.reports.grid_analysis import GridAnalysis
from ausrec.lab.reports.grid_report import write_grid_report
from tests.grids import EMPTY, make_grid
from tests.lab.reports.test_run_report import EVIL, Page

VARIANTS = {
    ("none", "none"): 0.0,
    ("equal", "all"): 0.0,
    ("ausrec", "all"): 0.03,
    ("ausrec", "two_hop"): 0.03,
}
GRID = make_grid(
    VARIANTS, seeds=3, users=8, epochs=4, missing=[("equal", "all", 1)], encoder="LightGCN"
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("grid")
    write_grid_report(
        GridAnalysis(GRID),
        out,
        title=EVIL,
        command=f"ausrec {EVIL}",
        question=EVIL,
        settings={"dim": 64, "note": EVIL},
    )
    return out


@pytest.fixture(scope="module")
def page(written: Path) -> Page:
    return Page((written / "report.html").read_text(encoding="utf-8"))


def files_of(out: Path) -> dict[str, bytes]:
    files = (path for path in out.rglob("*") if path.is_file())
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def test_every_table_and_figure_is_there_in_its_formats(written: Path) -> None:
    names = set(files_of(written))
    assert {"report.html", "tables/differences.tex", "figures/ranks.svg"} <= names
    assert {name.rsplit(".", 1)[1] for name in names} == {
        "html", "csv", "md", "tex", "png", "svg", "pdf",
    }  # fmt: skip


def test_the_verdict_comes_first_and_follows_the_test(page: Page) -> None:
    assert page.texts["h1"] == [EVIL]
    assert page.texts["h2"] == [
        "What is the answer?",
        "How well does each variant recommend?",
        "How large are the differences?",
        "Which variants differ?",
        "Which tasks counted?",
        "What does each task add?",
        "What does it cost?",
        "Runs that failed",
        "How to read this",
        "How to repeat it",
    ]
    (said,) = [text for text in page.texts["p"] if text.startswith("Significantly ahead of")]
    assert said.startswith("Significantly ahead of LightGCN: ausrec (+0.0")
    assert said.endswith("Not significant: 1 of 2.")
    assert "RuntimeError: the loss is not finite" in page.texts["td"]
    assert any("dim: 64" in text for text in page.texts["code"])


def test_both_tables_tell_the_interval_over_seeds_and_users(page: Page) -> None:
    assert "95 % over seeds and users" in page.texts["th"]
    assert "NDCG@10, 95 % over seeds and users" in page.texts["th"]


def test_a_data_set_is_told_once_where_it_is_the_only_one(page: Page, tmp_path: Path) -> None:
    assert "data set" in page.texts["dt"] and "Data set" not in page.texts["th"]
    other = GRID.runs.assign(dataset="epinions")
    both = replace(GRID, runs=pd.concat([GRID.runs, other], ignore_index=True))
    write_grid_report(GridAnalysis(both), tmp_path, title="T", command="c")
    two = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "data sets" in two.texts["dt"] and "Data set" in two.texts["th"]


def test_the_page_stands_alone_and_escapes_what_it_is_given(page: Page) -> None:
    assert page.all("script") == []
    assert page.all("link") == []
    for image in page.all("img"):
        assert (image["src"] or "").startswith("data:image/png;base64,")
        assert len(image["alt"] or "") > 30
    assert f"ausrec {EVIL}" in page.texts["code"]


@pytest.mark.slow
def test_the_same_results_give_the_same_bytes(written: Path, tmp_path: Path) -> None:
    write_grid_report(
        GridAnalysis(GRID),
        tmp_path,
        title=EVIL,
        command=f"ausrec {EVIL}",
        question=EVIL,
        settings={"dim": 64, "note": EVIL},
    )
    assert files_of(tmp_path) == files_of(written)


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        (make_grid({("none", "none"): 0.0}, seeds=1, users=3), "Nothing to compare."),
        (
            make_grid({("none", "none"): 0.0, ("ausrec", "all"): 0.0}, seeds=1, users=3, epochs=1),
            "Nothing can be said about chance: one seed is shared with none. "
            "Run three seeds at the very least, better five or more.",
        ),
        (EMPTY, "No run has finished, so there is no answer yet."),
        (
            make_grid({("none", "none"): 0.0}, seeds=1, missing=[("none", "none", 0)]),
            "No run has finished, so there is no answer yet.",
        ),
    ],
    ids=["one variant", "one seed", "nothing", "failures only"],
)
def test_tiny_grids_are_told_as_what_they_are(grid: GridResults, said: str, tmp_path: Path) -> None:
    write_grid_report(GridAnalysis(grid), tmp_path / "new", title="T", command="c")
    page = Page((tmp_path / "new" / "report.html").read_text(encoding="utf-8"))
    assert said in page.texts["p"]
    assert ("Runs that failed" in page.texts["h2"]) is (len(grid.failures) > 0)
