"""The validation itself can fail: a test of the test."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.notebooks.execution import execute, execute_file
from tests.notebooks.reading import FOLDER, REPOSITORY
from tests.notebooks.validation import validate

CELL = "from ausrec.data import a_dozen_users, homophily\nround(homophily(a_dozen_users()), 3)"


def made(path: Path, *sources: str) -> Path:
    notebook = new_notebook(cells=[new_code_cell(each) for each in sources])
    nbformat.write(notebook, path)
    execute_file(path)
    return path


def package_with(tmp_path: Path, module: str, old: str, new: str) -> Path:
    """Copy the package with one change in it, and return where it lies."""
    place = tmp_path / "changed"
    skipped = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "ausrec", place / "ausrec", ignore=skipped)
    text = (place / module).read_text()
    assert text.count(old) == 1
    (place / module).write_text(text.replace(old, new))
    return place


@pytest.mark.slow
def test_unchanged_is_green_and_a_changed_output_is_red(tmp_path: Path) -> None:
    path = made(tmp_path / "made.ipynb", "import uuid", "print(object(), uuid.uuid4())", CELL)
    result = validate(path)
    assert result.passed, result.said
    committed = path.read_text()
    path.write_text(committed.replace("2.784", "2.785"))  # as another processor may round
    assert validate(path).passed
    path.write_text(committed.replace("2.784", "2.884"))
    assert not validate(path).passed


@pytest.mark.slow
def test_a_planted_change_in_the_package_is_red(tmp_path: Path) -> None:
    path = tmp_path / "01_graph_construction.ipynb"
    shutil.copy(FOLDER / path.name, path)
    shutil.copytree(FOLDER / "exercises", tmp_path / "exercises")
    old = "    return related / (of_all"
    place = package_with(
        tmp_path, "ausrec/data/describe.py", old, old.replace("related", "1.05 * related")
    )
    result = validate(path, python_path=place)
    assert not result.passed
    assert "1 failed" in result.said or "failed" in result.said.splitlines()[-1]
    assert "homophily" in result.said


@pytest.mark.slow
def test_outputs_without_a_run_are_not_taken_for_a_run(tmp_path: Path) -> None:
    cell = new_code_cell("1 + 1", outputs=[], execution_count=None)
    notebook = execute(new_notebook(cells=[cell]), tmp_path)
    assert notebook.cells[0].execution_count == 1
    assert notebook.cells[0].outputs[0]["data"]["text/plain"] == "2"
