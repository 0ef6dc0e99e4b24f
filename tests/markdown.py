"""Read the code blocks and links of a Markdown page."""

import re
from pathlib import Path


def blocks(page: Path, language: str = "python") -> list[str]:
    """Return the fenced blocks of one language, in order."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def run_blocks(page: Path) -> dict[str, object]:
    """Run the Python blocks of a page in one namespace, in order, and return the namespace."""
    namespace: dict[str, object] = {"__name__": "page"}
    for number, block in enumerate(blocks(page), start=1):
        exec(compile(block, f"{page.name}, block {number}", "exec"), namespace)
    return namespace


def local_links(page: Path) -> list[str]:
    """Return the targets of links and pictures that are files of the project, without anchors."""
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    return [t.split("#")[0] for t in targets if "://" not in t and not t.startswith("#")]


def commands(page: Path) -> list[str]:
    """Return the `ausrec ...` and `python -m benchmarks...` commands of a page.

    They stand alone on a line of a block, or between backticks; a backslash continues a line, and
    what follows a # is a comment.
    """
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    found = re.findall(
        r"(?:^[ ]*|`)((?:ausrec |python -m benchmarks\.)[^`\n#]+)", text, re.MULTILINE
    )
    return [" ".join(command.split()) for command in found]
