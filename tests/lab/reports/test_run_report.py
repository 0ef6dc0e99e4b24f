import os
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from ausrec.lab.reports.run_report import Report, make_report, render_report, write_report
from ausrec.training.recipe import Trained

EVIL = "<script>alert('x')</script> & \"Söhne\""


class Page(HTMLParser):
    """Collects what a test asks about, and fails on tags that do not match."""

    VOID = frozenset({"meta", "img", "source", "br", "link", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and data.strip():
            self.texts.setdefault(self.open[-1], []).append(data.strip())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def full(make_history, weights: dict[str, float]) -> Report:
    return Report(
        title=f"A run {EVIL}",
        summary=f"Summary {EVIL}",
        data={"Users": 12345, EVIL: EVIL},
        comparison=pd.DataFrame(
            {"model": ["LightGCN", EVIL], "ndcg@10": [0.2, 0.21], "seconds": [1.0, 2.5]}
        ),
        weights={**weights, EVIL: 0.3},
        informativeness=weights,
        histories={"LightGCN": make_history(tasks=False), EVIL: make_history()},
        groups={
            "By activity": pd.DataFrame(
                [
                    (1, "1-3", 9, "recall@5", 0.0625),
                    (1, "1-3", 9, "recall@10", 0.125),
                    (1, "1-3", 9, "map@10", 0.0625),
                    (2, "4", 8, "recall@10", 0.25),
                ],
                columns=["group", "label", "size", "metric", "value"],
            )
        },
        recommendations=pd.DataFrame({"rank": [1], "name": [EVIL], "id": ["i9"], "score": [1.5]}),
        user=EVIL,
        config={"ks": (5, 10), "out": Path("runs/x"), "name": EVIL},
        command="ausrec train --dataset club",
        notes=(EVIL,),
    )


@pytest.fixture(scope="module")
def text(full: Report) -> str:
    return render_report(full)


@pytest.fixture(scope="module")
def report_page(text: str) -> Page:
    return Page(text)


def test_tells_the_whole_story_in_order(report_page: Page) -> None:
    assert report_page.texts["h2"] == [
        "What it learned from",
        "Did it help?",
        "Which tasks counted?",
        "How did the weights come about?",
        "For whom does it work?",
        "What does it recommend?",
        "Keep in mind",
        "How to repeat it",
    ]
    assert report_page.texts["h1"] == [f"A run {EVIL}"]
    assert "12,345" in report_page.texts["dd"]
    assert any("5.0 % above LightGCN (0.2000)" in text for text in report_page.texts["p"])
    assert "0.2100" in report_page.texts["strong"]
    assert "ausrec train --dataset club" in report_page.texts["code"]
    assert any("ks:\n- 5\n- 10\nout: runs/x" in text for text in report_page.texts["code"])


def test_everything_from_data_is_escaped(text: str, report_page: Page) -> None:
    assert report_page.all("script") == []
    assert "<script" not in text
    # The names themselves arrive as they are, wherever they stand.
    for tag in ("h1", "p", "dt", "dd", "th", "td", "caption", "li", "code"):
        assert any("<script>alert('x')</script>" in text for text in report_page.texts[tag]), tag


def test_every_picture_has_words_and_is_inside_the_page(report_page: Page) -> None:
    images = report_page.all("img")
    assert len(images) == 7
    for image in images:
        assert image["alt"]
        assert len(image["alt"]) > 40
        assert image["src"] is not None
        assert image["src"].startswith("data:image/png;base64,")
    dark = report_page.all("source")
    assert len(dark) == 7
    assert {source["media"] for source in dark} == {"(prefers-color-scheme: dark)"}


def test_needs_nothing_from_outside(report_page: Page) -> None:
    assert report_page.all("link") == []
    for _, attributes in report_page.tags:
        for name in ("src", "srcset", "href"):
            assert (attributes.get(name) or "data:").startswith("data:")
    assert "url(" not in report_page.texts["style"][0]
    assert "@import" not in report_page.texts["style"][0]


def test_tables_have_captions_and_scoped_headers(report_page: Page) -> None:
    assert len(report_page.all("table")) == len(report_page.texts["caption"]) == 4
    assert {header.get("scope") for header in report_page.all("th")} == {"col", "row"}
    assert "0.1250" in report_page.texts["td"]
    assert "0.0625" not in report_page.texts["td"]


def test_nothing_is_said_of_pairs_where_no_task_takes_any() -> None:
    words = " ".join(Page(render_report(Report(title="T", weights={"apr": 0.5}))).texts["p"])
    assert "auxiliary tasks: each has an objective of its own" in words
    assert "pairs of users" not in words
    report = Report(title="T", weights={"path": 0.5}, meanings={"path": "users of one town"})
    page = Page(render_report(report))
    assert any("each takes pairs of users" in text for text in page.texts["p"])
    assert "users of one town" in page.texts["td"]


def test_a_title_is_enough() -> None:
    page = Page(render_report(Report(title="Empty")))
    assert page.texts["h1"] == ["Empty"]
    assert "h2" not in page.texts
    assert page.all("img") == []


def test_one_run_alone_is_not_called_a_help(make_history) -> None:
    page = Page(
        render_report(Report(title="One", histories={"LightGCN": make_history(tasks=False)}))
    )
    assert page.texts["h2"] == ["How well does it recommend?"]


def test_a_user_who_knows_everything() -> None:
    empty = pd.DataFrame(columns=["rank", "name", "id", "score"])
    page = Page(render_report(Report(title="T", recommendations=empty, user="u1")))
    assert "Nothing: user u1 knows every item already." in page.texts["p"]


def test_writes_the_same_page_twice_and_replaces_it(tmp_path: Path, make_history) -> None:
    report = Report(title="T", histories={"LightGCN": make_history(tasks=False)})
    path = tmp_path / "report.html"
    path.write_text("old")
    assert write_report(path, report) == path
    first = path.read_text(encoding="utf-8")
    assert first.startswith("<!DOCTYPE html>")
    write_report(str(path), report)
    assert path.read_text(encoding="utf-8") == first
    assert os.listdir(tmp_path) == ["report.html"]


def test_a_report_is_about_the_run_in_question(trained: Trained) -> None:
    report = make_report({"AusRec": trained}, "ausrec train --config c --out d")
    assert report.title == "AusRec on club"
    assert report.best_epoch == trained.history.best_epoch
    assert report.weights == trained.history.weights
    parts = ("Training", "Validation", "Test")
    assert sum(report.data[f"{part} interactions"] for part in parts) == report.data["Interactions"]
    assert report.recommendations is not None and len(report.recommendations) > 0


def test_a_report_says_whom_a_meta_path_joins(trained: Trained) -> None:
    recipe = trained.prepared.recipe
    tasks = replace(recipe.tasks, metapaths=("user-item-user",))
    prepared = replace(trained.prepared, recipe=replace(recipe, tasks=tasks))
    report = make_report({"AusRec": replace(trained, prepared=prepared)}, "command")
    assert report.meanings == {
        "metapath_user_item_user": "users joined by the meta-path user–item–user"
    }
