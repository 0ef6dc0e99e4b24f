"""Small executed notebooks for the tests of courses, made without a kernel."""

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from ausrec.lab.live.live_panel import VIEW

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PANEL = (
    "<style>.ausrec { color: red; }</style>"
    '<section class="ausrec ausrec-panel">Is $x < 2$? <code>$HOME</code>'
    "<details><summary>Answer</summary>yes</details></section>"
)


def text(source: str, name: str, *tags: str) -> Any:
    cell = new_markdown_cell(source, id=name)
    cell.metadata.tags = list(tags)
    return cell


def code(source: str, name: str, data: dict[str, str] | None = None, *tags: str) -> Any:
    cell = new_code_cell(source, id=name, execution_count=1)
    cell.metadata.tags = list(tags)
    if data is not None:
        cell.outputs = [new_output("execute_result", data, execution_count=1)]
    return cell


def chapter(number: int = 0, title: str = "Quick start") -> Any:
    """A notebook with everything that a chapter has."""
    first = (
        f"# {number:02} · {title}\n\n**Aims**\n- read $\\hat{{A}}$\n- know `x`,\n  and *more*\n\n"
        "**Run time:** about 3 s on two cores.\n\n**Next**\n- not an aim\n"
    )
    solution = code("answer = 2", f"{number:02}-solution", {"text/plain": "2"}, "solution")
    solution.metadata.jupyter = {"source_hidden": True}
    cells = [
        text(first, f"{number:02}-title"),
        text("## Degrees\n\n$$\\begin{aligned} a &= \\mathrm{diag}(b) \\end{aligned}$$", "degrees"),
        code("figure", "figure", {"image/png": PIXEL, "text/plain": "<Figure>"}),
        code(
            "QuickCheck(secret)",
            "check",
            {"text/html": PANEL, "text/plain": "Quick check", VIEW: "{}"},
        ),
        code("table", "table", {"text/html": "<table><tr><td>$5</td></tr></table>"}),
        text("### Exercise", "exercise", "exercise"),
        code("answer = None", "starter", {"text/plain": "starter's output"}, "exercise"),
        solution,
        text("Ten minutes in class.", "note", "teacher"),
        text("```console\n$ ausrec train --out $HOME\n```", "command", "command"),
    ]
    return new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})


def write_chapters(folder: Path, *titles: str) -> Path:
    """Write chapters with these titles, and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, title in enumerate(titles):
        path = folder / f"{number:02}_{title.lower().replace(' ', '_')}.ipynb"
        nbformat.write(chapter(number, title), path)
    return folder
