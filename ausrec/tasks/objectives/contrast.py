"""Contrast two views: whatever the views, the same objective."""

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.errors import check_above_zero
from ausrec.graph.pairs import StoredPairs
from ausrec.graph.propagation import View
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.losses import VIEW_OBJECTIVES, ViewObjective, both_sides
from ausrec.tasks.objectives.views import Views
from ausrec.tasks.task import Task, Triplets

Among: TypeAlias = Literal["side", "all"]
Anchoring: TypeAlias = Literal["main", "own"]


class Anchors(NamedTuple):
    """The nodes that a contrastive loss is computed for, each once.

    Attributes:
        user: ids of users, ascending.
        item: ids of items, ascending.
    """

    user: Int[Tensor, " users"]
    item: Int[Tensor, " items"]


def draw_anchors(pairs: StoredPairs, size: int, generator: np.random.Generator) -> Anchors:
    """Draw `size` interactions with replacement; return their distinct users and items."""
    return Anchors(*(torch.from_numpy(np.unique(side)) for side in pairs.draw(size, generator)))


class Contrasted(NamedTuple):
    """Samples of a contrastive task.

    Attributes:
        anchors: the users and items.
        views: what was drawn for the two views.
    """

    anchors: Anchors
    views: Tensor


class Contrast(Task):
    """Tell a node in one view from the other nodes of the batch in the other view.

    Math:    ℓ_x = −log softmax_y(cos(z'_x, z''_y) / τ)_x over the users and items y of the batch,
             or over those of the side of x, where the means over users and over items are added;
             z', z'' the two views. Other objectives on the same views and samples are in
             `VIEW_OBJECTIVES`.
    Source:  van den Oord et al. 2018 (InfoNCE); each named instance has its own.

    A named objective is an instance, `Contrast("sgl", graph, EdgeDropout(0.1), 0.2)`. Users and
    items of a batch count once each.
    """

    def __init__(
        self,
        name: str,
        graph: HeteroData,
        views: Views,
        temperature: float = 0.2,
        *,
        objective: ViewObjective = "info_nce",
        among: Among = "side",
        anchors: Anchoring = "main",
        paper_weight: float | None = None,
    ) -> None:
        """Compose views and objective.

        Args:
            name: the task's name.
            graph: the training graph.
            views: what is compared.
            temperature: τ.
            objective: what is asked of the views: InfoNCE, or one of `VIEW_OBJECTIVES`.
            among: tell a node from those of its own `"side"`, users or items, or from `"all"`.
            anchors: the users and items of the `"main"` task's samples, or of an `"own"` sample
                of as many interactions.
            paper_weight: see `Task`.

        Raises:
            AusrecError: on a temperature of 0 or less.
        """
        check_above_zero(temperature=temperature)
        self.name, self.views, self.temperature = name, views, temperature
        self.objective: ViewObjective = objective
        self.among: Among = among
        self.anchors: Anchoring = anchors
        self.paper_weight = paper_weight
        self.pairs = StoredPairs.of_interactions(graph)
        self.draws_per_epoch = self.pairs.num_pairs

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Prepare the views for the encoder."""
        self.views.start(encoder)
        return {}

    def begin_epoch(self, epoch: int, encoder: Encoder, generator: np.random.Generator) -> None:
        """Let the views draw what they keep for an epoch."""
        self.views.begin_epoch(generator)

    def draw(self, size: int, generator: np.random.Generator) -> Contrasted:
        """Draw anchors and views."""
        return Contrasted(draw_anchors(self.pairs, size, generator), self.views.draw(generator))

    def draw_with(self, main: Triplets, size: int, generator: np.random.Generator) -> Contrasted:
        """Take the users and items of the main task's samples, and draw the views."""
        if self.anchors == "own":
            return self.draw(size, generator)
        anchors = Anchors(torch.unique(main.user), torch.unique(main.pos))
        return Contrasted(anchors, self.views.draw(generator))

    def step_view(self, encoder: Encoder, view: View | None, batch: Contrasted) -> View | None:
        """Return how the step sees the graph, as the views want it."""
        return self.views.step_view(encoder, view, batch.views)

    def loss(self, encoding: Encoding, batch: Contrasted) -> Float[Tensor, " anchors"]:
        """Return the loss of each user, then of each item."""
        first, second = self.views.pair(encoding, batch.views)
        sides = [batch.anchors.user, batch.anchors.item + encoding.num_users]
        compare = VIEW_OBJECTIVES[self.objective]
        losses = [
            compare(first.index_select(0, nodes), second.index_select(0, nodes), self.temperature)
            for nodes in (sides if self.among == "side" else [torch.cat(sides)])
        ]
        return both_sides(*losses) if self.among == "side" else losses[0]
