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
    """Return the targets of links and pictures that lie in the project, with their anchors."""
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    return [target for target in targets if "://" not in target]


def anchors(page: Path) -> set[str]:
    """Return what a link may name behind the # of a page: its headings, as GitHub spells them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def leads_somewhere(link: str, page: Path) -> bool:
    """Whether a local link of a page names a file that exists and, behind a #, a heading of it."""
    name, _, anchor = link.partition("#")
    target = page.parent / name if name else page
    return target.exists() and (not anchor or anchor in anchors(target))


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
