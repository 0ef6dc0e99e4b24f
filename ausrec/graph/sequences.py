"""What each user did, in order: the sequences that a graph's interactions make."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Int64
from numpy.typing import NDArray
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.data.build_graph import RATES
from ausrec.errors import AusrecError

PAD = -1
"""Stands behind the end of a sequence that is shorter than others of its batch."""


@dataclass(frozen=True)
class Sequences:
    """The items of each user, from the first to the last.

    Attributes:
        starts: [users + 1], user u's items are `items[starts[u]:starts[u + 1]]`.
        items: [interactions] ids.
    """

    starts: NDArray[np.int64]
    items: NDArray[np.int64]

    @classmethod
    def of(cls, graph: HeteroData) -> "Sequences":
        """Read what a graph knows: training interactions, and what came before a part.

        Args:
            graph: of the validation and test part, `known_index` counts, so that the sequence for
                testing ends with the validation item; of any other graph, its edges count.

        Raises:
            AusrecError: when the interactions have no order.
        """
        store = graph[RATES]
        known = "known_index" in store
        order = store.get("known_order" if known else "order")
        if order is None:
            raise AusrecError(
                "sequences need an order, and the interactions have no times: give a table with a "
                "column of times (--data.time names it), or choose another data set"
            )
        user, item = (store.known_index if known else store.edge_index).cpu().numpy()
        place = np.lexsort((order.cpu().numpy(), user))
        counts = np.bincount(user, minlength=int(graph["user"].num_nodes))
        return cls(np.concatenate([[0], np.cumsum(counts)]), item[place])

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The number of items of each user, [users]."""
        return np.diff(self.starts)

    def last(self, users: NDArray[np.int64], most: int) -> Int64[Tensor, "batch longest"]:
        """Return the last items of some users, as wide as the longest needs it to be.

        Args:
            users: [batch] ids.
            most: how many items of each.

        Returns:
            items in order, and `PAD` behind the end of the shorter ones.
        """
        length = np.minimum(self.lengths[users], most)
        column = np.arange(max(1, length.max(initial=0)))
        first = self.starts[users + 1] - length
        there = column < length[:, None]
        place = np.where(there, first[:, None] + column, 0)
        return torch.from_numpy(np.where(there, self.items[place], PAD))
