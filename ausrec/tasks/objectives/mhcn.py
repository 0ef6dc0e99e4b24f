"""MHCN's task: mutual information within hypergraphs of social motifs (Yu et al. 2021)."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import softplus
from torch_geometric.data import HeteroData

from ausrec.errors import check_not_negative
from ausrec.graph.constant_product import SparseMatrix
from ausrec.models.encoder import Encoder, Parameters, unit_rows
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.objectives.social_graphs import motif_adjacencies
from ausrec.tasks.task import Task, dimension, uniform_matrix


class Corruptions(NamedTuple):
    """Permutations that make the negatives, a row a channel.

    Attributes:
        users: of the users, for neg1, [channels, users].
        rows: of the hyperedges, for neg2, [channels, users].
        columns: of the dimensions, for neg2, [channels, dim].
        global_rows: of the hyperedges, for the global term, [channels, users].
        global_columns: of the dimensions, for the global term, [channels, dim].
    """

    users: Int[Tensor, "channels users"]
    rows: Int[Tensor, "channels users"]
    columns: Int[Tensor, "channels dim"]
    global_rows: Int[Tensor, "channels users"]
    global_columns: Int[Tensor, "channels dim"]


class MotifInfomax(Task):
    """Maximise the information that a user, the motifs around them, and the graph share (MHCN).

    Math:    for each channel c of `motif_adjacencies`, with p = E ⊙ σ(E W_c + b_c) of the users'
             final embeddings E, q = H_c p, and g the mean of q over the users,
             ℓ_u = Σ_c softplus(⟨π(p)_u, q_u⟩ − ⟨p_u, q_u⟩)
                 + softplus(⟨ρ(q)_u, p_u⟩ − ⟨π(p)_u, q_u⟩) + softplus(⟨ρ'(q)_u, g⟩ − ⟨q_u, g⟩),
             π a permutation of the rows, ρ and ρ' of rows and columns.
    Source:  Yu et al. 2021 (MHCN), Eq. of L_s and its table of motifs; weight 0.01.

    All users are samples, whatever the batch size. The threshold of the purchase channel is that of
    the authors' QRec (commit a141bb3), which SSLRec and RecBole-GNN took over; their SELFRec keeps
    counts above 3 since. None of them brings p to length 1, except, says QRec, for Douban.

    Differs from the published code: E is the shared encoding; MHCN's own encoder, which convolves
    over the same hypergraphs, is not used.
    It adds up over users and divides by nothing, as it does over the batch of the main loss: the
    weight of 0.01 stands before means where users and batch are about as many.
    """

    name = "mhcn"
    paper_weight = 0.01

    def __init__(self, graph: HeteroData, above: int = 1, *, unit_length: bool = False) -> None:
        """Count the motifs of a training graph.

        Args:
            graph: the training graph.
            above: how many items two users who are not linked must exceed to be in the purchase
                channel.
            unit_length: bring p to length 1.

        Raises:
            AusrecError: without social links, and on a negative threshold.
        """
        check_not_negative(above=above)
        self.unit_length = unit_length
        found = motif_adjacencies(graph, above)
        self.channels = {name: SparseMatrix(matrix) for name, matrix in found.items()}
        self.num_users = graph["user"].num_nodes

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Draw the gate of each channel."""
        self.dim = dim = dimension(encoder)
        gates = {f"{name}_gate": uniform_matrix(dim, dim, generator) for name in self.channels}
        return gates | {f"{name}_bias": torch.zeros(dim) for name in self.channels}

    def draw(self, size: int, generator: np.random.Generator) -> Corruptions:
        """Draw the permutations."""
        number, users, dim = len(self.channels), self.num_users, self.dim
        drawn = (
            np.stack([generator.permutation(length) for _ in range(number)])
            for length in (users, users, dim, users, dim)
        )
        return Corruptions(*(torch.from_numpy(permutations) for permutations in drawn))

    def loss(self, encoding: Encoding, batch: Corruptions) -> Float[Tensor, " users"]:
        """Return the loss of each user."""
        dot, losses = torch.linalg.vecdot, []
        for place, (name, matrix) in enumerate(self.channels.items()):
            gate = encoding.user @ encoding.own[f"{name}_gate"] + encoding.own[f"{name}_bias"]
            user = encoding.user * gate.sigmoid()
            if self.unit_length:
                user = unit_rows(user)
            motif = matrix.multiply(user)
            other = dot(user[batch.users[place]], motif)
            corrupted = motif[batch.rows[place]][:, batch.columns[place]]
            local = softplus(other - dot(user, motif)) + softplus(dot(corrupted, user) - other)
            whole = motif.mean(0)
            corrupted = motif[batch.global_rows[place]][:, batch.global_columns[place]]
            losses.append(local + softplus(corrupted @ whole - motif @ whole))
        return torch.stack(losses).sum(0)
