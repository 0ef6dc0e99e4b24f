import json
from pathlib import Path

import nbformat
import pytest

from ausrec.errors import AusrecError
from ausrec.lab.course.build import build_course
from tests.lab.course.chapters import write_chapters


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    return write_chapters(tmp_path / "notebooks", "Quick start", "Graphs")


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_makes_three_editions(notebooks: Path, tmp_path: Path) -> None:
    course = build_course(tmp_path / "course", notebooks)
    assert [each.title for each in course.chapters] == ["00 · Quick start", "01 · Graphs"]
    names = ["00_quick_start", "01_graphs"]
    assert files(course.out) == {
        "course.json",
        "teacher/README.md",
        "site/index.html",
        *(f"{edition}/{name}.ipynb" for edition in ("student", "teacher") for name in names),
        *(f"site/{name}.html" for name in names),
    }
    for edition in ("student", "teacher"):
        for path in (course.out / edition).glob("*.ipynb"):
            notebook = nbformat.read(path, as_version=4)
            nbformat.validate(notebook)
            solved = "answer = 2" in [cell.source for cell in notebook.cells]
            assert solved == (edition == "teacher")
    assert not list(tmp_path.glob(".*"))


def test_teachers_get_times_and_notes(notebooks: Path, tmp_path: Path) -> None:
    build_course(tmp_path / "course", notebooks)
    guide = (tmp_path / "course/teacher/README.md").read_text()
    assert "| [00 · Quick start](00_quick_start.ipynb) | about 3 s on two cores | 1 |" in guide
    assert guide.count("Ten minutes in class.") == 2


def test_solutions_reach_the_site_on_request(notebooks: Path, tmp_path: Path) -> None:
    for solutions in (False, True):
        build_course(tmp_path / "course", notebooks, solutions=solutions)
        html = (tmp_path / "course/site/01_graphs.html").read_text()
        assert ("<summary>Solution</summary>" in html) == solutions


def test_same_notebooks_same_course(notebooks: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        build_course(tmp_path / name, notebooks)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    for name in files(tmp_path / "one") - {"course.json"}:
        first, second = ((tmp_path / each / name).read_text() for each in ("one", "two"))
        # Headings that the teacher edition adds are named after the cells below them.
        assert first == second, name


def test_an_older_course_is_replaced_and_nothing_else_is(notebooks: Path, tmp_path: Path) -> None:
    out = tmp_path / "course"
    out.mkdir()
    build_course(out, notebooks)  # an empty folder is nobody's
    (notebooks / "01_graphs.ipynb").unlink()
    build_course(out, notebooks)
    assert "site/01_graphs.html" not in files(out)
    for content in ("notes", "[]", json.dumps({"made by": "me"})):
        other = tmp_path / "other"
        other.mkdir(exist_ok=True)
        (other / "course.json").write_text(content)
        with pytest.raises(AusrecError, match="holds something other than a course"):
            build_course(other, notebooks)
        assert (other / "course.json").read_text() == content
    with pytest.raises(AusrecError, match="holds something other"):
        build_course(other / "course.json", notebooks)


def test_a_failure_leaves_the_older_course(notebooks: Path, tmp_path: Path) -> None:
    out = tmp_path / "course"
    build_course(out, notebooks)
    before = files(out)
    notebook = nbformat.read(notebooks / "01_graphs.ipynb", as_version=4)
    notebook.cells[2].execution_count = None
    nbformat.write(notebook, notebooks / "01_graphs.ipynb")
    with pytest.raises(AusrecError, match="was never run"):
        build_course(out, notebooks)
    assert files(out) == before


def test_bad_folders_are_named(notebooks: Path, tmp_path: Path) -> None:
    with pytest.raises(AusrecError, match="no such folder"):
        build_course(tmp_path / "course", tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(AusrecError, match="holds no notebooks"):
        build_course(tmp_path / "course", tmp_path / "empty")
    (tmp_path / "file").touch()
    with pytest.raises(AusrecError, match="not written"):
        build_course(tmp_path / "file" / "course", notebooks)
