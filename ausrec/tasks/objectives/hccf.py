"""HCCF: the graph's layers against a learned hypergraph's (Xia et al. 2022)."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import leaky_relu
from torch_geometric.data import HeteroData

from ausrec.errors import SettingError, check_above_zero, check_not_negative
from ausrec.graph.pairs import StoredPairs
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.encoding import Encoding, graph_encoder
from ausrec.tasks.losses import both_sides, info_nce
from ausrec.tasks.objectives.contrast import Anchors, draw_anchors
from ausrec.tasks.task import Task, dimension, uniform_matrix


class HypergraphSample(NamedTuple):
    """Samples of HCCF.

    Attributes:
        anchors: the users and items.
        kept: which entries of the incidence survive dropout, [nodes, hyperedges].
    """

    anchors: Anchors
    kept: Bool[Tensor, "nodes hyperedges"]


def hypergraph_layer(
    incidence: Float[Tensor, "nodes hyperedges"],
    embeddings: Float[Tensor, "nodes dim"],
    slope: float,
) -> Float[Tensor, "nodes dim"]:
    """Return σ(H σ(Hᵀ E)): nodes to hyperedges and back (HCCF, hypergraph message passing).

    Args:
        incidence: H.
        embeddings: E.
        slope: of σ, a LeakyReLU, below zero.
    """
    return leaky_relu(incidence @ leaky_relu(incidence.T @ embeddings, slope), slope)


class HypergraphContrast(Task):
    """Contrast each layer of the graph with that of a hypergraph of the task's own (HCCF).

    Math:    G_l = Â E_{l−1},  Q_l = σ(H σ(Hᵀ E_{l−1})),  E_l = G_l + Q_l,  E_0 layer 0,
             H = E_0 W, with one W for users and one for items, entries dropped at random;
             ℓ_u = Σ_l −log softmax_v(cos(sg(G_l)_u, Q_l,v) / τ)_u over all users v.
    Source:  Xia et al. 2022 (HCCF), hypergraph message passing and Eq. of L_s.

    Differs from the published code: recommendation is trained on the shared encoding, where HCCF
    adds the hypergraph's layers to it; one drawing of dropout on H serves all layers; no edge of
    the graph is dropped in G; and σ bends, as in the paper, where that code and SSLRec's
    configuration leave it linear. Weight and temperature are those of SSLRec; the authors' own
    defaults are 1e-3 and 1.
    """

    name = "hccf"
    stops_gradients = True
    paper_weight = 1.0

    def __init__(
        self,
        graph: HeteroData,
        temperature: float = 0.1,
        *,
        num_hyperedges: int = 128,
        keep: float = 0.5,
        slope: float = 0.5,
    ) -> None:
        """Choose the settings.

        Args:
            graph: the training graph.
            temperature: τ; the lower, the more the hardest negatives count.
            num_hyperedges: of users and of items.
            keep: share of the entries of H that dropout keeps.
            slope: of the LeakyReLU σ.

        Raises:
            AusrecError: on a number that cannot be.
        """
        check_above_zero(temperature=temperature, num_hyperedges=num_hyperedges)
        check_not_negative(slope=slope)
        if not 0 < keep <= 1:
            raise SettingError("keep", f"is {keep}, but must be above 0, and 1 at most")
        self.pairs, self.temperature = StoredPairs.of_interactions(graph), temperature
        self.num_hyperedges, self.keep, self.slope = num_hyperedges, keep, slope
        self.num_nodes = graph["user"].num_nodes + graph["item"].num_nodes

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Draw W of users and of items."""
        graph_encoder(encoder)
        dim = dimension(encoder)
        names = ("user_hyperedges", "item_hyperedges")
        return {name: uniform_matrix(dim, self.num_hyperedges, generator) for name in names}

    def draw(self, size: int, generator: np.random.Generator) -> HypergraphSample:
        """Draw anchors and dropout."""
        anchors = draw_anchors(self.pairs, size, generator)
        kept = generator.random((self.num_nodes, self.num_hyperedges), dtype=np.float32)
        return HypergraphSample(anchors, torch.from_numpy(kept < self.keep))

    def loss(self, encoding: Encoding, batch: HypergraphSample) -> Float[Tensor, " anchors"]:
        """Return the loss of each user, then of each item."""
        num_users, own = encoding.num_users, encoding.own
        base, kept = encoding.base, batch.kept / self.keep
        incidences = [
            base[:num_users] @ own["user_hyperedges"] * kept[:num_users].to(base.dtype),
            base[num_users:] @ own["item_hyperedges"] * kept[num_users:].to(base.dtype),
        ]
        layer, losses = base, []
        for _ in range(encoding.graph.num_layers):
            local = encoding.graph.product(layer, encoding.view)
            parts = layer[:num_users], layer[num_users:]
            hyper = [
                hypergraph_layer(incidence, part, self.slope)
                for incidence, part in zip(incidences, parts, strict=True)
            ]
            targets = local.detach()[:num_users], local.detach()[num_users:]
            sides = [
                info_nce(target.index_select(0, nodes), side, self.temperature, nodes)
                for target, side, nodes in zip(targets, hyper, batch.anchors, strict=True)
            ]
            losses.append(both_sides(*sides))
            layer = local + torch.cat(hyper)
        return torch.stack(losses).sum(0)
