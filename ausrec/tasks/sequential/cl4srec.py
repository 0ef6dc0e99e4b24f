"""CL4SRec: two changed copies of a sequence find each other among those of other users."""

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import check_above_zero
from ausrec.graph.sequences import PAD
from ausrec.models.sequence import MASK, last_states
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.losses import info_nce
from ausrec.tasks.sequential.hidden_items import SequenceTask, check_rate

Change: TypeAlias = Literal["any", "crop", "mask", "reorder"]
_CHANGES: tuple[Change, ...] = ("crop", "mask", "reorder")


class Copies(NamedTuple):
    """Two changed copies of each sequence.

    Attributes:
        first: one copy.
        second: the other.
    """

    first: Int[Tensor, "batch length"]
    second: Int[Tensor, "batch length"]


class SequenceContrast(SequenceTask):
    """Find a sequence's other copy: cropped, with hidden items, or reordered (CL4SRec).

    Math:    ℓ_s = −ln e^(cos(h_s, h'_s)/τ) / Σ_r e^(cos(h_s, h'_r)/τ),  h, h' last states of copies
    Source:  Xie et al. 2022 (CL4SRec), the contrastive loss and its three changes.

    Differs from the published loss: cosines over a temperature take the place of inner products,
    and a copy is told from the second copies of the others, not from both of each.
    """

    name = "cl4srec"
    paper_weight = 0.1

    def __init__(
        self,
        graph: HeteroData,
        *,
        change: Change = "any",
        crop: float = 0.6,
        mask_rate: float = 0.3,
        reorder: float = 0.6,
        temperature: float = 0.2,
    ) -> None:
        """Read the training sequences.

        Args:
            graph: the training graph.
            change: how copies are changed; any draws one of the three for each.
            crop: share of a sequence that a cropped copy keeps, items in a row.
            mask_rate: share of the items that are hidden.
            reorder: share of a sequence whose order is drawn, items in a row.
            temperature: τ.
        """
        super().__init__(graph)
        check_rate(crop=crop, mask_rate=mask_rate, reorder=reorder)
        check_above_zero(temperature=temperature)
        self.changes = _CHANGES if change == "any" else (change,)
        self.shares = {"crop": crop, "mask": mask_rate, "reorder": reorder}
        self.temperature = temperature

    def draw(self, size: int, generator: np.random.Generator) -> Copies:
        """Draw sequences, and change two copies of each."""
        ids = self.sequences.last(self.draw_users(size, generator), self.longest).numpy()
        return Copies(*(torch.from_numpy(self.changed(ids, generator)) for _ in range(2)))

    def changed(self, ids: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
        """Return a copy of each sequence, changed in one way that is drawn for it."""
        chosen = generator.integers(0, len(self.changes), len(ids))
        lengths = (ids != PAD).sum(1)
        shares = np.array([self.shares[change] for change in self.changes])[chosen]
        long = np.maximum(1, np.floor(shares * lengths)).astype(np.int64)
        first = (generator.random(len(ids)) * (lengths - long + 1)).astype(np.int64)
        column = np.broadcast_to(np.arange(ids.shape[1]), ids.shape)
        inside = (column >= first[:, None]) & (column < (first + long)[:, None])
        drawn = generator.random(ids.shape)
        kind = np.array(self.changes)[chosen][:, None]
        # Columns are sorted by a key: what is cropped away goes behind, what is reordered mixes.
        key = column.astype(np.float64)
        key = np.where((kind == "crop") & ~inside, key + ids.shape[1], key)
        key = np.where((kind == "reorder") & inside, first[:, None] + drawn * long[:, None], key)
        copy = np.take_along_axis(ids, np.argsort(key, axis=1, kind="stable"), 1)
        copy = np.where((kind == "crop") & (column >= long[:, None]), PAD, copy)
        rank = np.argsort(np.argsort(np.where(ids == PAD, 2.0, drawn), 1), 1)
        return np.where((kind == "mask") & (rank < long[:, None]), MASK, copy)

    def loss(self, encoding: Encoding, batch: Copies) -> Float[Tensor, " batch"]:
        """Return the loss of each sequence."""
        ids = torch.cat(batch)
        first, second = last_states(encoding.states(ids), ids).chunk(2)
        return info_nce(first, second, self.temperature)
