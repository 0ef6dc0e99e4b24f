"""Masked edges: hide interactions from the graph, and predict them (a graph autoencoder).

The encoder is that of Kipf and Welling (2016), its input masked as by MaskGAE (Li et al. 2023);
the error on positives may also be the scaled cosine error of GraphMAE (Hou et al. 2022).
"""

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import softplus
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError, SettingError, check_above_zero
from ausrec.graph.negatives import draw_negatives
from ausrec.graph.pairs import StoredPairs
from ausrec.graph.thinning import Thinning
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.encoding import Encoding, graph_encoder
from ausrec.tasks.losses import cosines, take
from ausrec.tasks.task import Task, Triplets, to_triplets

ReconstructionError: TypeAlias = Literal["cross_entropy", "scaled_cosine"]


class Masked(NamedTuple):
    """Samples of edge reconstruction.

    Attributes:
        triplets: hidden interactions, each with an item that the user has not.
        hidden: numbers of the hidden pairs in the encoder's graph.
    """

    triplets: Triplets
    hidden: Int[Tensor, " hidden"]


class MaskedEdges(Task):
    """Encode a graph without some interactions, and tell these from pairs that are none.

    Math:    cross_entropy   ℓ = −ln σ(⟨e_u, e_i⟩) − ln σ(−⟨e_u, e_j⟩)
             scaled_cosine   ℓ = (1 − cos(e_u, e_i))^γ − ln σ(−⟨e_u, e_j⟩)
             (u, i) hidden, (u, j) no interaction, e the encoding without the hidden ones.
    Source:  Kipf and Welling 2016 (the decoder and cross entropy), Li et al. 2023 (MaskGAE: the
             masked input), Hou et al. 2022 (GraphMAE: scaled cosine error). Their weight is ours.

    The decoder is the inner product, which recommends too. A step hides a share ρ of the
    interactions and all of them are its samples, whatever the batch size.
    """

    name = "masked_edges"
    paper_weight = 1.0

    def __init__(
        self,
        graph: HeteroData,
        share: float = 0.1,
        error: ReconstructionError = "cross_entropy",
        power: float = 3.0,
    ) -> None:
        """Choose what is hidden and how it is judged.

        Args:
            graph: the training graph.
            share: ρ; the samples of an epoch are ρ of all interactions in every step.
            error: the error on hidden interactions.
            power: γ of the scaled cosine error.

        Raises:
            AusrecError: on a number that cannot be, and with fewer than two interactions.
        """
        check_above_zero(power=power)
        if not 0 < share < 1:
            raise SettingError("share", f"is {share}, but must be above 0 and below 1")
        self.pairs = StoredPairs.of_interactions(graph)
        if self.pairs.num_pairs < 2:
            raise AusrecError("the training graph has no two interactions: none can be hidden")
        self.share, self.error, self.power = share, error, power

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Number the edges of the encoder's graph."""
        self.thinning = Thinning(graph_encoder(encoder).adjacency)
        return {}

    def draw(self, size: int, generator: np.random.Generator) -> Masked:
        """Draw the hidden interactions, without replacement, and their negatives."""
        number = max(1, round(self.share * self.pairs.num_pairs))
        places = np.sort(generator.choice(self.pairs.num_pairs, number, replace=False))
        users = np.searchsorted(self.pairs.starts, places, side="right") - 1
        items = self.pairs.columns[places]
        triplets = to_triplets(users, items, draw_negatives(self.pairs, users, generator))
        device = self.thinning.ends.device
        rows, columns = triplets.user, triplets.pos + self.pairs.num_rows
        return Masked(triplets, self.thinning.pairs(rows.to(device), columns.to(device)))

    def loss(self, encoding: Encoding, batch: Masked) -> Float[Tensor, " hidden"]:
        """Return the error of each hidden interaction and its negative."""
        kept = torch.ones(self.thinning.num_pairs, dtype=torch.bool, device=batch.hidden.device)
        kept[batch.hidden] = False
        table = encoding.propagate(self.thinning.view(kept, encoding.view))
        user, pos, neg = batch.triplets
        rows = take(table, user, pos + encoding.num_users, neg + encoding.num_users)
        against = softplus(torch.linalg.vecdot(rows[0], rows[2]))
        if self.error == "scaled_cosine":
            # Of rows that point one way, rounding puts the cosine above 1.
            apart = (1 - cosines(rows[0], rows[1])).clamp(min=0)
            return apart**self.power + against
        return softplus(-torch.linalg.vecdot(rows[0], rows[1])) + against
