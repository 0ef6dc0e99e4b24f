"""`ausrec data`: list, fetch, describe or make data sets."""

from collections.abc import Callable, Sequence

from ausrec.cli.parser import Parser
from ausrec.cli.settings import add_settings, everyday_help, expand, to_recipe
from ausrec.cli.text import text_table
from ausrec.data import DATASETS, describe, fetch_dataset, list_datasets, make_club
from ausrec.errors import AusrecError, nearest

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
    parser.add_argument("--data-root", type=str, metavar="DIR", help="folder to look in first")
    print(text_table(list_datasets(parser.parse_args(argv).data_root), indent=""))


def _fetch(argv: list[str]) -> None:
    parser = Parser(
        "data fetch", "Download what is missing of some data sets.", "NAME ... [options]"
    )
    parser.add_argument("names", type=str, nargs="*", help=", ".join(DATASETS))
    parser.add_argument("--data-root", type=str, metavar="DIR", help="folder to download into")
    parsed = parser.parse_args(argv)
    if not parsed.names:
        raise AusrecError(f"no data set is named: write one or more of {', '.join(DATASETS)}")
    for name in parsed.names:
        paths = fetch_dataset(name, parsed.data_root)
        print(f"{name}: {paths[0].parent if paths else 'made by the package, needs no files'}")


def _describe(argv: list[str]) -> None:
    parser = Parser(
        "data describe",
        "Count a data set, or tables of your own.\n\n  ausrec data describe lastfm\n"
        "  ausrec data describe --interactions plays.csv --social friends.csv\n\n"
        f"Short flags:\n{everyday_help(['data'])}",
    )
    add_settings(parser, ["data"])
    # jsonargparse would take a bare word for a file of settings.
    named = argv[:1] if argv and not argv[0].startswith("-") else []
    words = [*(f"--dataset={name}" for name in named), *argv[len(named) :]]
    data = to_recipe(parser.parse_args(expand(words))).data
    print(text_table(describe(data.load()), indent=""))


def _make(argv: list[str]) -> None:
    parser = Parser("data make", "Write the tables of the generated listening club.")
    parser.add_argument("--folder", type=str, metavar="DIR", help="where the tables go")
    parser.add_argument("--seed", type=int, default=0, help="another seed makes another club")
    parser.add_argument("--overwrite", action="store_true", help="replace tables that are there")
    parser.types["seed"] = int
    parsed = parser.parse_args(argv)
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
