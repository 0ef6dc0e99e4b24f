"""`ausrec course`: make the editions of the notebooks."""

from collections.abc import Sequence
from pathlib import Path

from ausrec.cli.parser import Parser
from ausrec.errors import AusrecError, nearest

OVERVIEW = """usage: ausrec course build [--help] ...

  build      make the student edition, the teacher edition and a static site of the notebooks"""


def main(argv: Sequence[str]) -> int:
    """Build a course."""
    if not argv or argv[0] in ("-h", "--help"):
        print(OVERVIEW)
        return 0 if argv else 2
    if argv[0] != "build":
        raise AusrecError(f"unknown command 'course {argv[0]}'{nearest(argv[0], ['build'])}")
    parser = Parser("course build", "Make the editions of the notebooks.")
    parser.option("--out", default="course", metavar="DIR", help="output folder")
    parser.option("--notebooks", default="notebooks", metavar="DIR", help="folder of the notebooks")
    parser.add_argument("--solutions", action="store_true", help="fold solutions into the site")
    parsed = parser.read(argv[1:])
    _build(Path(parsed.out), Path(parsed.notebooks), parsed.solutions)
    return 0


def _build(out: Path, notebooks: Path, solutions: bool) -> None:
    try:
        from ausrec.lab.course.build import build_course
    except ModuleNotFoundError as error:
        raise AusrecError(
            f"{error.name} is not installed: the course needs the notebooks' libraries, "
            "pip install 'ausrec[notebooks]'"
        ) from error
    course = build_course(out, notebooks, solutions=solutions)
    for chapter in course.chapters:
        print(f"{chapter.title}: {chapter.run_time or 'run time not stated'}")
    print(f"\nWritten to {out}: student, teacher, site. Open {out / 'site' / 'index.html'}.")
