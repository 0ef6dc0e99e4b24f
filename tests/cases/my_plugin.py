"""A plugin with one thing of each kind."""

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import HeteroData

import ausrec
from ausrec.evaluation.metrics import Metric
from ausrec.models.encoder import Embeddings, LinearEncoder, normal_table

Users = namedtuple("Users", "user")


@dataclass
class Rising(ausrec.Weighting):
    """Let the tasks count more in every step."""

    pace: float = 0.01
    """What a step adds to every weight."""

    def __post_init__(self) -> None:
        self.weight = 0.0

    def weigh(self, step: ausrec.Step) -> ausrec.Weighed:
        self.weight += self.pace
        return ausrec.Weighed(dict.fromkeys(step.auxiliary, torch.tensor(self.weight)), {})


class Uniformity(ausrec.Task):
    """Push users apart."""

    name = "apart"

    def draw(self, size: int, generator: np.random.Generator) -> Users:
        return Users(torch.from_numpy(generator.integers(0, 20, size)))

    def loss(self, embeddings: Embeddings, batch: Users) -> Tensor:
        users = torch.nn.functional.normalize(embeddings.user[batch.user])
        return (4 * users @ users.T - 4).exp().mean(1).log()


class Plain(LinearEncoder):
    """A table without a graph."""

    title = "Plain"

    def __init__(self, graph: HeteroData, dim: int = 4) -> None:
        super().__init__()
        self.num_users = graph["user"].num_nodes
        self.table = normal_table(self.num_users + graph["item"].num_nodes, dim, 0.1, 0)

    def forward(self, view: object = None) -> Embeddings:
        return Embeddings(self.table, self.table, self.num_users)


class Hinge(ausrec.BPR):
    """Count a negative only where it comes near."""


def strangers(graph: HeteroData) -> object:
    """Relate users who chose the same and are not linked."""
    rates = ausrec.adjacency(graph, "user", "rates", "item")
    friends = ausrec.adjacency(graph, "user", "trusts", "user").symmetric()
    return ((rates @ rates.T) - friends).without_self()


def first(hits: Tensor, num_relevant: Tensor, ks: Sequence[int]) -> Tensor:
    return hits[:, :1].double().expand(-1, len(ks))


WEIGHTINGS = {"rising": Rising}
TASKS = {"apart": Uniformity}
RELATIONS = {"strangers": strangers}
ENCODERS = {"plain": Plain}
LOSSES = {"hinge": Hinge}
METRICS = {"first": Metric(first, "First", "says whether the first item is a hit")}
