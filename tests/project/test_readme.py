"""The README keeps its promises: its examples run, and its map of notebooks is true."""

import re
from pathlib import Path

import pytest
from matplotlib.image import imread

from tests.markdown import blocks, local_links, run_blocks


def test_the_examples_print_the_same(
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    readme = repository / "README.md"
    lines = [line for block in blocks(readme) for line in block.splitlines()]
    assert len(lines) <= 14
    assert len([line for line in lines if re.match("import|from", line)]) <= 5
    run_blocks(readme)
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    ndcg, weights = re.fullmatch(r"([\d.]+) (\{.*\})", first).groups()
    assert 0.05 < float(ndcg) < 1
    assert weights.count(":") == 7


def test_the_map_of_notebooks_is_true(repository: Path) -> None:
    text = (repository / "README.md").read_text(encoding="utf-8")
    table = re.search(r"<!-- notebooks -->(.*)<!-- /notebooks -->", text, re.DOTALL)[1]
    listed = re.findall(r"^\| \[`(\w+)`\]\(notebooks/\1\.ipynb\) \|", table, re.MULTILINE)
    there = sorted(path.stem for path in (repository / "notebooks").glob("[0-9]*.ipynb"))
    assert listed == there


def test_folders_of_the_map_are_there(repository: Path) -> None:
    readme = repository / "README.md"
    assert {"data/README.md", "benchmarks/README.md"} <= set(local_links(readme))
    rows = re.findall(r"^\| \[?`(\w+)/`", readme.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == ["ausrec", "docs", "data", "benchmarks", "tests"]
    assert all((repository / row).is_dir() for row in rows)


def test_the_figure_is_a_picture(repository: Path) -> None:
    height, width, _ = imread(repository / "docs" / "images" / "learned-weights.png").shape
    assert min(height, width) > 300
