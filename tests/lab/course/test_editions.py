from pathlib import Path

import pytest

from ausrec.errors import AusrecError
from ausrec.lab.course.editions import read_chapter, student, tags, teacher
from tests.lab.course.chapters import chapter


def ids(notebook) -> list[str]:
    return [cell.id for cell in notebook.cells]


def test_chapter_knows_its_first_cell() -> None:
    made = read_chapter(Path("00_quick.ipynb"), chapter())
    assert (made.name, made.title) == ("00_quick", "00 · Quick start")
    assert made.aims == (r"read $\hat{A}$", "know `x`, and *more*")
    assert made.run_time == "about 3 s on two cores"
    assert made.exercises == 1
    assert made.notes == ("Ten minutes in class.",)


def test_student_edition_holds_no_solution_and_no_note() -> None:
    notebook = chapter()
    edition = student(notebook)
    left = [cell for cell in notebook.cells if not {"solution", "teacher"} & set(tags(cell))]
    assert ids(edition) == [cell.id for cell in left]
    (starter,) = (cell for cell in edition.cells if cell.id == "starter")
    assert starter.source == "answer = None"
    assert (starter.outputs, starter.execution_count) == ([], None)
    (figure,) = (cell for cell in edition.cells if cell.id == "figure")
    assert figure.outputs and figure.execution_count == 1
    assert len(notebook.cells) == len(edition.cells) + 2  # the source is as before


def test_teacher_edition_holds_everything_in_sight() -> None:
    notebook = chapter()
    edition = teacher(notebook)
    assert set(ids(notebook)) < set(ids(edition))
    place = ids(edition).index("00-solution")
    assert edition.cells[place - 1].source == "**Solution**"
    assert "source_hidden" not in edition.cells[place].metadata.jupyter
    assert edition.cells[ids(edition).index("note") - 1].source == "**For the teacher**"
    assert len(set(ids(edition))) == len(edition.cells)
    assert notebook.cells[7].metadata.jupyter.source_hidden  # the source is as before


def test_a_chapter_that_cannot_be_used_is_refused() -> None:
    untitled = chapter()
    untitled.cells[0].source = "no title"
    with pytest.raises(AusrecError, match="has no title"):
        read_chapter(Path("x.ipynb"), untitled)
    unrun = chapter()
    unrun.cells[2].execution_count = None
    with pytest.raises(AusrecError, match="cell 3 was never run"):
        read_chapter(Path("x.ipynb"), unrun)
    unrun.cells = []
    with pytest.raises(AusrecError, match="has no title"):
        read_chapter(Path("x.ipynb"), unrun)
