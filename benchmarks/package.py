"""The package's side: its own training step, fed with batches that were drawn beforehand."""

from collections import deque
from pathlib import Path

import numpy as np
import torch
from torch_geometric.data import HeteroData

from ausrec.data.ausrec_splits import read_published as load_split
from ausrec.graph import STRUCTURAL_TASKS, StoredPairs
from ausrec.models import LightGCN
from ausrec.tasks import Recommendation, RelationTask, Triplets
from ausrec.tasks.check_task import tasks_by_name
from ausrec.training import Descent, TrainConfig
from ausrec.weighting import AusRec, Equal
from benchmarks.published_batches import PublishedData
from benchmarks.reference import Batch, Triples


class Replay(RelationTask):
    """A relation's task that hands out given samples instead of drawing them."""

    def __init__(self, name: str, num_users: int) -> None:
        """Wait for samples; the one pair here stands for the relation and is never drawn."""
        pair = StoredPairs.from_edge_index(torch.tensor([[0], [0]]), num_users, num_users)
        super().__init__(name, pair)
        self.samples: deque[Triplets] = deque()

    def draw(self, size: int, generator: np.random.Generator) -> Triplets:
        """Return the next samples given."""
        return self.samples.popleft()


class PackageStep:
    """Train with the package's loop, one given batch at a time.

    What is timed is what `ausrec.training.fit` does for a step, drawing apart: dropout, encoding,
    weighting, the real step, and the measurements for the history.

    Args:
        graph: the training graph.
        weighting: AusRec's, in the mode that is to be timed; None trains LightGCN alone.
        dim: embedding size.
        num_layers: number of propagation layers.
        social: whether embeddings flow over social links too.
        keep_edges: share of the edges that dropout keeps.
        dtype: of parameters and adjacency.
    """

    def __init__(
        self,
        graph: HeteroData,
        weighting: AusRec | None,
        *,
        dim: int = 192,
        num_layers: int = 3,
        social: bool = True,
        keep_edges: float = 0.6,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.model = LightGCN(graph, dim, num_layers, social=social, keep_edges=keep_edges)
        self.model.to(dtype)
        names = STRUCTURAL_TASKS if weighting is not None else ()
        self.tasks = [Replay(name, graph["user"].num_nodes) for name in names]
        config = TrainConfig(learning_rate=1e-3, device="cpu")
        chosen = weighting or Equal()
        tasks = tasks_by_name(Recommendation(graph), self.tasks, graph)
        self.descent = Descent(self.model, tasks, chosen, config)
        if weighting is not None:
            weighting.network.to(dtype)

    def step(self, batch: Batch) -> None:
        """Take one training step."""
        for task, rows in zip(self.tasks, batch.tasks, strict=bool(self.tasks)):
            task.samples.append(Triplets(*rows))
        self.descent.take(self.descent.draw(Triplets(*batch.main), num_batches=1))


def published_graph(data: PublishedData) -> HeteroData:
    """Return the training graph with the published ids, phantoms included."""
    graph = HeteroData()
    graph["user"].num_nodes, graph["item"].num_nodes = data.num_users, data.num_items
    graph["user", "rates", "item"].edge_index = torch.from_numpy(data.interactions)
    graph["user", "trusts", "user"].edge_index = torch.from_numpy(data.social)
    return graph


def loaded_graph(folder: Path) -> HeteroData:
    """Return the training graph as the package loads it: without phantoms."""
    graph = load_split(folder / "train.txt", folder / "test.txt", folder / "social.txt")
    store = graph["user", "rates", "item"]
    store.edge_index = store.edge_index[:, ~store.test_mask]
    del store.test_mask
    return graph


def translate(batch: Batch, graph: HeteroData) -> Batch:
    """Return a batch of published ids as node ids of `loaded_graph`.

    Only negatives can be phantoms. Each becomes the node with the next larger id (cyclically),
    a node like any other as far as time is concerned.
    """
    users, items = (torch.tensor([int(i) for i in graph[kind].raw_id]) for kind in ("user", "item"))

    def find(nodes: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
        return torch.searchsorted(nodes, ids + 1) % len(nodes)  # published ids were shifted by one

    def rows(triples: Triples, right: torch.Tensor) -> Triples:
        left, pos, neg = triples
        return Triples(find(users, left), find(right, pos), find(right, neg))

    return Batch(rows(batch.main, items), tuple(rows(each, users) for each in batch.tasks))
