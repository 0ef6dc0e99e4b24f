"""A callback that watches where embeddings go, so that a collapse is seen."""

import torch
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.evaluation.geometry import alignment, uniformity
from ausrec.training.callback import Epoch


class WatchGeometry:
    """Records alignment and uniformity of the final embeddings into the history.

    `embedding_alignment` is that of the training interactions (user with item),
    `embedding_uniformity` stands under the names `user` and `item`. It draws nothing and changes
    nothing, so a watched run ends with the same parameters as one that is not. The source of
    both measures is Wang and Isola (2020).
    """

    def __init__(self, train: HeteroData, every: int = 1) -> None:
        """Keep the interactions.

        Args:
            train: the training graph.
            every: epochs between two measurements; the first is always measured.

        Raises:
            AusrecError: when `every` is below 1.
        """
        if every < 1:
            raise AusrecError(f"every is {every}, but must be 1 or more")
        self.edges, self.every = train["user", "rates", "item"].edge_index, every

    def __call__(self, epoch: Epoch) -> None:
        """Measure the encoder as it stands after an epoch."""
        if (epoch.number - 1) % self.every:
            return
        with torch.no_grad():
            embeddings = epoch.model()
        users, items = self.edges.to(embeddings.final.device)
        together = alignment(embeddings.user[users], embeddings.item[items])
        epoch.history.add(epoch.number, "embedding_alignment", together)
        for name, points in (("user", embeddings.user), ("item", embeddings.item)):
            epoch.history.add(epoch.number, "embedding_uniformity", uniformity(points), name)
