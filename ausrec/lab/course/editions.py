"""The editions of a notebook: for students without solutions, for teachers with everything."""

import re
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import TagRemovePreprocessor
from nbformat.v4 import new_markdown_cell

from ausrec.errors import AusrecError

EXERCISE, SOLUTION, TEACHER = "exercise", "solution", "teacher"
_TITLE = re.compile(r"^# +(.+?) *$", re.MULTILINE)
_AIM = re.compile(r"^[-*] +(.+(?:\n +\S.*)*)", re.MULTILINE)
_RUN_TIME = re.compile(r"\*\*Run time:?\*\*:? *([^\n]*?)\.? *$", re.MULTILINE)


@dataclass(frozen=True)
class Chapter:
    """One notebook of a course.

    Attributes:
        name: of the file, without its ending.
        title: its first heading.
        aims: what a reader learns, in Markdown.
        run_time: as stated; "" where it is not.
        notebook: all of it.
    """

    name: str
    title: str
    aims: tuple[str, ...]
    run_time: str
    notebook: Any

    @property
    def exercises(self) -> int:
        """The number of exercises."""
        return sum(
            cell.cell_type == "markdown" and EXERCISE in tags(cell) for cell in self.notebook.cells
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes for teachers, in Markdown."""
        return tuple(cell.source for cell in self.notebook.cells if TEACHER in tags(cell))


def read_chapter(path: Path, notebook: Any) -> Chapter:
    """Take title, aims and run time from the first cell.

    Raises:
        AusrecError: when there is no title, or a cell was never run.
    """
    first = notebook.cells[0].source if notebook.cells else ""
    title = _TITLE.search(first)
    if title is None:
        raise AusrecError(f"{path}: its first cell has no title; begin with '# 00 · Title'")
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            raise AusrecError(
                f"{path}: cell {number} was never run; "
                f"run `python -m ausrec.lab.course.notebooks {path}`"
            )
    # Aims end where the next bold heading begins.
    aims = re.split(r"\n\s*\n(?=\*\*)", first.partition("**Aims")[2])[0]
    run_time = _RUN_TIME.search(first)
    return Chapter(
        path.stem,
        title[1],
        tuple(" ".join(aim.split()) for aim in _AIM.findall(aims)),
        run_time[1] if run_time else "",
        notebook,
    )


def tags(cell: Any) -> list[str]:
    """Return the tags of a cell."""
    found: list[str] = cell.metadata.get("tags", [])
    return found


def without(notebook: Any, *unwanted: str) -> Any:
    """Return a copy without the cells of some tags, and without the outputs of exercises."""
    remove = TagRemovePreprocessor(
        remove_cell_tags=set(unwanted), remove_all_outputs_tags={EXERCISE}
    )
    copy, _ = remove.preprocess(deepcopy(notebook), {})
    return copy


def student(notebook: Any) -> Any:
    """Return a copy without solutions and teacher's notes; exercises have no outputs."""
    return without(notebook, SOLUTION, TEACHER)


def teacher(notebook: Any) -> Any:
    """Return a copy with solutions open, and headings above them and above the notes."""
    edition = deepcopy(notebook)
    cells = []
    for cell in edition.cells:
        for tag, heading in ((SOLUTION, "Solution"), (TEACHER, "For the teacher")):
            if tag in tags(cell):
                made = new_markdown_cell(f"**{heading}**", id=f"{cell.id[:40]}-heading")
                made.metadata.tags = [tag]
                cells.append(made)
        if SOLUTION in tags(cell):
            cell.metadata.get("jupyter", {}).pop("source_hidden", None)
        cells.append(cell)
    edition.cells = cells
    return edition
