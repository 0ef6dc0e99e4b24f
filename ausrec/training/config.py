"""What can be set about the data, the split and the training loop.

Each setting has its name, type, default and docstring here, for Python, YAML files and flags. A
default that another class or function has already is read from there.
"""

import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import torch
from torch_geometric.data import HeteroData

from ausrec.choice import Chosen, chosen, read
from ausrec.data import Preparation, TableColumns, TableDataset, choose_dataset, load_dataset
from ausrec.data.build_graph import EdgeType
from ausrec.errors import (
    AusrecError,
    SettingError,
    check_above_zero,
    check_not_negative,
    settings_within,
)
from ausrec.evaluation import METRICS
from ausrec.graph import Splits, split_interactions
from ausrec.settings import convert, default_of
from ausrec.tasks.catalog import MAIN_LOSSES

# More than any machine has; many more bring PyTorch down.
MOST_THREADS = 1024


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


@dataclass(frozen=True)
class DataConfig(Preparation, TableColumns, DataSources):
    """Which data, what its columns hold, and what is left out before it becomes a graph."""

    @classmethod
    def read(cls, given: "str | DataConfig") -> "DataConfig":
        """Return the configuration of a data set by name; a configuration stays as it is."""
        return given if isinstance(given, cls) else cls(dataset=convert("data", given, str) or None)

    def check(self) -> None:
        """Refuse data that is named wrongly; nothing is read.

        Raises:
            AusrecError: when neither or both kinds of data are named, or there is no such data set.
        """
        if self.dataset is not None:
            plain = DataConfig(self.dataset, self.data_root)
            own = [n for n, value in vars(self).items() if value != getattr(plain, n)]
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
        own: dict[str, Any] = {n: v for n, v in vars(self).items() if not n.startswith("data")}
        own["links"] = {_edge_type(name): link_table(path) for name, path in self.links.items()}
        graph: HeteroData = TableDataset(**own)[0]
        return graph

    def absolute(self) -> "DataConfig":
        """Return the same data with absolute paths, so that it is found from everywhere."""
        changed: dict[str, Any] = {"data_root": _absolute(self.data_root)}
        changed |= {name: _absolute(getattr(self, name)) for name in TABLES}
        for name in ("tests", "links"):
            changed[name] = {n: _absolute(path) for n, path in getattr(self, name).items()}
        return replace(self, **changed)

    def describe(self) -> str:
        """Name the data in a word."""
        return self.dataset or Path(str(self.interactions)).name


TABLES = ("interactions", "social", "items", "users", "val", "test")
"""The settings that name a file."""

_PATHS = (*TABLES, "tests", "links")


def _absolute(path: str | None) -> str | None:
    return None if path is None else os.path.abspath(os.path.expanduser(path))


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


@dataclass(frozen=True)
class SplitConfig:
    """How interactions are split into training, validation and test parts."""

    val: float = default_of(split_interactions, "val")
    """Share of validation interactions, where no table of them is given."""

    test: float | None = default_of(split_interactions, "test")
    """Share of test interactions; null takes the published split where there is one, else 0.2."""

    how: Literal["random", "leave_one_out"] = default_of(split_interactions, "how")
    """At random per user, or one of each user (the latest where times are known)."""

    keep: float = default_of(split_interactions, "keep")
    """Share of the training interactions that stay; validation and test part are the same for
    every share, and what a smaller share keeps, a larger one keeps too."""

    seed: int = default_of(split_interactions, "seed")
    """Seed of the split."""

    def split(self, graph: HeteroData) -> Splits:
        """Split a graph's interactions.

        Raises:
            AusrecError: on a share that cannot be.
        """
        with settings_within("split"):
            return split_interactions(graph, **vars(self))


@dataclass(frozen=True)
class TrainConfig:
    """Configuration of the training loop."""

    epochs: int = 200
    """Most epochs to train."""

    batch_size: int = 2048
    """Samples of the main task in a step."""

    task_batch_size: int = 256
    """Samples of each auxiliary task in a step (unless the task says its own number)."""

    learning_rate: float = 5e-3
    """Learning rate of Adam on the encoder."""

    l2: float = 1e-4
    """Coefficient of the L2 penalty on layer-0 embeddings."""

    sampling: Literal["interactions", "users"] = "interactions"
    """Main samples: each interaction once an epoch, or uniform users and then their items."""

    loss: Chosen = chosen(MAIN_LOSSES, "loss", "bpr")
    """Main loss: how a user's items are ranked above others."""

    evaluate_every: int = 1
    """Epochs between two evaluations on the validation set."""

    patience: int = 20
    """Stop after this many evaluations without a better one; 0 never stops early."""

    select: str = "ndcg@10"
    """The validation metric that chooses the epoch to keep."""

    ks: tuple[int, ...] = (5, 10, 20)
    """Lengths of the ranked lists that are evaluated during training."""

    diagnose_every: int = 1
    """Epochs between two measurements of gradient cosines (each costs a propagation a task)."""

    geometry_every: int = 0
    """Epochs between two measurements of where the embeddings go (alignment, uniformity), which
    costs the distances of all users and of all items; 0 measures never."""

    checkpoint_every: int = 5
    """Epochs between two checkpoints, where a checkpoint file is asked for."""

    threads: int | None = None
    """CPU threads; null leaves PyTorch's own choice."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where to train."""

    seed: int = 0
    """Seed of everything random in the loop: samples, edge dropout, the weighting's start."""

    def __post_init__(self) -> None:
        """Refuse impossible numbers before anything runs."""
        positive = ("epochs", "batch_size", "task_batch_size", "evaluate_every", "diagnose_every")
        for name in (*positive, "checkpoint_every", "learning_rate"):
            check_above_zero(**{name: getattr(self, name)})
        for name in ("geometry_every", "l2", "patience", "seed"):
            check_not_negative(**{name: getattr(self, name)})
        if self.threads is not None and not 1 <= self.threads <= MOST_THREADS:
            raise SettingError(
                "threads", f"is {self.threads}, but must be from 1 to {MOST_THREADS}"
            )
        if not self.ks or min(self.ks) < 1:
            raise SettingError(
                "ks", f"is {list(self.ks)}, but must be numbers from 1 up, as [5, 10]"
            )
        with settings_within("loss"):
            self.loss()  # refuses its own impossible settings
        metrics = [name for name, metric in METRICS.items() if metric.larger_is_better]
        name, _, k = self.select.partition("@")
        if name not in metrics or not k.isdigit() or int(k) not in self.ks:
            raise SettingError(
                "select",
                f"is '{self.select}', but must be a metric at one of ks {list(self.ks)}, "
                f"such as '{name if name in metrics else 'ndcg'}@{self.ks[0]}'; metrics are "
                f"{', '.join(metrics)}",
            )

    def torch_device(self) -> torch.device:
        """Return the device, `auto` resolved.

        Raises:
            AusrecError: when `cuda` is asked for and not there.
        """
        if self.device == "cuda" and not torch.cuda.is_available():
            raise AusrecError("device is 'cuda', but PyTorch sees none: use --device cpu or auto")
        if self.device == "auto":
            return torch.device("cuda" if torch.cuda.is_available() else "cpu")
        return torch.device(self.device)
