"""The form of the notebooks: what each must hold, and what none may hold."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.notebooks.reading import (
    FOLDER,
    NOTEBOOKS,
    REPOSITORY,
    SOLUTIONS,
    cells,
    joined,
    outputs,
    read,
    source,
    stated_seconds,
    tags,
)

IGNORING = {"nbval-ignore-output", "nbval-skip", "raises-exception"}
MAGIC = re.compile(r"^\s*(%|!|\?)|^[^#'\"]*;\s*$|get_ipython|NBVAL_", re.MULTILINE)
PANELS = (
    "TaskLab",
    "PredictThenReveal",
    "WeightPlayer",
    "GraphExplorer",
    "Microscope",
    "HypergradientScope",
    "ViewLab",
    "Propagation",
    "TaskMixer",
    "Attention",
)

CHECK = re.compile(r'^ausrec\.check\("([\w-]+)"', re.MULTILINE)


def exercises_of(path: Path) -> Path:
    return FOLDER / "exercises" / f"{path.stem}.py"


every_chapter = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
every_solution = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
every_notebook = pytest.mark.parametrize(
    "path", [*NOTEBOOKS, *SOLUTIONS], ids=lambda path: f"{path.parent.name}/{path.stem}"
)


@every_notebook
def test_is_a_notebook_of_this_course(path: Path) -> None:
    notebook = read(path)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}  # so no `widgets`
    names = [cell["id"] for cell in notebook["cells"]]
    assert len(set(names)) == len(names)
    assert [name for name in names if not name.startswith(path.name[:3].replace("_", "-"))] == []


@every_notebook
def test_opens_with_at_most_five_imports_and_none_from_an_inner_module(path: Path) -> None:
    trees = [ast.parse(source(cell)) for cell in cells(path, "code")]
    assert sum(isinstance(node, ast.Import | ast.ImportFrom) for node in trees[0].body) <= 5
    nodes = [node for tree in trees for node in ast.walk(tree)]
    assert any(isinstance(n, ast.Import) and n.names[0].name == "ausrec" for n in trees[0].body)
    inner = [n.module for n in nodes if isinstance(n, ast.ImportFrom) and "ausrec" in str(n.module)]
    assert inner == []


@every_chapter
def test_opens_with_aims_and_run_time(path: Path) -> None:
    first = source(read(path)["cells"][0])
    assert re.match(rf"# {path.name[:2]} · \S", first)
    aims = first[first.index("**Aims") :]
    assert len(re.findall(r"^- \S", aims, re.MULTILINE)) >= 3
    assert 0 < stated_seconds(path) < 60


@every_notebook
def test_all_code_was_run_in_order(path: Path) -> None:
    code = cells(path, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert [cell["id"] for cell in code if not source(cell).strip()] == []
    for cell in code:
        kinds = {(output["output_type"], output.get("name")) for output in cell["outputs"]}
        assert not {kind for kind in kinds if kind[0] == "error" or kind[1] == "stderr"}, cell["id"]


@every_notebook
def test_holds_no_magics_and_nothing_that_nbval_cannot_compare(path: Path) -> None:
    found = [(cell["id"], MAGIC.findall(source(cell))) for cell in cells(path, "code")]
    assert [each for each in found if each[1]] == []
    assert "torch.set_num_threads(1)" in source(cells(path, "code")[0])


@every_chapter
def test_holds_a_figure_a_panel_and_a_quick_check(path: Path) -> None:
    code = cells(path, "code")
    assert any(outputs(cell, "image/png") for cell in code), "no figure"
    shown = [source(cell) for cell in code if outputs(cell, "text/html")]
    assert any(panel in text for panel in PANELS for text in shown), "no panel"
    assert any("QuickCheck(" in text for text in shown), "no quick check"


@every_chapter
def test_is_the_edition_of_learners(path: Path) -> None:
    assert [
        cell["id"] for cell in read(path)["cells"] if {"solution", "teacher"} & {*tags(cell)}
    ] == []
    answers = [
        cell for cell in cells(path, "code") if source(cell).startswith("ausrec.QuickCheck(")
    ]
    assert answers
    for cell in answers:
        assert cell["metadata"]["jupyter"]["source_hidden"] is True
        assert "hide-input" in tags(cell)


@every_chapter
def test_four_exercises_or_more_are_graded_and_have_a_starter_and_a_solution(path: Path) -> None:
    order = read(path)["cells"]
    asked = [n for n, c in enumerate(order) if "exercise" in tags(c) and c["cell_type"] != "code"]
    graded = dict(
        re.findall(r'^@exercise\("([\w-]+)"(?:, "([\w-]+)")?', exercises_of(path).read_text(), re.M)
    )
    grades = []
    for number, place in enumerate(asked, start=1):
        heading = re.match(rf"### {number} · (Warm-up|Core|Stretch): \S", source(order[place]))
        assert heading and order[place + 1]["cell_type"] == "code"
        assert "exercise" in tags(order[place + 1])
        (name,) = CHECK.findall(source(order[place + 1]))
        grades.append(heading[1].lower())
        assert grades[-1] == (graded[name] or "core"), name
    assert len(grades) >= 4 and set(grades) == {"warm-up", "core", "stretch"}
    assert any(f"(solutions/{path.name})" in source(cell) for cell in order)
    assert len(cells(FOLDER / "solutions" / path.name, "code", "solution")) >= len(asked)


@every_chapter
def test_checks_belong_to_the_chapter_and_its_solutions_pass_them(path: Path) -> None:
    listed = re.findall(r'^@exercise\("([\w-]+)"', exercises_of(path).read_text(), re.MULTILINE)
    assert len(set(listed)) == len(listed)
    assert {name[:2] for name in listed} == {path.name[:2]}
    for folder, right in ((FOLDER, False), (FOLDER / "solutions", True)):
        checked = [cell for cell in cells(folder / path.name, "code") if CHECK.search(source(cell))]
        found = [name for cell in checked for name in CHECK.findall(source(cell))]
        assert sorted(found) == sorted(listed)
        said = ["".join(joined(output.get("text", "")) for output in c["outputs"]) for c in checked]
        assert [text for text in said if (": right. " in text) is not right] == []
        assert [text for text in said if ("Hint 1: " in text) is right] == []


@every_chapter
def test_the_method_is_drawn_and_what_to_notice_follows_an_output(path: Path) -> None:
    order = read(path)["cells"]
    assert any(source(cell).startswith("ausrec.method_picture(") for cell in order)
    for before, cell in pairwise(order):
        if cell["cell_type"] == "markdown":
            assert "*To see:*" not in source(cell)
            if source(cell).startswith("**What to notice"):
                assert before["cell_type"] == "code", cell["id"]


@every_solution
def test_a_solution_is_short_and_shows_that_it_is_right(path: Path) -> None:
    stated_seconds(path)
    title = source(read(path)["cells"][0])
    assert re.match(rf"# {path.name[:2]} · .*: solutions\n", title) and f"(../{path.name})" in title
    solutions = cells(path, "code", "solution")
    assert len(cells(path, "code")) - len(solutions) <= 2, "too much to set up"
    for cell in solutions:
        assert "hide-cell" in tags(cell)
        assert "assert " in source(cell) or cell["outputs"]


@every_chapter
def test_formulas_are_typeset_and_papers_are_in_the_bibliography(path: Path) -> None:
    text = "\n".join(source(cell) for cell in cells(path, "markdown"))
    assert text.count("$$") >= 2 and text.count("$$") % 2 == 0
    assert not re.search(r"^> ", text, re.MULTILINE), "a formula that is not typeset"
    papers = re.findall(r"\]\(https://arxiv\.org/abs/([\d.]+)\)", text)
    bibliography = (REPOSITORY / "docs" / "references.bib").read_text(encoding="utf-8")
    assert papers and [paper for paper in papers if paper not in bibliography] == []
    linked = re.findall(r"\]\((\d\d_\w+\.ipynb)\)", text)
    assert linked and [name for name in linked if not (FOLDER / name).exists()] == []


@every_chapter
def test_teachers_find_a_page(path: Path) -> None:
    page = FOLDER / "teaching_notes" / f"{path.stem}.md"
    text = page.read_text(encoding="utf-8")
    assert re.match(rf"# {path.name[:2]} · .*: teaching notes\n", text)
    assert re.search(r"\d+ minutes|minutes as", text)


def test_every_solution_and_page_belongs_to_a_chapter() -> None:
    names = [path.stem for path in NOTEBOOKS]
    assert [path.stem for path in SOLUTIONS] == names
    assert sorted(path.stem for path in FOLDER.glob("teaching_notes/*.md")) == names
    assert sorted(path.stem for path in FOLDER.glob("exercises/*.py")) == names


@every_chapter
def test_every_experiment_has_its_command(path: Path) -> None:
    order = read(path)["cells"]
    for place, cell in enumerate(order):
        if "experiment" in tags(cell):
            assert "command" in tags(order[place + 1]), cell["id"]
            assert "$ ausrec " in source(order[place + 1])


def test_few_outputs_are_ignored() -> None:
    code = [cell for path in NOTEBOOKS for cell in cells(path, "code")]
    ignored = [cell["id"] for cell in code if IGNORING & set(tags(cell))]
    assert len(ignored) <= len(code) / 10, ignored


@pytest.mark.parametrize(
    ("code", "is_bad"),
    [
        ("%matplotlib inline", True),
        ("x = 1\n!ls", True),
        ("ax.plot(x);", True),
        ("text = 'a; b'", False),
        ("share = 7 % 3\nprint(f'{share:.0%}')", False),
    ],
)
def test_the_pattern_of_magics_knows_its_business(code: str, is_bad: bool) -> None:
    assert bool(MAGIC.search(code)) is is_bad
