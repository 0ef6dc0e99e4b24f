from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from ausrec.lab.reports.run_report import run_page
from ausrec.runs.trained import Trained
from ausrec.training import History

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
def text(trained: Trained) -> str:
    plain = replace(trained, history=History(best_epoch=1, stopped=EVIL))
    plain.history.add(1, "val/ndcg@10", 0.2)
    plain.history.add(1, "seconds", 1.5)
    table = pd.DataFrame(
        {"model": ["LightGCN", EVIL], "ndcg@10": [0.2, 0.21], "seconds": [1.0, 2.5]}
    )
    prepared = replace(trained.prepared, left_out=(EVIL,))
    runs = {"LightGCN": plain, EVIL: replace(trained, prepared=prepared)}
    return run_page(runs, f"ausrec train --out {EVIL}", comparison=table)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_tells_the_whole_story_in_order(page: Page, trained: Trained) -> None:
    assert page.texts["h2"] == [
        "What it learned from",
        "Did it help?",
        "Which tasks counted?",
        "How did the weights come about?",
        "For whom does it work?",
        "What are its lists like?",
        "What does it recommend?",
        "What did training cost?",
        "What was assumed",
        "How to repeat it",
    ]
    assert page.texts["h1"] == [f"{EVIL} on club"]
    history = trained.history
    assert page.texts["p"][0] == (
        f"Training ended after {history.epochs} epochs ({history.stopped}); the model of epoch "
        f"{history.best_epoch}, the best by ndcg@10 on the validation part, was kept and measured "
        "once on the test part."
    )
    assert "10,030" in page.texts["dd"]
    assert any("5.0 % above LightGCN (0.2000)" in text for text in page.texts["p"])
    assert "0.2100" in page.texts["strong"]
    assert any("each takes pairs of users" in text for text in page.texts["p"])
    assert any("dataset: club" in text for text in page.texts["code"])


def test_everything_from_data_is_escaped(text: str, page: Page) -> None:
    assert page.all("script") == []
    assert "<script" not in text
    # The names themselves arrive as they are, wherever they are.
    for tag in ("h1", "p", "th", "li", "code"):
        assert any("<script>alert('x')</script>" in text for text in page.texts[tag]), tag


def test_every_picture_has_words_and_is_inside_the_page(page: Page) -> None:
    images = page.all("img")
    assert len(images) == 7
    for image in images:
        assert image["alt"]
        assert len(image["alt"]) > 40
        assert image["src"] is not None
        assert image["src"].startswith("data:image/png;base64,")
    dark = page.all("source")
    assert len(dark) == 7
    assert {source["media"] for source in dark} == {"(prefers-color-scheme: dark)"}


def test_needs_nothing_from_outside(page: Page) -> None:
    assert page.all("link") == []
    for _, attributes in page.tags:
        for name in ("src", "srcset", "href"):
            assert (attributes.get(name) or "data:").startswith("data:")
    assert "url(" not in page.texts["style"][0]
    assert "@import" not in page.texts["style"][0]


def test_tables_have_captions_and_scoped_headers(page: Page, trained: Trained) -> None:
    assert len(page.all("table")) == len(page.texts["caption"]) == 6
    assert {header.get("scope") for header in page.all("th")} == {"col", "row"}
    parts = ("Training", "Validation", "Test")
    assert set(page.texts["dt"]) >= {f"{part} interactions" for part in parts}


def test_an_encoder_alone_has_no_tasks_to_speak_of(trained: Trained) -> None:
    prepared = replace(trained.prepared, tasks=())
    history = History(
        [r for r in trained.history.records if r.quantity in ("seconds", "val/ndcg@10")]
    )
    history.best_epoch = 1
    page = Page(run_page({"LightGCN": replace(trained, prepared=prepared, history=history)}, "c"))
    assert "Which tasks counted?" not in page.texts["h2"]
    assert len(page.all("img")) == 1


def test_a_report_says_whom_a_meta_path_joins(trained: Trained) -> None:
    recipe = trained.prepared.recipe.set("tasks", "metapath(path=user-item-user)")
    prepared = replace(trained.prepared, recipe=recipe)
    history = replace(trained.history, records=list(trained.history.records))
    history.add(history.best_epoch, "weight", 0.5, "metapath_user_item_user")
    page = Page(run_page({"AusRec": replace(trained, prepared=prepared, history=history)}, "c"))
    assert "users joined by the meta-path user–item–user" in page.texts["td"]


def test_the_same_runs_give_the_same_page(text: str, trained: Trained) -> None:
    assert run_page({"a": trained}, "c") == run_page({"a": trained}, "c")
