"""What can be set about the data: a data set by name, or tables, their columns and preparation."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from torch_geometric.data import HeteroData

from ausrec.choice import read, split_outside
from ausrec.data import Preparation, TableColumns, TableDataset, choose_dataset, load_dataset
from ausrec.data.build_graph import EdgeType
from ausrec.errors import AusrecError, SettingError
from ausrec.settings import convert, settings_of


@dataclass(frozen=True)
class DataSources:
    """A data set by name, or the files of tables of one's own."""

    dataset: str | None = None
    """Name of a data set, as `ausrec data list` shows them; with settings, ciao(threshold=3)."""

    data_root: str | None = None
    """Folder to look for data sets in, and to download them into."""

    interactions: str | None = None
    """Table of interactions: user, item and, where there are, weight and time."""

    social: str | None = None
    """Table of social links from user to user."""

    items: str | None = None
    """Table of item ids with their names."""

    users: str | None = None
    """Table of user ids with their names."""

    val: str | None = None
    """Table of validation interactions, where they are given; no other are drawn then."""

    test: str | None = None
    """Table of held-out interactions, where they are given; no other are drawn then."""

    tests: dict[str, str] = field(default_factory=dict)
    """Further tables of held-out interactions by name, as {winter: winter.csv}, measured apart."""

    links: dict[str, str] = field(default_factory=dict)
    """Further tables of links by their edge type, as {item-has-genre: genres.csv}; two columns
    behind the name of the file where they are not called as the ends, genres.csv[film,style]."""

    title: str | None = None
    """What tables and reports call the data; null for its name."""


@dataclass(frozen=True)
class DataConfig(Preparation, TableColumns, DataSources):
    """Which data, what its columns hold, and what is left out before it becomes a graph."""

    @classmethod
    def read(cls, given: "str | DataConfig") -> "DataConfig":
        """Return the data that a text names; a configuration stays as it is.

        Args:
            given: the name of a data set, or a name of one's own for tables: `mine=plays.csv`,
                `mine=plays.csv,friends.csv` or `mine=plays.csv,items=titles.csv,min_rating=4`.

        Raises:
            SettingError: on what cannot be read so.
        """
        if isinstance(given, cls):
            return given
        text: str = convert("data", given, str)
        title, equals, tables = text.partition("=")
        if not equals or "(" in title:
            return cls(dataset=text or None)
        kind: Any = cls
        known = settings_of(kind)
        found: dict[str, Any] = {"title": title.strip()}
        for place, (_, part) in enumerate(split_outside(tables, ",", "data")):
            name, equals, value = (word.strip() for word in part.partition("="))
            if not equals:
                name, value = (*TABLES[:2], "")[min(place, 2)], name
            if name not in known or name in found or not value:
                raise SettingError(
                    "data", f"is '{text}': write NAME=INTERACTIONS,SOCIAL, and others as items=FILE"
                )
            found[name] = convert(f"data.{name}", value, known[name].kind)
        return cls(**found)

    def changes(self) -> dict[str, Any]:
        """Return what differs from the defaults."""
        plain = DataConfig()
        return {n: value for n, value in vars(self).items() if value != getattr(plain, n)}

    def check(self) -> None:
        """Refuse data that is named wrongly; nothing is read.

        Raises:
            AusrecError: when neither or both kinds of data are named, or there is no such data set.
        """
        if self.dataset is not None:
            own = [n for n in self.changes() if n not in ("dataset", "data_root", "title")]
            tables = [name for name in own if name in _PATHS]
            if tables:
                raise AusrecError(
                    f"both the data set '{self.dataset}' and a table ({tables[0]}) are given: "
                    "choose one of them"
                )
            if own:
                raise SettingError(
                    f"data.{own[0]}",
                    f"is for tables, and '{self.dataset}' is read as it is "
                    "published: leave it out, or name its files as tables",
                )
            choose_dataset(self.dataset, "dataset")
        elif self.interactions is None:
            raise AusrecError(
                "no data is named: give --dataset NAME (`ausrec data list` shows the names) or "
                "--interactions TABLE"
            )

    def load(self) -> HeteroData:
        """Read the graph.

        Raises:
            AusrecError: as `check`, and when the data cannot be read.
        """
        self.check()
        if self.dataset is not None:
            return load_dataset(self.dataset, self.data_root)
        of_names = ("dataset", "data_root", "title")
        own: dict[str, Any] = {n: v for n, v in vars(self).items() if n not in of_names}
        own["links"] = {_edge_type(name): link_table(path) for name, path in self.links.items()}
        graph: HeteroData = TableDataset(**own)[0]
        return graph

    def files(self) -> dict[str, str]:
        """Return the tables of one's own, by the setting that names each."""
        named = {f"data.{name}": getattr(self, name) for name in TABLES}
        named |= {f"data.tests.{name}": path for name, path in self.tests.items()}
        named |= {f"data.links.{name}": link_table(path)[0] for name, path in self.links.items()}
        return {setting: path for setting, path in named.items() if path}

    def moved(self, change: Callable[[str], str]) -> "DataConfig":
        """Return the same data with every path of a file or folder changed."""
        changed: dict[str, Any] = {}
        for name in ("data_root", *TABLES):
            path = getattr(self, name)
            changed[name] = None if path is None else change(path)
        for name in ("tests", "links"):
            changed[name] = {n: change(path) for n, path in getattr(self, name).items()}
        return replace(self, **changed)

    def __eq__(self, other: object) -> bool:
        """Tell whether both are set alike and name the same files, however they are written."""
        if not isinstance(other, DataConfig):
            return NotImplemented
        return vars(self.moved(os.path.abspath)) == vars(other.moved(os.path.abspath))

    def __hash__(self) -> int:
        """Return a hash of what names the data."""
        return hash(self.dataset)

    def describe(self) -> str:
        """Name the data in a word."""
        return self.title or self.dataset or Path(str(self.interactions)).name.partition(".")[0]


TABLES = ("interactions", "social", "items", "users", "val", "test")
"""The settings that name a file."""

_PATHS = (*TABLES, "tests", "links")


def seen_from(folder: Path, path: str) -> str:
    """Return a path as it is written in a file of a folder, so that both can be moved together."""
    full = os.path.abspath(os.path.expanduser(path))
    try:
        return Path(os.path.relpath(full, folder.absolute())).as_posix()
    except ValueError:  # another drive
        return full


def found_from(folder: Path, path: str) -> str:
    """Return the path of what a file in a folder names: from there, or else from here."""
    # A folder may be reached through a link.
    bases = folder, Path(os.path.realpath(folder))
    places = [os.path.normpath(base / os.path.expanduser(path)) for base in bases]
    there = next((each for each in places if os.path.exists(link_table(each)[0])), places[0])
    if os.path.exists(link_table(path)[0]) or not path.startswith(".."):
        return there if os.path.exists(link_table(there)[0]) else path
    return there


def link_table(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the file and the columns of `genres.csv[film,style]`; no columns where none are."""
    found = re.fullmatch(r"(.+)\[([^\[\],]+),([^\[\],]+)\]", text)
    return (text, ()) if found is None else (found[1], (found[2].strip(), found[3].strip()))


def _edge_type(name: str) -> EdgeType:
    source, *edge, target = name.split("-") if name.count("-") == 2 else ("",) * 3
    if not (source and edge[0] and target):
        raise SettingError(
            "data.links", f"'{name}' is no edge type; write source-edge-target, as item-has-genre"
        )
    return source, edge[0], target


# A field that holds a `DataConfig` and takes a name as well; see `ausrec.choice.Chosen`.
if TYPE_CHECKING:
    Data: TypeAlias = read[DataConfig]
else:
    Data = str | DataConfig
