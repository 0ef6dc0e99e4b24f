"""NCL: neighbours in the structure, and prototypes, as positives (Lin et al. 2022)."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import check_above_zero, check_not_negative
from ausrec.graph.pairs import StoredPairs
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.encoding import Encoding, graph_encoder
from ausrec.tasks.losses import both_sides, info_nce
from ausrec.tasks.objectives.contrast import Anchors, draw_anchors
from ausrec.tasks.task import Task


class Prototypes(NamedTuple):
    """Prototypes of the users, or of the items.

    Attributes:
        centres: [prototypes, dim]; none during the warm-up.
        cluster: the prototype of each anchor; none during the warm-up.
    """

    centres: Float[Tensor, "prototypes dim"]
    cluster: Int[Tensor, " anchors"]


class Neighbours(NamedTuple):
    """Samples of NCL: anchors, and the prototypes of both sides."""

    anchors: Anchors
    user: Prototypes
    item: Prototypes


class NeighbourhoodContrast(Task):
    """Contrast a node with its even-hop neighbourhood and with its prototype (NCL).

    Math:    ℓ_u = −log softmax_v(cos(z⁽²⁾_u, z⁽⁰⁾_v) / τ)_u
                   − β log softmax_k(cos(z⁽⁰⁾_u, c_k) / τ)_k(u)
             over all users v and all prototypes k of the users, and likewise for items;
             c the centres of k-means on layer 0, made in each epoch.
    Source:  Lin et al. 2022 (NCL), Eqs. of L_S and L_P, items weighted as users (α = 1).

    The published weights, 1e-7 of the first term and 8e-8 of the second, stand before sums over
    a batch of 2,048: hence β = 0.8 and a weight of 2e-4 before means. The published number of
    prototypes is 1,000 for tens of thousands of users.
    """

    name = "ncl"
    paper_weight = 1e-7 * 2048

    def __init__(
        self,
        graph: HeteroData,
        temperature: float = 0.1,
        *,
        prototype_weight: float = 0.8,
        num_prototypes: int | None = None,
        warm_up: int = 20,
    ) -> None:
        """Choose the settings.

        Args:
            graph: the training graph.
            temperature: τ; the lower, the more the hardest negatives count.
            prototype_weight: β, how much the prototypes count beside the neighbourhood.
            num_prototypes: of users and of items; None for one to ten nodes, 1,000 at most.
            warm_up: epochs without prototypes.

        Raises:
            AusrecError: on a number that cannot be.
        """
        check_above_zero(temperature=temperature, num_prototypes=num_prototypes)
        check_not_negative(prototype_weight=prototype_weight, warm_up=warm_up)
        self.pairs, self.temperature = StoredPairs.of_interactions(graph), temperature
        self.prototype_weight, self.warm_up = prototype_weight, warm_up
        sizes = graph["user"].num_nodes, graph["item"].num_nodes
        self.numbers = [min(n, num_prototypes or min(1000, -(-n // 10))) for n in sizes]

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Begin without prototypes."""
        graph_encoder(encoder, layers=2)
        self.found: list[Prototypes] = []
        return {}

    def begin_epoch(self, epoch: int, encoder: Encoder, generator: np.random.Generator) -> None:
        """Find the prototypes of the embeddings as they are, after the warm-up."""
        if epoch <= self.warm_up:
            return
        with torch.no_grad():
            table, num_users = encoder().base.detach(), encoder.num_users
        sides = table[:num_users], table[num_users:]
        self.found = [
            Prototypes(*k_means(side, number, generator))
            for side, number in zip(sides, self.numbers, strict=True)
        ]

    def draw(self, size: int, generator: np.random.Generator) -> Neighbours:
        """Draw anchors; add their prototypes."""
        anchors = draw_anchors(self.pairs, size, generator)
        if not self.found:
            none = Prototypes(torch.zeros(0, 1), torch.zeros(0, dtype=torch.int64))
            return Neighbours(anchors, none, none)
        sides = (
            Prototypes(found.centres, found.cluster[nodes.to(found.cluster.device)])
            for found, nodes in zip(self.found, anchors, strict=True)
        )
        return Neighbours(anchors, *sides)

    def loss(self, encoding: Encoding, batch: Neighbours) -> Float[Tensor, " anchors"]:
        """Return the loss of each user, then of each item."""
        base, product = encoding.base, encoding.graph.product
        context = product(product(base, encoding.view), encoding.view)
        num_users = encoding.num_users
        losses = [
            self._side(base[:num_users], context[:num_users], batch.anchors.user, batch.user),
            self._side(base[num_users:], context[num_users:], batch.anchors.item, batch.item),
        ]
        return both_sides(*losses)

    def _side(self, base: Tensor, context: Tensor, nodes: Tensor, found: Prototypes) -> Tensor:
        loss = info_nce(context.index_select(0, nodes), base, self.temperature, nodes)
        if not len(found.centres):
            return loss
        own = base.index_select(0, nodes)
        prototype = info_nce(own, found.centres.to(own.dtype), self.temperature, found.cluster)
        return loss + self.prototype_weight * prototype


def k_means(
    points: Float[Tensor, "points dim"],
    num_clusters: int,
    generator: np.random.Generator,
    iterations: int = 20,
) -> tuple[Float[Tensor, "clusters dim"], Int[Tensor, " points"]]:
    """Return centres, and the nearest one of each point (Lloyd 1982).

    Args:
        points: what is clustered.
        num_clusters: number of centres, at most the number of points.
        generator: draws the points that the centres begin at.
        iterations: most rounds; fewer where nothing changes any more.

    Returns:
        The centres; one that lost all its points stays where it was. The number of the
        nearest centre of each point.
    """
    begin = generator.choice(len(points), num_clusters, replace=False)
    centres = points[torch.from_numpy(begin).to(points.device)].clone()
    nearest = assign(points, centres)
    for _ in range(iterations):
        sums = torch.zeros_like(centres).index_add_(0, nearest, points)
        counts = torch.bincount(nearest, minlength=num_clusters)[:, None]
        centres = torch.where(counts > 0, sums / counts.clamp(min=1), centres)
        before, nearest = nearest, assign(points, centres)
        if torch.equal(before, nearest):
            break
    return centres, nearest


def assign(
    points: Float[Tensor, "points dim"], centres: Float[Tensor, "clusters dim"]
) -> Int[Tensor, " points"]:
    """Return the nearest centre of each point."""
    # ‖x − c‖² without the ‖x‖² that is the same for all centres.
    distances = torch.linalg.vecdot(centres, centres) - 2 * points @ centres.T
    nearest: Tensor = distances.argmin(1)
    return nearest
