"""Put the tables of finished studies into docs/results.md, so that no number is copied by hand.

    python -m benchmarks.results --studies runs/studies

A block of the page names a study's folder, a table of its report, and the columns to show:

    <!-- table number_of_tasks quality: variant, seeds, ndcg@10 -->
    <!-- /table -->

What stands between the two lines is written anew; where a study's folder is missing, it stays.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.timing import NONE

NAMES = ("dataset", "variant")
PAGE = Path(__file__).parents[1] / "docs" / "results.md"
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
    told = [place for place in places if rows[0][place] not in NAMES]
    kept = [row for row in rows if {row[place] for place in told} != {NONE}]
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


def main(argv: Sequence[str] | None = None) -> int:
    """Fill docs/results.md."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--studies", type=Path, default=Path("runs/studies"))
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args(argv)
    try:
        text, missing = filled(options.page.read_text(encoding="utf-8"), options.studies)
    except KeyError as error:
        print(f"error: {options.page}: {error.args[0]}", file=sys.stderr)
        return 2
    options.page.write_text(text, encoding="utf-8")
    for study in missing:
        print(f"left as it is: {study} (not in {options.studies})", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
