"""`ausrec data`: list, fetch, describe or make data sets."""

from typing import ClassVar

from ausrec.cli.command import Command, CommandGroup, Folder
from ausrec.cli.flags import Flags
from ausrec.data import describe, fetch_dataset, list_datasets, make_club, reading_of
from ausrec.errors import AusrecError
from ausrec.experiments.table_writer import make_table
from ausrec.runs.recipe import Recipe


@Command
def data_list(*, data_root: Folder | None = None) -> None:
    """List the data sets known by name, and whether their files are here.

    Args:
        data_root: the folder to look in first
    """
    print(make_table(list_datasets(data_root)).text(""))


@Command
def data_fetch(names: tuple[str, ...], *, data_root: Folder | None = None) -> None:
    """Download what is missing of some data sets.

      ausrec data fetch lastfm

    Args:
        names: one or more of the names that `ausrec data list` shows
        data_root: the folder to download into
    """
    for name in names:
        paths = fetch_dataset(name, data_root)
        print(f"{name}: {paths[0].parent if paths else 'made by the package, needs no files'}")


class DataFlags(Flags):
    """The settings of data."""

    usage: ClassVar[str] = "(NAME | --interactions TABLE)"
    listed: ClassVar[tuple[str, ...]] = ("data",)


@Command
def data_describe(name: str | None = None, *, flags: DataFlags) -> None:
    """Count a data set, or your own tables.

      ausrec data describe lastfm
      ausrec data describe --interactions plays.csv --social friends.csv

    Args:
        name: of a data set
        flags: of the data
    """
    for setting in flags.settings:
        if not setting.startswith("data."):
            raise AusrecError(f"--{setting} says nothing about data: leave it out")
    recipe = flags.recipe(None if name is None else Recipe(name))
    graph = recipe.data.load()
    reading = reading_of(graph)
    print(make_table(describe(graph)).text(""))
    for line in reading.lines:
        print(line)
    if reading.assumed:
        print("\nWhat was assumed:")
        print("\n".join(f"- {line}" for line in reading.assumed))


@Command
def data_make(*, folder: Folder, seed: int = 0, overwrite: bool = False) -> None:
    """Write the tables of the generated listening club.

      ausrec data make --folder club

    Args:
        folder: where the tables go
        seed: another seed makes another club
        overwrite: replace tables that are there
    """
    for path in make_club(folder, seed, overwrite=overwrite):
        print(path)


data = CommandGroup(data_list, data_fetch, data_describe, data_make)
