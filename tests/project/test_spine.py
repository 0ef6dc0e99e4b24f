"""The list of files to read first is true, and short enough for an hour."""

import re
from pathlib import Path

MOST_LINES = 2500
ROW = re.compile(
    r"^\| \[`(?P<name>[\w/]+\.py)`\]\((?P<file>[^)]+)\) \| .+ "
    r"\| \[\d\d\]\((?P<notebook>[^)]+)\) \|$",
    re.MULTILINE,
)


def spine(repository: Path) -> list[re.Match[str]]:
    text = (repository / "README.md").read_text(encoding="utf-8")
    table = re.search(r"<!-- spine -->\n(.*)<!-- /spine -->", text, re.DOTALL)[1]
    rows = list(ROW.finditer(table))
    assert len(rows) == len(table.splitlines()) - 2
    return rows


def test_there_are_as_many_files_as_the_text_says(repository: Path) -> None:
    rows = spine(repository)
    assert len({row["file"] for row in rows}) == len(rows) == 13
    assert [row["file"] for row in rows] == [f"ausrec/{row['name']}" for row in rows]


def test_every_file_and_its_notebook_exist(repository: Path) -> None:
    linked = [
        repository / row[column] for row in spine(repository) for column in ("file", "notebook")
    ]
    assert [path for path in linked if not path.is_file()] == []


def test_they_can_be_read_in_an_hour(repository: Path) -> None:
    files = [repository / row["file"] for row in spine(repository)]
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert sum(lines.values()) < MOST_LINES, lines
