"""One source, several editions: from the notebooks to what students, teachers and readers get."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import nbformat

from ausrec.errors import AusrecError
from ausrec.lab.course.editions import Chapter, read_chapter, student, teacher
from ausrec.lab.course.notebooks import FOLDER, find_notebooks, read_notebook
from ausrec.lab.course.site import index_page, page

MARK = "course.json"
MADE_BY = "ausrec course build"


class Course(NamedTuple):
    """What was made.

    Attributes:
        out: the folder with `student/`, `teacher/` and `site/`.
        chapters: one a notebook, in order.
    """

    out: Path
    chapters: tuple[Chapter, ...]


def build_course(out: Path, notebooks: Path = FOLDER, *, solutions: bool = False) -> Course:
    """Make the student edition, the teacher edition, and the static site.

    Nothing of an older course is touched before the new one is complete.

    Args:
        out: the folder to make; an existing one is replaced where it holds an older course.
        notebooks: the folder of the executed notebooks.
        solutions: put the solutions into the site, folded.

    Raises:
        AusrecError: when there are no notebooks, one cannot be used, or `out` holds anything else.
    """
    _check_own(out)
    if not notebooks.is_dir():
        raise AusrecError(f"{notebooks}: no such folder; name the one of the notebooks")
    paths = find_notebooks(notebooks)
    if out.resolve() in [notebooks.resolve(), *notebooks.resolve().parents]:
        raise AusrecError(f"{out}: holds the notebooks themselves; choose another folder")
    chapters = tuple(read_chapter(path, read_notebook(path)) for path in paths)
    files = _contents(chapters, solutions)
    fresh = out.with_name(f".{out.name}.new")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        for name, text in files.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_text(text, encoding="utf-8")
        if out.exists():
            shutil.rmtree(out)
        fresh.rename(out)
    except OSError as error:
        raise AusrecError(
            f"{out}: not written ({error.strerror}); choose a folder that you may write"
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Course(out, chapters)


def _contents(chapters: Sequence[Chapter], solutions: bool) -> dict[str, str]:
    """Return every file of a course by its place."""
    files = {
        MARK: json.dumps({"made by": MADE_BY, "chapters": [each.name for each in chapters]}) + "\n",
        "teacher/README.md": teacher_guide(chapters),
        "site/index.html": index_page(chapters),
    }
    for place, chapter in enumerate(chapters):
        name = f"{chapter.name}.ipynb"
        files[f"student/{name}"] = nbformat.writes(student(chapter.notebook)) + "\n"
        files[f"teacher/{name}"] = nbformat.writes(teacher(chapter.notebook)) + "\n"
        files[f"site/{chapter.name}.html"] = page(chapters, place, solutions=solutions)
    return files


def teacher_guide(chapters: Sequence[Chapter]) -> str:
    """Return an overview for teachers in Markdown: run times, exercises, and all notes."""
    lines = ["# For the teacher", "", "| chapter | run time | exercises |", "| --- | --- | --- |"]
    lines += [
        f"| [{each.title}]({each.name}.ipynb) | {each.run_time or '–'} | {each.exercises} |"
        for each in chapters
    ]
    for chapter in chapters:
        if chapter.notes:
            lines += ["", f"## {chapter.title}", "", "\n\n".join(chapter.notes)]
    return "\n".join(lines) + "\n"


def _check_own(out: Path) -> None:
    """Refuse to replace anything but an older course."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    try:
        mark = json.loads((out / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        mark = None
    if not isinstance(mark, dict) or mark.get("made by") != MADE_BY:
        raise AusrecError(f"{out}: holds something other than a course; choose another --out")
