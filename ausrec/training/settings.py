"""What can be set for a run beside training and weighting: data, split, model, tasks.

Each class names its settings once, for Python, YAML files and command-line flags. A default that
another class or function has already is read from there.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from torch_geometric.data import HeteroData

from ausrec.data import DATASETS, TRUSTS, TableDataset, load_dataset
from ausrec.data.build_graph import EdgeType
from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS, Splits, split_interactions
from ausrec.models import MF, LightGCN
from ausrec.models.encoder import Encoder
from ausrec.suggest import nearest
from ausrec.training.task_names import select_tasks, terms


@contextmanager
def complaints_of(group: str, config: Any) -> Iterator[None]:
    """Put the group's name before a complaint that begins with one of its settings."""
    try:
        yield
    except AusrecError as error:
        if str(error).split(" ")[0] in {each.name for each in fields(config)}:
            raise AusrecError(f"{group}.{error}") from error
        raise


def default_of(function: Callable[..., Any], name: str) -> Any:
    """Return the default of a parameter, so that it is written in one place."""
    return inspect.signature(function).parameters[name].default


@dataclass(frozen=True)
class DataConfig:
    """Which data: a data set by name, or tables of one's own."""

    dataset: str | None = None
    """Name of a data set, as `ausrec data list` shows them."""

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

    test: str | None = None
    """Table of held-out interactions, where they are given."""

    user: str | None = None
    """Column of the users, where it is not recognised."""

    item: str | None = None
    """Column of the items, where it is not recognised."""

    weight: str | None = None
    """Column of the weights, where it is not recognised."""

    time: str | None = None
    """Column of the times, where it is not recognised."""

    links: dict[str, str] = field(default_factory=dict)
    """Further tables of links by their edge type, as {item-has-genre: genres.csv}."""

    mutual: bool = default_of(TableDataset, "mutual")
    """Take each social link of the table in both directions."""

    def check(self) -> None:
        """Refuse data that is named wrongly; nothing is read.

        Raises:
            AusrecError: when neither or both kinds of data are named, or there is no such data set.
        """
        own = [name for name in _TABLES if getattr(self, name)]
        if self.dataset is not None:
            if own:
                raise AusrecError(
                    f"both the data set '{self.dataset}' and a table ({own[0]}) are given: "
                    "choose one of them"
                )
            if self.dataset not in DATASETS:
                raise AusrecError(
                    f"data set '{self.dataset}' is unknown{nearest(self.dataset, DATASETS)}"
                )
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
        assert self.interactions is not None
        links = {_edge_type(name): path for name, path in self.links.items()}
        graph: HeteroData = TableDataset(
            self.interactions,
            self.social,
            self.items,
            users=self.users,
            test=self.test,
            links=links,
            user=self.user,
            item=self.item,
            weight=self.weight,
            time=self.time,
            mutual=self.mutual,
        )[0]
        return graph

    def describe(self) -> str:
        """Name the data in a word."""
        return self.dataset or str(self.interactions)


_TABLES = ("interactions", "social", "items", "users", "test", "links")


def _edge_type(name: str) -> EdgeType:
    source, *edge, target = name.split("-") if name.count("-") == 2 else ("",) * 3
    if not (source and edge[0] and target):
        raise AusrecError(
            f"links: '{name}' is no edge type; write source-edge-target, as item-has-genre"
        )
    return source, edge[0], target


@dataclass(frozen=True)
class SplitConfig:
    """How interactions are split into training, validation and test parts."""

    val: float = default_of(split_interactions, "val")
    """Share of validation interactions."""

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
        with complaints_of("split", self):
            return split_interactions(
                graph, val=self.val, test=self.test, how=self.how, keep=self.keep, seed=self.seed
            )


@dataclass(frozen=True)
class ModelConfig:
    """The encoder."""

    encoder: Literal["lightgcn", "mf"] = "lightgcn"
    """LightGCN, or matrix factorisation (which reads dim and init_std only)."""

    dim: int = default_of(LightGCN, "dim")
    """Embedding dimension."""

    layers: int = default_of(LightGCN, "layers")
    """Number of propagation layers."""

    social: bool = default_of(LightGCN, "social")
    """Let embeddings flow over social links too."""

    keep_edges: float = default_of(LightGCN, "keep_edges")
    """Probability of an edge to survive edge dropout; 1 switches dropout off."""

    layer_zero: bool = default_of(LightGCN, "layer_zero")
    """Let layer 0 count in the mean of the layers; SimGCL and XSimGCL leave it out."""

    init_std: float = default_of(LightGCN, "init_std")
    """Standard deviation of the initial embeddings."""

    def build(self, graph: HeteroData, seed: int = 0) -> Encoder:
        """Build the encoder of a training graph.

        Raises:
            AusrecError: on a number that cannot be, and a setting that the encoder does not read.
        """
        with complaints_of("model", self):
            if self.encoder == "mf":
                refuse_unread(self, "model", self.encoder, ("dim", "init_std"))
                return MF(graph, self.dim, init_std=self.init_std, seed=seed)
            return LightGCN(
                graph,
                self.dim,
                self.layers,
                social=self.social,
                keep_edges=self.keep_edges,
                layer_zero=self.layer_zero,
                init_std=self.init_std,
                seed=seed,
            )


@dataclass(frozen=True)
class TasksConfig:
    """The auxiliary tasks."""

    names: str | tuple[str, ...] = "all"
    """`all` (those of the seven that the data has pairs for), `none`, `marec` (one between users
    and one between items), or names joined by `+` and,
    for those to leave out, `-`, as all-three_hop, all+noise (random pairs, a control), or
    social_link+xsimgcl (objectives of other paradigms: docs/paradigms.md); a list of names, too."""

    metapaths: tuple[str, ...] = ()
    """Meta-paths from user to user that become tasks, as user-item-genre-item-user."""

    settings: dict[str, dict[str, bool | int | float | str]] = field(
        default_factory=dict, hash=False
    )
    """Settings of objectives other than the published ones, as {sgl: {temperature: 0.1}}."""

    @property
    def expression(self) -> str:
        """The names as one text."""
        return self.names if isinstance(self.names, str) else "+".join(self.names)

    def chosen(self, graph: HeteroData) -> tuple[str, ...]:
        """Return the names of the tasks, meta-paths aside, for this graph.

        Raises:
            AusrecError: on an unknown name.
        """
        social = TRUSTS in graph.edge_types
        every = STRUCTURAL_TASKS if social else ("metapath_uiu",)
        paths = self.paths()
        found = select_tasks(self.expression, every, tuple(paths))
        return tuple(name for name in found if name not in paths)

    def named(self) -> frozenset[str]:
        """Return the names that are asked for one by one, not as part of `all`."""
        found = terms(self.expression, tuple(self.paths()))
        return frozenset(name for sign, name in found if sign == "+")

    def paths(self) -> dict[str, tuple[str, ...]]:
        """Return the meta-paths as node types (and edge types), by the names of their tasks.

        They are tasks whether `names` has them or not.
        """
        steps = [tuple(step.strip() for step in path.split("-")) for path in self.metapaths]
        return {"metapath_" + "_".join(path): path for path in steps}

    def check(self) -> None:
        """Refuse names that no task has; the data is not asked.

        Raises:
            AusrecError: on an unknown name, and on one that is left out and was never in.
        """
        select_tasks(self.expression, paths=tuple(self.paths()))


def refuse_unread(config: Any, group: str, name: str, reads: tuple[str, ...]) -> None:
    """Raise where a setting is changed that would silently do nothing."""
    plain = type(config)()
    for setting in (each.name for each in fields(config)[1:]):
        if setting not in reads and getattr(config, setting) != getattr(plain, setting):
            raise AusrecError(
                f"{group}.{setting} is set, but '{name}' does not read it: leave it out"
                + (f"; '{name}' reads {', '.join(reads)}" if reads else "")
            )
