"""The README keeps its promises: its example runs, and its map of notebooks is true."""

import re
from pathlib import Path

import pytest
from matplotlib.image import imread

from tests.markdown import blocks, local_links, run_blocks


def test_the_example_runs(
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    readme = repository / "README.md"
    (block,) = blocks(readme)
    assert len(block.splitlines()) <= 14
    run_blocks(readme)
    ndcg, weights = re.fullmatch(r"([\d.]+) (\{.*\})\n", capsys.readouterr().out).groups()
    assert 0.05 < float(ndcg) < 1
    assert weights.count(":") == 7


def test_the_map_of_notebooks_is_true(repository: Path) -> None:
    text = (repository / "README.md").read_text(encoding="utf-8")
    table = re.search(r"<!-- notebooks -->(.*)<!-- /notebooks -->", text, re.DOTALL)[1]
    listed = re.findall(r"^\| \[`(\w+)`\]\(notebooks/\1\.ipynb\) \|", table, re.MULTILINE)
    there = sorted(path.stem for path in (repository / "notebooks").glob("[0-9]*.ipynb"))
    assert listed == there


def test_folders_of_the_map_are_there(repository: Path) -> None:
    links = set(local_links(repository / "README.md"))
    assert {"ausrec", "docs", "tests", "data/README.md", "benchmarks/README.md"} <= links


def test_the_figure_is_a_picture(repository: Path) -> None:
    height, width, _ = imread(repository / "docs" / "images" / "learned-weights.png").shape
    assert min(height, width) > 300
