"""`ausrec data`: list, fetch, describe or make data sets."""

from collections.abc import Callable, Sequence

from ausrec.cli.flags import read_flags, settings_help
from ausrec.cli.parser import Parser
from ausrec.cli.text import text_table
from ausrec.data import DATASETS, describe, fetch_dataset, list_datasets, make_club
from ausrec.errors import AusrecError, nearest
from ausrec.training.config import DataConfig
from ausrec.training.recipe import Recipe

OVERVIEW = """usage: ausrec data list|fetch|describe|make [--help] ...

  list       the data sets known by name, and whether their files are here
  fetch      download data sets: ausrec data fetch lastfm
  describe   count a data set or tables of your own: ausrec data describe lastfm
  make       write the generated listening club: ausrec data make --folder club"""


def main(argv: Sequence[str]) -> int:
    """Run one of the four."""
    if not argv or argv[0] in ("-h", "--help"):
        print(OVERVIEW)
        return 0 if argv else 2
    if argv[0] not in ACTIONS:
        raise AusrecError(f"unknown command 'data {argv[0]}'{nearest(argv[0], ACTIONS)}")
    ACTIONS[argv[0]](list(argv[1:]))
    return 0


def _list(argv: list[str]) -> None:
    parser = Parser("data list", "List the data sets that are known by name.")
    parser.option("--data-root", metavar="DIR", help="folder to look in first")
    print(text_table(list_datasets(parser.read(argv).data_root), indent=""))


def _fetch(argv: list[str]) -> None:
    parser = Parser(
        "data fetch", "Download what is missing of some data sets.", "NAME ... [options]"
    )
    parser.add_argument("names", nargs="*", help=", ".join(DATASETS))
    parser.option("--data-root", metavar="DIR", help="folder to download into")
    parsed = parser.read(argv)
    if not parsed.names:
        raise AusrecError(f"no data set is named: write one or more of {', '.join(DATASETS)}")
    for name in parsed.names:
        paths = fetch_dataset(name, parsed.data_root)
        print(f"{name}: {paths[0].parent if paths else 'made by the package, needs no files'}")


def _describe(argv: list[str]) -> None:
    parser = Parser(
        "data describe",
        "Count a data set, or tables of your own.\n\n  ausrec data describe lastfm\n"
        "  ausrec data describe --interactions plays.csv --social friends.csv",
        "NAME | --interactions TABLE ... [options]",
        settings_help(["data"]),
    )
    parser.add_argument("name", nargs="?", help="of a data set")
    flags = read_flags(argv)
    named = parser.read(flags.rest).name
    for name in flags.settings:
        if not name.startswith("data."):
            raise AusrecError(f"--{name} says nothing about data: leave it out")
    data = flags.recipe(None if named is None else Recipe(DataConfig(named))).data
    print(text_table(describe(data.load()), indent=""))


def _make(argv: list[str]) -> None:
    parser = Parser("data make", "Write the tables of the generated listening club.")
    parser.option("--folder", metavar="DIR", help="where the tables go")
    parser.option("--seed", int, 0, help="another seed makes another club")
    parser.add_argument("--overwrite", action="store_true", help="replace tables that are there")
    parsed = parser.read(argv)
    if parsed.folder is None:
        raise AusrecError("no folder is named: add --folder DIR")
    for path in make_club(parsed.folder, parsed.seed, overwrite=parsed.overwrite):
        print(path)


ACTIONS: dict[str, Callable[[list[str]], None]] = {
    "list": _list,
    "fetch": _fetch,
    "describe": _describe,
    "make": _make,
}
