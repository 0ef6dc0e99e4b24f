"""Rules of the house that no linter knows: headings, mirrored tests, clean tracked files."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

MAX_BYTES = 2 * 1024**2
# Modules or whole packages whose tests stand elsewhere, each with what covers it.
TESTED_ELSEWHERE: dict[str, str] = {
    "ausrec/lab/panels/base/panel_controls.py": "tests/lab/panels/base/test_live_panel.py",
    "ausrec/lab/plots": "tests/lab/plots",
    "ausrec/models/lightgcn.py": "tests/models/test_encoder.py",
    "ausrec/models/mf.py": "tests/models/test_encoder.py",
    "ausrec/tasks/marec_tasks.py": "tests/tasks/test_task.py",
    "ausrec/tasks/recommendation.py": "tests/tasks/test_task.py",
    "ausrec/tasks/relation.py": "tests/tasks/test_task.py",
    "ausrec/training/checkpoint.py": "tests/training/test_fit.py",
    "ausrec/cli/run_files.py": "tests/cli/test_saved_run.py",
    "ausrec/runs/recipe_file.py": "tests/cli/test_flags.py",
    "ausrec/training/history.py": "tests/training/test_fit.py",
    "ausrec/data/tables/table_graph.py": "tests/data/tables/test_table_dataset.py",
    "ausrec/runs/saved_run.py": "tests/cli/test_saved_run.py",
    "ausrec/weighting/estimators/__init__.py": "tests/weighting/test_hypergradient.py",
    "ausrec/weighting/forking.py": "tests/training/test_forks.py",
    "ausrec/weighting/weighting.py": "tests/weighting/test_conformance.py",
}
# Assembled here so that this file does not find itself.
OWN_PATHS = re.compile(r"(?<![\w.:/-])/" + r"(work|home|root|Users)/")
LOCK_NAMES = {"poetry.lock", "uv.lock", "Pipfile.lock"}


def modules(repository: Path) -> list[Path]:
    return sorted((repository / "ausrec").rglob("*.py"))


def tracked(repository: Path) -> list[Path]:
    """Every file that git tracks or would add; outside a git checkout the test is skipped."""
    if not (repository / ".git").exists():
        pytest.skip("not a git checkout, so it is unknown which files belong to the project")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    paths = (repository / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def test_every_module_has_a_docstring(repository: Path) -> None:
    bare = [
        str(path.relative_to(repository))
        for path in modules(repository)
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert bare == []


def test_every_folder_of_modules_is_a_package(repository: Path) -> None:
    folders = {path.parent for path in modules(repository)}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_every_module_has_a_mirrored_test(repository: Path) -> None:
    untested = []
    for path in modules(repository):
        inside = path.relative_to(repository / "ausrec")
        mirror = repository / "tests" / inside.with_name(f"test_{inside.name}")
        is_index = path.name == "__init__.py" and not holds_definitions(path)
        names = {
            path.relative_to(repository).as_posix(),
            path.parent.relative_to(repository).as_posix(),
        }
        if not (is_index or mirror.is_file() or names & set(TESTED_ELSEWHERE)):
            untested.append(f"{mirror.relative_to(repository)} is missing")
    assert untested == []


def holds_definitions(path: Path) -> bool:
    """Tell a package's index (imports only) from a module that defines something."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body)


def test_the_list_of_other_places_is_true(repository: Path) -> None:
    for module, place in TESTED_ELSEWHERE.items():
        assert (repository / module).exists(), module
        assert (repository / place).exists(), place


def test_tracked_files_name_no_path_of_a_machine(repository: Path) -> None:
    found = []
    for path in tracked(repository):
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
            if OWN_PATHS.search(line):
                found.append(f"{path.relative_to(repository)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_tracked_files_are_small(repository: Path) -> None:
    large = {
        str(path.relative_to(repository)): path.stat().st_size
        for path in tracked(repository)
        if path.stat().st_size > MAX_BYTES
    }
    assert large == {}


def test_there_is_one_lock(repository: Path) -> None:
    assert [path.name for path in tracked(repository) if path.name in LOCK_NAMES] == []


def test_package_modules_keep_real_annotations(repository: Path) -> None:
    """The shape checks of the tests read annotations, so they must not be turned into text."""
    postponed = [
        str(path.relative_to(repository))
        for path in modules(repository)
        if "from __future__ import annotations" in path.read_text(encoding="utf-8")
    ]
    assert postponed == []


@pytest.mark.parametrize(
    ("line", "is_bad"),
    [
        ("root: " + "/" + "home/ann/data", True),
        ("cp /" + "root/x .", True),
        ("see https://example.org/home/page", False),
        ("--data-root ../shared/data", False),
    ],
)
def test_the_path_pattern_knows_its_business(line: str, is_bad: bool) -> None:
    assert bool(OWN_PATHS.search(line)) is is_bad
