"""Put the tables of finished studies into the pages of docs/, so that no number is copied by hand.

    python -m benchmarks.results --studies runs/studies

A block of a page names a study's folder, a table of its report, and the columns to show:

    <!-- table number_of_tasks quality: variant, seeds, ndcg@10 -->
    <!-- /table -->

The text between the two lines is replaced; where a study's folder is missing, it stays.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.timing import NONE

NAMES = ("dataset", "variant")
DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(
    r"<!-- table (?P<study>\S+) (?P<table>\w+)(?:: (?P<columns>[^\n]+?))? -->\n"
    r"(?P<old>.*?)<!-- /table -->",
    re.DOTALL,
)


def rows_of(markdown: str) -> list[list[str]]:
    """Return the cells of a Markdown table, its ruler included."""
    lines = [line.strip().strip("|") for line in markdown.strip().splitlines()]
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def chosen(markdown: str, columns: Sequence[str]) -> str:
    """Return a Markdown table with some of its columns, in their order; all where none is named.

    A row that has nothing in the chosen columns but its names is left out.

    Raises:
        KeyError: a column is not there.
    """
    rows = rows_of(markdown)
    for column in columns:
        if column not in rows[0]:
            raise KeyError(f"no column '{column}'; there are {', '.join(rows[0])}")
    places = [rows[0].index(column) for column in columns] or range(len(rows[0]))
    values = [place for place in places if rows[0][place] not in NAMES]
    kept = [row for row in rows if {row[place] for place in values} != {NONE}]
    return "".join("| " + " | ".join(row[place] for place in places) + " |\n" for row in kept)


def filled(page: str, studies: Path) -> tuple[str, list[str]]:
    """Fill the blocks of a page.

    Args:
        page: the text.
        studies: holds a folder a study, as `ausrec study run --out` writes it.

    Returns:
        the new text, and the studies that are not there.

    Raises:
        KeyError: a block names a column that its table has not.
    """
    missing: dict[str, None] = {}

    def fill(block: re.Match[str]) -> str:
        path = studies / block["study"] / "tables" / f"{block['table']}.md"
        if not path.is_file():
            missing[block["study"]] = None
            return block[0]
        head = block[0].partition("\n")[0]
        columns = [name.strip() for name in (block["columns"] or "").split(",") if name.strip()]
        return f"{head}\n{chosen(path.read_text(encoding='utf-8'), columns)}<!-- /table -->"

    return BLOCK.sub(fill, page), list(missing)


def pages() -> list[Path]:
    """Return the pages of docs/ that have a block."""
    every = sorted(DOCS.rglob("*.md"))
    return [page for page in every if BLOCK.search(page.read_text(encoding="utf-8"))]


def main(argv: Sequence[str] | None = None) -> int:
    """Fill the pages."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--studies", type=Path, default=Path("runs/studies"))
    parser.add_argument("--page", type=Path, help="one page; all of docs/ if none")
    options = parser.parse_args(argv)
    absent: dict[str, None] = {}
    for page in [options.page] if options.page else pages():
        try:
            text, missing = filled(page.read_text(encoding="utf-8"), options.studies)
        except KeyError as error:
            print(f"error: {page}: {error.args[0]}", file=sys.stderr)
            return 2
        page.write_text(text, encoding="utf-8")
        absent.update(dict.fromkeys(missing))
    for study in absent:
        print(f"left as it is: {study} (not in {options.studies})", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
