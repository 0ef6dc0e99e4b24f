import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ausrec.errors import AusrecError
from tests.notebooks.execution import (
    VIEW,
    clean,
    execute_file,
    find_notebooks,
    main,
    read_notebook,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "notebooks").mkdir()
    return tmp_path / "notebooks"


def write(path: Path, *sources: str) -> Path:
    cells = [new_code_cell(each, id=f"cell-{place}") for place, each in enumerate(sources)]
    nbformat.write(new_notebook(cells=[new_markdown_cell("# T", id="title"), *cells]), path)
    return path


SLIDER = "import ipywidgets\nipywidgets.IntSlider(3)"
SURROUNDINGS = (
    "import os, pathlib\n"
    "os.environ['AUSREC_QUIET'], os.environ['OMP_NUM_THREADS'], pathlib.Path.cwd().name"
)
FIGURE = """
from ausrec.lab.figure import ShownFigure
figure = ShownFigure()
_ = figure.subplots()
figure
"""


@pytest.mark.slow
def test_executes_in_place_the_same_every_time(folder: Path) -> None:
    path = write(folder / "made.ipynb", SURROUNDINGS, SLIDER, FIGURE, "# says nothing")
    assert execute_file(path) > 0
    first = path.read_bytes()
    execute_file(path)
    assert path.read_bytes() == first

    notebook = json.loads(first)
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert [cell["id"] for cell in notebook["cells"]][:2] == ["title", "cell-0"]
    code = notebook["cells"][1:]
    assert [cell["execution_count"] for cell in code] == [1, 2, 3, 4]
    assert [cell["metadata"] for cell in code] == [{}] * 4
    (said,), (slider,), (figure,), nothing = (cell["outputs"] for cell in code)
    assert said["data"]["text/plain"] == ["('1', '1', 'notebooks')"]
    assert VIEW not in slider["data"] and slider["data"]["text/plain"] == ["IntSlider(value=3)"]
    assert "image/png" in figure["data"] and figure["metadata"]["image/png"]["alt"]
    assert nothing == []


@pytest.mark.slow
def test_a_failing_cell_is_named_and_nothing_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(folder / "bad.ipynb", "1 + 1", "print('so far')\n1 / 0")
    before = path.read_bytes()
    assert main([str(path)]) == 2
    said = capsys.readouterr().err
    assert said == "error: bad.ipynb, cell 3 (cell-1): ZeroDivisionError: division by zero\n"
    assert path.read_bytes() == before
    assert list(folder.iterdir()) == [path]


def test_cells_that_tell_an_answer_are_folded() -> None:
    check, solution = new_code_cell("QuickCheck('?', ['a'], 'a')"), new_code_cell("answer = 2")
    solution.metadata.tags = ["solution"]
    dotted = new_code_cell("ausrec.QuickCheck('?', ['a'], 'a')")
    other = new_code_cell("print('QuickCheck(')")
    drawn = new_code_cell('ausrec.method_picture("graph")')
    clean(new_notebook(cells=[check, dotted, solution, other, drawn]))
    assert drawn.metadata == {"jupyter": {"source_hidden": True}, "tags": ["remove-input"]}
    for cell in (check, dotted):
        assert cell.metadata == {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    assert solution.metadata.tags == ["solution", "hide-cell"]
    assert solution.metadata.mystnb["code_prompt_show"] == "Show the solution"
    assert other.metadata == {}
    before = [dict(cell.metadata) for cell in (check, dotted, solution)]
    clean(new_notebook(cells=[check, dotted, solution]))
    assert [dict(cell.metadata) for cell in (check, dotted, solution)] == before


def test_cleaning_removes_what_changes() -> None:
    cell = new_code_cell("x", id="x", execution_count=17)
    cell.metadata.execution = {"iopub.execute_input": "2024-05-31"}
    cell.metadata.tags = ["exercise"]
    data = {VIEW: {"model_id": "1"}, "text/html": "twin"}
    cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=17)]
    notebook = new_notebook(cells=[cell])
    notebook.metadata.widgets = {"state": {}}
    notebook.metadata.language_info = {"name": "python", "version": "3.11.2"}
    clean(notebook)
    assert notebook.metadata.language_info == {"name": "python"}
    assert "widgets" not in notebook.metadata
    assert cell.metadata == {"tags": ["exercise"]}
    assert (cell.execution_count, cell.outputs[0].execution_count) == (1, 1)
    assert cell.outputs[0].data == {"text/html": "twin"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such notebook"),
        (b"hello", "is no notebook"),
        (b"\xff\xfe", "cannot be read"),
        (b"[1]", "is no notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "is no notebook"),
        (b'{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}', "format 3"),
    ],
)
def test_what_is_no_notebook_is_refused_in_a_line(
    folder: Path, content: bytes | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "it.ipynb"
    if content is not None:
        path.write_bytes(content)
    assert main([str(path)]) == 2
    said = capsys.readouterr().err
    assert words in said and "it.ipynb" in said and said.count("\n") == 1
    with pytest.raises(AusrecError):
        read_notebook(path)


def test_finds_notebooks_in_order(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AusrecError, match="holds no notebooks"):
        find_notebooks(folder)
    for name in ("10_b.ipynb", "02_a.ipynb", "README.md"):
        (folder / name).touch()
    assert [path.name for path in find_notebooks(folder)] == ["02_a.ipynb", "10_b.ipynb"]


def test_without_files_all_of_the_folder_is_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder.parent)
    assert main([]) == 2
    assert "holds no notebooks" in capsys.readouterr().err
    monkeypatch.setattr("tests.notebooks.execution.execute_file", lambda path: 3.4)
    write(folder / "01_a.ipynb", "1")
    assert main([]) == 0
    assert capsys.readouterr().out == "notebooks/01_a.ipynb: 3 s\n"
