"""A cell that runs an experiment and the command beside it give the same numbers."""

import ast
import json
import re
import shlex
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from ausrec.cli import main
from tests.notebooks.reading import NOTEBOOKS, Cell, outputs, read, source, tags

METRIC = re.compile(r"(?:(val|test)/)?([a-z_]+@\d+)")
EXPERIMENTS = [
    pytest.param(cell, below, id=cell["id"])
    for path in NOTEBOOKS
    for cell, below in zip(read(path)["cells"], read(path)["cells"][1:], strict=False)
    if "experiment" in tags(cell)
]


def commands(cell: Cell) -> list[list[str]]:
    """The words behind `$ ausrec`, a command each; a backslash continues the line."""
    text = source(cell).replace("\\\n", " ")
    lines = re.findall(r"^\$ ausrec (.*)$", text, re.MULTILINE)
    return [shlex.split(line, comments=True) for line in lines]


def shown_metrics(cell: Cell) -> list[dict[str, str]]:
    """The metrics that a cell shows, as they are printed: a dict, or a table of one row a run."""
    pages = outputs(cell, "text/html")
    if pages:
        table = BeautifulSoup(pages[-1], "html.parser").find("table")
        assert table is not None
        rows = [[each.get_text(strip=True) for each in row(["td", "th"])] for row in table("tr")]
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    texts = outputs(cell, "text/plain")
    assert texts, f"{cell.get('id')} shows nothing: run `make notebooks`"
    (text,) = texts
    return [{name: str(value) for name, value in ast.literal_eval(text).items()}]


def check_row(row: dict[str, str], metrics: dict[str, dict[str, float]]) -> int:
    """Compare what is shown with what a command wrote, and count the numbers."""
    compared = 0
    for name, text in row.items():
        found = METRIC.fullmatch(name)
        if found is None:
            continue
        digits = len(text.partition(".")[2])
        value = metrics[found[1] or "test"][found[2]]
        assert abs(float(text) - value) <= 0.5 * 10**-digits + 1e-9, (name, text, value)
        compared += 1
    return compared


@pytest.mark.slow
@pytest.mark.parametrize(("cell", "below"), EXPERIMENTS)
def test_cell_and_command_agree(
    cell: Cell, below: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows, written = shown_metrics(cell), commands(below)
    assert len(rows) == len(written)
    for place, (row, words) in enumerate(zip(rows, written, strict=True)):
        folder = tmp_path / str(place)
        words[words.index("--out") + 1] = str(folder)
        assert main(words) == 0
        assert check_row(row, json.loads((folder / "metrics.json").read_text()))


def test_a_wrong_number_is_noticed() -> None:
    metrics = {"val": {"recall@10": 0.1234}, "test": {"recall@10": 0.2}}
    assert check_row({"model": "x", "val/recall@10": "0.123", "recall@10": "0.2"}, metrics) == 2
    with pytest.raises(AssertionError):
        check_row({"recall@10": "0.21"}, metrics)


def test_commands_and_tables_are_read() -> None:
    console = "```console\n$ ausrec train --seed 1 \\\n  --out 'a b'\n$ ausrec demo\n```"
    cell = {"source": f"So:\n{console}"}
    assert commands(cell) == [["train", "--seed", "1", "--out", "a b"], ["demo"]]
    html = "<table><tr><th></th><th>recall@10</th></tr><tr><th>x</th><td>0.5</td></tr></table>"
    assert shown_metrics({"outputs": [{"data": {"text/html": html}}]}) == [
        {"": "x", "recall@10": "0.5"}
    ]
    assert shown_metrics({"outputs": [{"data": {"text/plain": "{'ndcg@5': 0.25}"}}]}) == [
        {"ndcg@5": "0.25"}
    ]
