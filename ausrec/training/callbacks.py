"""Callbacks of the training loop: what they see, how they end training, and one that watches."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch_geometric.data import HeteroData

from ausrec.errors import check_above_zero
from ausrec.evaluation.geometry import alignment, uniformity
from ausrec.models.encoder import Encoder
from ausrec.training.history import History


class StopTraining(Exception):
    """Raised by a callback to end training after the current epoch."""


@dataclass(frozen=True)
class Epoch:
    """What a callback sees after each epoch.

    Attributes:
        number: the epoch, from 1.
        history: everything recorded so far.
        model: the encoder as it is.
    """

    number: int
    history: History
    model: Encoder


Callback = Callable[[Epoch], None]


class WatchGeometry:
    """Records alignment and uniformity of the final embeddings, so that a collapse is seen.

    `embedding_alignment` is that of the training interactions (user with item),
    `embedding_uniformity` is there for the tasks `user` and `item`. It draws nothing and changes
    nothing, so a watched run ends with the same parameters as one that is not. The source of
    both measures is Wang and Isola (2020).
    """

    def __init__(self, train: HeteroData, every: int = 1) -> None:
        """Keep the interactions.

        Args:
            train: the training graph.
            every: epochs between two measurements; the first is always measured.

        Raises:
            SettingError: when `every` is below 1.
        """
        check_above_zero(every=every)
        self.edges, self.every = train["user", "rates", "item"].edge_index, every

    def __call__(self, epoch: Epoch) -> None:
        """Measure the encoder as it is after an epoch."""
        if (epoch.number - 1) % self.every:
            return
        with torch.no_grad():
            embeddings = epoch.model()
        users, items = self.edges.to(embeddings.final.device)
        together = alignment(embeddings.user[users], embeddings.item[items])
        epoch.history.add(epoch.number, "embedding_alignment", together)
        for name, points in (("user", embeddings.user), ("item", embeddings.item)):
            epoch.history.add(epoch.number, "embedding_uniformity", uniformity(points), name)
