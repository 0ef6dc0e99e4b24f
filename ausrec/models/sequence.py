"""Encoders of sequences: SASRec, which looks back only, and BERT4Rec, which looks both ways."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import embedding
from torch_geometric.data import HeteroData

from ausrec.errors import SettingError, check_above_zero, check_not_negative
from ausrec.graph.propagation import NormalizedAdjacency, View, joint_adjacency
from ausrec.graph.sequences import PAD, Sequences
from ausrec.models.encoder import Embeddings, Encoder, Parameters, normal_table
from ausrec.models.transformer import Dropout, Transformer

MASK = -2
"""Stands in a sequence where an item is hidden."""
_BLOCK = 512


class SequenceEncoder(Encoder):
    """A transformer over what a user did, in order; a user is the state of the last position.

    Math:    score(u, i) = ⟨h_u, e_i⟩,  h_u the last state of the transformer over e of u's items

    In a training step, whose `view` holds the seed of its dropout, the shared embeddings are those
    of the items alone; tasks encode the sequences that they draw by `states`. Without a view, all
    users are encoded.

    Attributes:
        causal: a position attends to itself and earlier ones only.
        longest: the most positions of a sequence.
        remembered: the most items that the next one is predicted from.
        known: [users, remembered] the last training items of each user.
        table: layer 0 of the items; where a graph feeds the transformer, of the users before them.
    """

    known: Int[Tensor, "users remembered"]
    causal: ClassVar[bool] = True
    usual: ClassVar[Mapping[str, Any]] = {
        "split.how": "leave_one_out",
        "train.loss": "cross_entropy",
        "train.batch_size": 256,
        "train.learning_rate": 1e-3,
        "train.l2": 0.0,
        # With tasks, validation stands still for 30 epochs and more before it rises.
        "train.patience": 60,
    }

    def __init__(
        self,
        graph: HeteroData,
        dim: int = 64,
        layers: int = 2,
        *,
        heads: int = 2,
        longest: int = 50,
        dropout: float = 0.5,
        mask_rate: float = 0.2,
        graph_layers: int = 0,
        init_std: float = 0.02,
        seed: int = 0,
    ) -> None:
        """Build the encoder of a training graph.

        Args:
            graph: the training graph, whose interactions have an order.
            dim: embedding dimension.
            layers: number of the transformer's blocks.
            heads: number of attention heads.
            longest: the most items of a sequence that count, the last ones.
            dropout: share of the entries that are dropped in a training step.
            mask_rate: for an encoder that looks both ways, share of the items that are hidden.
            graph_layers: propagate the items' embeddings over the joint graph, as LightGCN does,
                in so many layers before the transformer reads them; 0 for not at all.
            init_std: standard deviation of the initial parameters.
            seed: seed of the initial parameters.

        Raises:
            AusrecError: on a number that cannot be, or interactions without an order.
        """
        super().__init__()
        check_above_zero(layers=layers, heads=heads, longest=longest)
        check_not_negative(graph_layers=graph_layers)
        if dim % heads:
            raise SettingError("heads", f"is {heads}, but must divide the dimension, {dim}")
        if not 0 <= dropout < 1:
            raise SettingError("dropout", f"is {dropout}, but must be a share from 0 to below 1")
        self.num_users, self.num_items = graph["user"].num_nodes, graph["item"].num_nodes
        self.dim, self.longest, self.dropout = dim, longest, dropout
        self.mask_rate = mask_rate
        self.graph_layers = graph_layers
        everybody = np.arange(self.num_users)
        known = Sequences.of(graph).last(everybody, self.remembered).to(torch.int32)
        self.register_buffer("known", known, persistent=False)
        if graph_layers:
            self.adjacency = NormalizedAdjacency(joint_adjacency(graph, social=True))
        rows = self.num_items + (self.num_users if graph_layers else 0)
        self.table = normal_table(rows, dim, init_std, seed)
        self.body = Transformer(dim, layers, heads, longest, init_std, seed + 1)

    def forward(self, view: View | None = None) -> Embeddings:
        """Return the items' embeddings, and without a view those of all users before them."""
        if view is None:
            return self._everybody(self.known)
        return Embeddings(self.items(), self.table[-self.num_items :], 0)

    def embed(self, part: HeteroData) -> Embeddings:
        """Encode the users by what they did before a part."""
        return self._everybody(Sequences.of(part).last(np.arange(self.num_users), self.remembered))

    def _everybody(self, known: Int[Tensor, "users length"]) -> Embeddings:
        items = self.items()
        users = self.users(self.body_parameters, items, known)
        base = torch.cat([users, self.table[-self.num_items :]])
        return Embeddings(torch.cat([users, items]), base, self.num_users)

    @property
    def remembered(self) -> int:
        """The most items from which the next one is predicted: a mask takes one position."""
        return self.longest - (not self.causal)

    def view(
        self, generator: torch.Generator, hidden: Int[Tensor, "2 hidden"] | None = None
    ) -> View:
        """Draw the seed of the step's dropout."""
        nothing = torch.empty(0)
        return View(nothing, nothing, seed=int(torch.randint(2**31, (), generator=generator)))

    def items(self) -> Float[Tensor, "items dim"]:
        """Return the items' embeddings, over the graph where it feeds the transformer."""
        if not self.graph_layers:
            return self.table
        return self.adjacency.propagate(self.table, self.graph_layers)[self.num_users :]

    def shared(self, parameters: Parameters) -> Parameters:
        """Return the transformer's parameters, which losses read beside the embeddings."""
        return {name: value for name, value in parameters.items() if name.startswith("body.")}

    @property
    def body_parameters(self) -> Parameters:
        """The transformer's parameters as they are."""
        return self.shared(dict(self.named_parameters()))

    def users(
        self,
        body: Parameters,
        table: Float[Tensor, "items dim"],
        known: Int[Tensor, "batch length"],
        view: View | None = None,
    ) -> Float[Tensor, "batch dim"]:
        """Return the state from which the next item of each sequence is ranked.

        Args:
            body: the transformer's parameters.
            table: the items' embeddings.
            known: items in order, `PAD` behind the end; an encoder that looks both ways gets a mask
                behind the last.
            view: holds the seed of dropout; None for none.
        """
        known = known.to(table.device, torch.int64)
        known = known if self.causal else with_mask_behind(known)
        # By length, so that a block is no wider than it must be.
        lengths, order = (known != PAD).sum(1).sort(stable=True)
        found = []
        for block, length in zip(order.split(_BLOCK), lengths.split(_BLOCK), strict=True):
            ids = known[block][:, : max(1, int(length.max()))]
            found.append(last_states(self.states(body, table, ids, view), ids))
        return torch.cat(found)[order.argsort()]

    def states(
        self,
        body: Parameters,
        table: Float[Tensor, "items dim"],
        ids: Int[Tensor, "batch length"],
        view: View | None = None,
        causal: bool | None = None,
        attentions: list[Tensor] | None = None,
    ) -> Float[Tensor, "batch length dim"]:
        """Return the state of every position of some sequences.

        Args:
            body: the transformer's parameters.
            table: the items' embeddings.
            ids: items in order, `MASK` where one is hidden, `PAD` behind the end.
            view: holds the seed of dropout; None for none.
            causal: another direction than the encoder's own.
            attentions: what each position attends to is added here, [batch, heads, length, length]
                of each block.
        """
        seed = None if view is None else view.seed
        drop = Dropout(0.0 if seed is None else self.dropout, seed or 0, table.device)
        rows = embedding(ids.clamp(min=0), table)
        looks_back = self.causal if causal is None else causal
        own = {name.removeprefix("body."): value for name, value in body.items()}
        inputs = rows, ids == MASK, ids != PAD, looks_back, drop, attentions
        states: Tensor = functional_call(self.body, own, inputs)
        return states

    def scores_after(self, ids: Int[Tensor, "1 length"]) -> Float[Tensor, "1 items"]:
        """Return the scores of all items after one sequence."""
        items = self.items()
        return self.users(self.body_parameters, items, ids) @ items.T


class SASRec(SequenceEncoder):
    """Predict each next item from those before it (Kang and McAuley 2018).

    Math:    h_t = transformer(e_1 … e_t),  score of the item at t + 1: ⟨h_t, e_i⟩
    Differs from the published code: normalisation after each part and gelu, as in S³-Rec's code;
    positions are counted from the end in all of a batch without padding it to the full length.
    """

    title: ClassVar[str] = "SASRec"


class BERT4Rec(SequenceEncoder):
    """Predict hidden items from both sides, the next one behind the end (Sun et al. 2019).

    Math:    h = transformer(e_1 … mask … e_n),  score of the hidden item at t: ⟨h_t, e_i⟩
    Differs from the published code: there is no further layer and no bias before the scores.
    """

    title: ClassVar[str] = "BERT4Rec"
    causal: ClassVar[bool] = False


def with_mask_behind(ids: Int[Tensor, "batch length"]) -> Int[Tensor, "batch length_plus_one"]:
    """Return sequences with a mask behind their last item."""
    longer = torch.nn.functional.pad(ids, (0, 1), value=PAD)
    behind = (ids != PAD).sum(1, keepdim=True)
    return longer.scatter(1, behind, MASK)


def last_states(
    states: Float[Tensor, "batch length dim"], ids: Int[Tensor, "batch length"]
) -> Float[Tensor, "batch dim"]:
    """Return the state of each sequence's last position."""
    place = ((ids != PAD).sum(1) - 1).clamp(min=0)
    return states[torch.arange(len(ids), device=states.device), place]
