from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from ausrec.errors import AusrecError
from ausrec.lab.panels.training.run_book import ExportBox, RunBook
from ausrec.training.recipe import Trained

METRICS = ("val/ndcg@10", "val/recall@10")


@pytest.fixture
def book(trained: Trained) -> RunBook:
    book = RunBook(METRICS)
    for kind in ("automatic", "manual"):
        book.trained[book.next_name(kind)] = trained
    return book


def test_a_run_is_a_row(book: RunBook, trained: Trained) -> None:
    table = book.table
    assert list(table["run"]) == ["1 automatic", "2 manual"]
    row = table.iloc[0]
    history = trained.history
    assert row["ndcg@10"] == history.at(history.best_epoch, "val/ndcg@10")[""]
    assert row["weight/two_hop"] == history.weights["two_hop"]
    assert (row["tasks"], row["epochs"], row["best_epoch"]) == (7, 3, history.best_epoch)


def test_exported_files_can_be_read_back(book: RunBook, tmp_path: Path) -> None:
    files = book.save(str(tmp_path / "new" / "folder"))
    runs, history, latex, picture = files
    assert [file.name for file in files] == ["runs.csv", "history.csv", "runs.tex", "runs.png"]
    pd.testing.assert_frame_equal(pd.read_csv(runs), book.table)
    pd.testing.assert_frame_equal(
        pd.read_csv(history, keep_default_na=False), book.history, check_dtype=False
    )
    text = latex.read_text(encoding="utf-8")
    body = text[text.index("\\midrule") + 8 : text.index("\\bottomrule")]
    lines = [line for line in body.replace("\\\\", "").strip().splitlines() if line]
    cells = pd.read_csv(StringIO("\n".join(lines)), sep=" *& *", engine="python", header=None)
    assert list(cells[0]) == ["1 automatic", "2 manual"]
    assert "Social triangle" in text and "_" not in text
    with Image.open(picture) as image:
        image.load()
        assert image.width > 1000


def test_a_folder_that_cannot_be_written_is_told(book: RunBook, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AusrecError, match="cannot write"):
        book.save(str(tmp_path / "file"))


def test_without_runs_there_is_nothing_to_export(tmp_path: Path) -> None:
    book = RunBook(METRICS)
    assert list(book.table.columns)[-2:] == ["ndcg@10", "recall@10"] and book.table.empty
    for export in (book.figure, book.to_latex, lambda: book.save(str(tmp_path / "runs"))):
        with pytest.raises(AusrecError, match="no run yet"):
            export()
    assert not (tmp_path / "runs").exists()
    assert "No run yet" in book.html()


def test_a_growing_run_is_drawn_beside_the_finished_ones(book: RunBook, trained: Trained) -> None:
    html = book.html({"3 equal": trained.history})
    assert "of 3 runs" in html and "3 equal" in html
    alone = RunBook(METRICS).html({"1 equal": trained.history})
    assert alone.count("<img") == 1 and "<table" not in alone


def test_the_figure_says_itself_in_words(book: RunBook) -> None:
    assert str(book.figure().alt).startswith("Line chart of NDCG@10 (validation)")  # type: ignore[attr-defined]


def test_the_button_says_where_the_files_went(tmp_path: Path) -> None:
    asked: list[str] = []

    def save(folder: str) -> list[Path]:
        asked.append(folder)
        return [Path(folder) / "a.csv", Path(folder) / "b.tex"]

    box = ExportBox(save)
    assert box.folder.value == "runs/lab"
    box.folder.value = str(tmp_path)
    box.button.click()
    assert asked == [str(tmp_path)]
    assert f"Written to {tmp_path}: a.csv, b.tex." in box.message.value


def test_the_button_says_why_there_are_none() -> None:
    def save(folder: str) -> list[Path]:
        raise AusrecError("there is no run yet: train first")

    box = ExportBox(save)
    box.button.click()
    assert "Not exported: there is no run yet: train first." in box.message.value
    assert "ausrec-bad" in box.message.value
