"""Read notebooks as JSON: the checks of their form need no Jupyter."""

import json
import re
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SOLUTIONS = sorted(FOLDER.glob("solutions/*.ipynb"))
RUN_TIME = re.compile(r"\*\*Run time:?\*\*:?\s+(?:about\s+)?(\d+)\s+s\b")

Cell = dict[str, Any]


def read(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def cells(path: Path, kind: str | None = None, tag: str | None = None) -> list[Cell]:
    return [
        cell
        for cell in read(path)["cells"]
        if (kind is None or cell["cell_type"] == kind) and (tag is None or tag in tags(cell))
    ]


def tags(cell: Cell) -> list[str]:
    listed: list[str] = cell["metadata"].get("tags", [])
    return listed


def source(cell: Cell) -> str:
    return joined(cell["source"])


def joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def outputs(cell: Cell, mime: str) -> list[str]:
    """Every output of a cell in one form, as `text/html`."""
    data = [output.get("data", {}) for output in cell.get("outputs", [])]
    return [joined(each[mime]) for each in data if mime in each]


def stated_seconds(path: Path) -> int:
    """The run time in the first cell."""
    found = RUN_TIME.search(source(read(path)["cells"][0]))
    assert found, f"{path.name}: the first cell lacks a line '**Run time:** about N s on two cores'"
    return int(found[1])
